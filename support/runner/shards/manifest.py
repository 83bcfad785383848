"""What a shard leaves for `ci.merge` in `reports/shard.json`: who it was, what it had to do, how that ended.

Plain values, redacted. It knows of every story of the run which shard has it, so that what a missing shard
has not done can be told by any other.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from support.cleanup.run import Shard
from support.command_line.files import write_whole
from support.report.record import StoryRecord
from support.runner.shards.stories import PLAN
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from pathlib import Path

    from support.report.result import RunResult

FILE = "shard.json"


@dataclass(slots=True)
class Manifest:
    """One shard: `plan` has the number of the shard of each story, `known` the target's known deviations.

    `ahead_s` is by how much the epoch is ahead of the machine's monotonic clock [s]; `is_together` whether
    the last shard audits and sweeps for all, `is_apart` whether this one had a service of its own.
    """

    shard: Shard
    mark: str
    seed: int
    target: str
    promises: list[str]
    known: dict[str, Any]
    alert: dict[str, str]
    plan: dict[str, int]
    records: list[StoryRecord]
    users: dict[str, int | None]
    problems: list[str]
    broken: list[str]
    notes: list[str]
    seconds: float
    ahead_s: float
    is_together: bool
    is_apart: bool


def write_manifest(file: Path, result: RunResult, *, is_together: bool) -> None:
    """Write what a shard leaves; raises OSError."""
    run = result.run
    assert run is not None
    assert run.shard is not None
    try:
        plan = json.loads((run.folder / PLAN).read_text(encoding="utf-8"))
    except FileNotFoundError:  # no worker came so far
        plan = {}
    manifest = Manifest(
        run.shard,
        run.id,
        run.seed,
        run.target.name,
        sorted(run.target.promises),
        {name: deviation.model_dump(mode="json") for name, deviation in run.target.known.items()},
        run.target.alert.model_dump(),
        plan,
        result.records,
        result.users,
        result.problems,
        result.broken,
        result.notes,
        result.seconds,
        time.time() - time.monotonic(),
        is_together,
        run.embedded,
    )
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    write_whole(file, REDACTOR.document(text) + "\n")


def read_manifest(file: Path) -> Manifest:
    """Read what a shard has left; raises OSError, or ValueError for what is no such file."""
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        facts["shard"] = Shard(*facts["shard"])
        facts["records"] = [StoryRecord(**record) for record in facts["records"]]
        return Manifest(**facts)
    except (TypeError, KeyError) as error:
        raise ValueError(f"{file} is none of this version ({error})") from None
