"""A convergence as a picture and as a table, for people who have never heard of replicas.

Draws what a `Timeline` says and judges nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from support.redaction import REDACTOR
from support.report.operations import RULE, entitle, render
from support.report.picture import (
    FAINT,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE_GREEN,
    PALE_ORANGE,
    PURPLE,
    RED,
    SOFT,
    Picture,
)
from support.timelines import Finding, Seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.timelines import Sample, Timeline

WIDTH, LEFT, RIGHT = 920, 150, 896
TOP, LANE = 92, 34
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
MEANINGS = {
    GREEN: "saw the new state",
    ORANGE: "saw the old one, still allowed",
    RED: "saw the old one, too late",
    PURPLE: "saw what was never written",
    GREY: "no answer",
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
    """Give how long after the acknowledgement the first read was sent that saw the new state [s]."""
    moments = [sample.sent_at for sample in timeline.samples if sample.seen is Seen.NEW]
    return max(0.0, min(moments) - timeline.acknowledged_at) if moments else None


def is_measured(timeline: Timeline) -> bool:
    """Say whether the reads tell how long it took.

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


def draw(timeline: Timeline) -> str:
    """Give the SVG: the write, its acknowledgement, the bound, and each read in the lane of what it saw."""
    zero = timeline.acknowledged_at
    samples = _in_order(timeline)
    first = min(timeline.written_at - zero, 0.0)
    ends = [sample.answered_at - zero for sample in samples]
    last = max([*ends, timeline.bound_s * 1.12, 0.1]) * 1.03
    lanes = [seen for seen in LANES if seen in {Seen.NEW, Seen.OLD} | {sample.seen for sample in samples}]
    floor = TOP + LANE * len(lanes)

    def x(moment: float) -> float:
        return LEFT + (moment - first) * (RIGHT - LEFT) / (last - first)

    picture = Picture(describe(timeline), WIDTH, floor + 74)
    _draw_ground(picture, x(0), x(timeline.bound_s), floor)
    heights = {seen: TOP + LANE * row + LANE / 2 for row, seen in enumerate(lanes)}
    for seen, y in heights.items():
        picture.line((LEFT, y), (RIGHT, y), FAINT)
        picture.text(LEFT - 12, y + 4, LANES[seen], INK, "end")
    _draw_axis(picture, first, last, floor, x)
    _draw_events(picture, timeline, floor, x)
    for sample in samples:
        begin, end, y = x(sample.sent_at - zero), x(sample.answered_at - zero), heights[sample.seen]
        colour = _colour(sample, timeline)
        note = f"sent at {sample.sent_at - zero:.3f} s, saw {sample.shown or LANES[sample.seen]}"
        picture.line((begin, y), (end, y), colour, 3)
        picture.dot(begin, y, 5.5, colour, note)
    _draw_key(picture, floor + 58, {_colour(sample, timeline) for sample in samples})
    return picture.finish()


def tabulate(timeline: Timeline) -> str:
    """Give all reads of a convergence as one text, redacted, with the telling ones in full below."""
    zero = timeline.acknowledged_at
    samples = _in_order(timeline)
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
        lines.append(f"… and {len(samples) - WIDEST_TABLE} more")
    text = REDACTOR.text("\n".join(lines)) + "\n"
    return RULE.join([text, *(render(sample.operation) for sample in _telling(samples, timeline))])


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


def _in_order(timeline: Timeline) -> list[Sample]:
    return sorted(timeline.samples, key=lambda sample: sample.sent_at)


def _telling(samples: list[Sample], timeline: Timeline) -> list[Sample]:
    """Give the reads that decide: the first that convicts, if any, and the last one."""
    convicting = [sample for sample in samples if _colour(sample, timeline) in {RED, PURPLE}]
    chosen = convicting[:1] + samples[-1:]
    return chosen[:1] if len(chosen) == 2 and chosen[0] is chosen[1] else chosen


def _colour(sample: Sample, timeline: Timeline) -> str:
    if sample.seen is Seen.OLD:
        return RED if sample.sent_at > timeline.limit else ORANGE
    return {Seen.NEW: GREEN, Seen.NOTHING: GREY}.get(sample.seen, PURPLE)


def _draw_ground(picture: Picture, begin: float, bound: float, floor: float) -> None:
    picture.bar(begin, TOP - 6, bound - begin, floor - TOP + 6, PALE_ORANGE)
    picture.bar(bound, TOP - 6, RIGHT - bound, floor - TOP + 6, PALE_GREEN)
    if bound - begin > 180:
        picture.text((begin + bound) / 2, TOP - 12, "old and new may still alternate", anchor="middle")
    if RIGHT - bound > 190:
        picture.text((bound + RIGHT) / 2, TOP - 12, "everyone must see the new state", anchor="middle")


def _draw_axis(
    picture: Picture, first: float, last: float, floor: float, x: Callable[[float], float]
) -> None:
    step = _step(last - first)
    picture.line((LEFT, floor), (RIGHT, floor), SOFT)
    for tick in range(math.ceil(first / step), math.floor(last / step) + 1):
        at = x(tick * step)
        picture.line((at, floor), (at, floor + 5), SOFT)
        picture.text(at, floor + 18, f"{tick * step:g}", anchor="middle")
    picture.text(RIGHT, floor + 34, "seconds since the write was acknowledged", anchor="end")


def _step(span: float) -> float:
    """Give a round distance of ticks [s], so that there are four to ten of them."""
    power = 10.0 ** math.floor(math.log10(span / 8))
    return round(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= span / 8), 9)


def _draw_events(picture: Picture, timeline: Timeline, floor: float, x: Callable[[float], float]) -> None:
    written, acknowledged = x(timeline.written_at - timeline.acknowledged_at), x(0)
    picture.line((written, TOP - 32), (written, floor), SOFT, 1.5)
    picture.text(written - 5, TOP - 24, "write sent", anchor="end")
    picture.line((acknowledged, TOP - 32), (acknowledged, floor), INK, 1.5)
    name = "write acknowledged" if timeline.bound_s else "write acknowledged: promised from here on"
    picture.text(acknowledged + 5, TOP - 24, name, INK)
    if timeline.bound_s:
        bound = x(timeline.bound_s)
        picture.line((bound, TOP - 32), (bound, floor), INK, 1.5, "5 4")
        picture.text(bound + 5, TOP - 24, f"promise: {timeline.bound_s:g} s", INK)


def _draw_key(picture: Picture, y: float, colours: set[str]) -> None:
    picture.text(20, y + 4, "each dot is one read, where it was sent:")
    at = 280.0
    for colour, meaning in MEANINGS.items():
        if colour in colours:
            picture.dot(at, y, 5, colour)
            picture.text(at + 10, y + 4, meaning)
            at += 36 + 6.3 * len(meaning)
