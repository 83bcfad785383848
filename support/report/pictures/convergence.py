"""A convergence in words: one sentence, and a table of its reads, for people who never heard of replicas.

Says what a `Timeline` says, measures its lag and judges nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.convergence.timelines import Finding, Seen
from support.report.operations import RULE, compose, compose_briefly, entitle

if TYPE_CHECKING:
    from support.convergence import Timeline
    from support.convergence.timelines import Sample

WIDEST_TABLE = 60  # reads that the table shows
EARLY_LOOK_S = 0.1  # a first look within this time measures a lag, whatever it sees

VIEWS = {"single": "looked up", "list": "in the list", "filter": "found by email"}
ENDINGS = {
    Finding.LATE: "the old state was still shown after",
    Finding.NEVER: "never seen, the old state was shown up to",
    Finding.DIVERGED_AGAIN: "seen, and then an older state was shown again",
    Finding.CAME_BACK: "gone, and then there again",
    Finding.FOREIGN: "something was seen that nobody wrote there",
    Finding.TORN: "half of one version and half of another was seen",
    Finding.UNDECIDED: "could not be decided",
}
LANES = {
    Seen.NEW: "new state",
    Seen.OLD: "old state",
    Seen.TORN: "half and half",
    Seen.FOREIGN: "something else",
    Seen.NOTHING: "no answer",
}


def describe(timeline: Timeline) -> str:
    """Say in one sentence what was promised and what was seen.

    For example "user Ada, in the list: the new name, promised within 2.0 s; seen after 0.81 s".
    """
    view = VIEWS.get(timeline.view, timeline.view)
    within = f"within {timeline.bound_s:.1f} s" if timeline.bound_s else "at once"
    ending = ENDINGS.get(timeline.finding, "")
    old = [
        sample.sent_at - timeline.acknowledged_at for sample in timeline.samples if sample.seen is Seen.OLD
    ]
    if timeline.finding in {Finding.LATE, Finding.NEVER} and old:
        ending = f"{ending} {max(old):.2f} s"
    if timeline.finding is Finding.IN_TIME:
        ending = _when_seen(timeline)
    return f"{timeline.subject}, {view}: {timeline.expected}, promised {within}; {ending}"


def seen_after_s(timeline: Timeline) -> float | None:
    """Return how long after the acknowledgement the first read was sent that saw the new state [s]."""
    moments = [sample.sent_at for sample in timeline.samples if sample.seen is Seen.NEW]
    return max(0.0, min(moments) - timeline.acknowledged_at) if moments else None


def is_measured(timeline: Timeline) -> bool:
    """Return whether the reads tell how long it took.

    They do not when a late first look saw the new state, nor when the reads around the bound were lost.
    """
    moment = seen_after_s(timeline)
    if moment is None:
        return False
    if timeline.finding is Finding.IN_TIME and moment + timeline.acknowledged_at > timeline.limit:
        return False
    return moment <= EARLY_LOOK_S or any(sample.seen is Seen.OLD for sample in timeline.samples)


def count(timeline: Timeline) -> str:
    """Say how many reads there were: "1 read", "12 reads"."""
    number = len(timeline.samples)
    return f"{number} read{'' if number == 1 else 's'}"


def tabulate(timeline: Timeline, *, is_brief: bool = False) -> str:
    """Return all reads of a convergence as one text, with the telling ones below, or in brief.

    It is not yet searched for secrets.
    """
    tell = compose_briefly if is_brief else compose
    zero = timeline.acknowledged_at
    samples = in_order(timeline)
    lines = [
        describe(timeline),
        f"{count(timeline)}; times in seconds since the write was acknowledged\n",
        f"{'sent':>9}  {'answered':>9}  saw",
    ]
    lines += [
        f"{sample.sent_at - zero:>9.3f}  {sample.answered_at - zero:>9.3f}  "
        f"{LANES[sample.seen]}: {sample.shown} — {entitle(sample.operation)}"
        for sample in samples[:WIDEST_TABLE]
    ]
    if len(samples) > WIDEST_TABLE:
        lines.append(f"and {len(samples) - WIDEST_TABLE} more")
    told = [tell(sample.operation) for sample in _telling(samples, timeline)]
    return RULE.join(["\n".join(lines) + "\n", *told])


def in_order(timeline: Timeline) -> list[Sample]:
    """Return the reads in the order in which they were sent."""
    return sorted(timeline.samples, key=lambda sample: sample.sent_at)


def convicts(sample: Sample, timeline: Timeline) -> bool:
    """Return whether a read is evidence against the service: too old after the bound, or never written."""
    too_late = sample.seen is Seen.OLD and sample.sent_at > timeline.limit
    return too_late or sample.seen in {Seen.FOREIGN, Seen.TORN}


def _when_seen(timeline: Timeline) -> str:
    moment = seen_after_s(timeline)
    if moment is None:
        return "seen in time"
    if not timeline.bound_s:
        return "seen at once"
    if is_measured(timeline):
        return f"seen after {moment:.2f} s"
    is_first = all(sample.seen is Seen.NEW for sample in timeline.samples)
    by_whom = "at the first look" if is_first else "by the next read that came through"
    return f"seen {by_whom}, after {moment:.2f} s"


def _telling(samples: list[Sample], timeline: Timeline) -> list[Sample]:
    """Return the reads that decide: the first that convicts, if any, and the last one."""
    convicting = [sample for sample in samples if convicts(sample, timeline)]
    chosen = convicting[:1] + samples[-1:]
    return chosen[:1] if len(chosen) == 2 and chosen[0] is chosen[1] else chosen
