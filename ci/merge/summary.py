"""What the shards of a run amount to together: records, users, problems, and what nobody has run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.cleanup import Run
from support.report.coverage import add_up
from support.report.record import StoryRecord, Verdict
from support.report.summary import RunSummary
from support.runner.shards.stories import LEFT_TO_THE_LAST
from support.target import Target
from support.target.known import Deviation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from support.runner.shards.manifest import Manifest

NAMED = 3
USERS = ("created", "deleted", "left")


def sum_up(shards: Sequence[Manifest], into: Path) -> RunSummary:
    """Return the summary of the whole run; nothing is written yet."""
    first = shards[0]
    # Marks and secrets of the target play no part: only names, and what is known of it.
    known = {name: Deviation.model_validate(said) for name, said in first.known.items()}
    target = Target.model_validate({"name": first.target, "alert": first.alert})
    # Stories of a team's own are known by names that only its features bear.
    target = target.model_copy(update={"known": known, "promises": frozenset(first.promises)})
    run = Run(first.shard.of_run, first.seed, into, "", target, {}, reports=into / "reports")
    summary = RunSummary(run, into / "reports")
    summary.records = merge_records(shards)
    summary.seconds = max(shard.seconds for shard in shards)
    numbers = {name: [shard.users.get(name) for shard in shards] for name in USERS}
    summary.users = {
        name: None if None in counts else sum(filter(None, counts)) for name, counts in numbers.items()
    }
    several = len(shards) > 1
    for shard in shards:
        place = f"shard {shard.shard}: " if several else ""
        summary.problems += [place + problem for problem in shard.problems]
        summary.broken += [place + broken for broken in shard.broken]
        summary.notes += [place + note for note in shard.notes]
    ran = {record.nodeid for record in summary.records}
    summary.not_run = sorted({story for shard in shards for story in shard.plan} - ran)
    summary.problems += _gaps(shards, ran)
    if not all(shard.is_together or shard.is_apart for shard in shards):
        summary.notes.append(
            "each shard audited and swept only its own users, since they had no REDIS_URL to meet at"
        )
    return summary


def merge_records(shards: Sequence[Manifest]) -> list[StoryRecord]:
    """Return one record of each story; of one that several shards tell of, the worst."""
    merged: dict[str, StoryRecord] = {}
    for record in (record for shard in shards for record in shard.records):
        if record.reason == LEFT_TO_THE_LAST:
            continue
        other = merged.get(record.nodeid)
        if other is None:
            merged[record.nodeid] = record
            continue
        other.worsen(Verdict(record.verdict), record.reason)
        other.seconds = max(other.seconds, record.seconds)
        other.attempts += record.attempts
        other.retries += record.retries
        other.lags += record.lags
        other.tried = add_up([other.tried, record.tried])
    return list(merged.values())


def _gaps(shards: Sequence[Manifest], ran: set[str]) -> Iterator[str]:
    """Say what speaks against this being the whole run."""
    of = shards[0].shard.of
    plan = shards[0].plan
    if any(shard.plan and shard.plan != plan for shard in shards):
        yield (
            "the shards have cut the stories differently: give all of them the same .acceptance/durations, "
            "or a REDIS_URL"
        )
    present = {shard.shard.number for shard in shards}
    for number in range(1, of + 1):
        stories = sorted(story for story, owner in plan.items() if owner == number and story not in ran)
        if number not in present:
            yield f"shard {number}/{of} is missing: {_name(stories)}"
        elif stories:
            yield f"shard {number}/{of} did not come to its end: {_name(stories)}"
    left = {record.nodeid for shard in shards for record in shard.records} - ran
    if left:
        yield f"no shard came last: {_name(sorted(left))}"


def _name(stories: Sequence[str]) -> str:
    count = f"{len(stories)} {'story' if len(stories) == 1 else 'stories'} did not run"
    named = "; ".join(story.rpartition("::")[2] for story in stories[:NAMED])
    more = f" and {len(stories) - NAMED} more" if len(stories) > NAMED else ""
    return f"{count} ({named}{more})" if stories else count
