"""The history of published runs: one line of JSON a run, in `.allure/promises.jsonl` beside Allure's own.

Runs are told apart by what their summary says, so that publishing one twice keeps one line. The file is
written as a whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from support.command_line.files import write_whole
from support.report.coverage import undeclared_in
from support.report.promises.clauses import weigh
from support.target.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HISTORY = ROOT / ".allure" / "promises.jsonl"
MOST_RUNS = 1000


@dataclass(frozen=True, slots=True)
class RunEntry:
    """What is remembered of a run.

    `ended` is an ISO 8601 date with a zone, `clauses` are their verdicts, `undeclared` the members of users
    that were shown and that the profile did not name.
    """

    run: str
    ended: str
    target: str
    seed: int | None
    verdict: str
    counts: dict[str, int]
    clauses: dict[str, str]
    gate: str = "passed"
    undeclared: list[str] = field(default_factory=list)


class History:
    """The runs that a file remembers, the oldest first; no file is an empty history.

    Raises ValueError for a file that is no history: it is not written over then.
    """

    def __init__(self, file: Path = HISTORY) -> None:
        self._file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        try:
            self.runs = [RunEntry(**json.loads(line)) for line in lines if line]
        except (TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"{file} is no history of runs ({error})") from None

    def of_target(self, target: str) -> list[RunEntry]:
        """Return the runs against a target, the oldest first."""
        return sorted((run for run in self.runs if run.target == target), key=lambda run: run.ended)

    def last_kept(self, target: str) -> dict[str, str]:
        """Return when each clause was last seen kept on a target, by its number."""
        return {
            clause: run.ended
            for run in self.of_target(target)
            for clause, verdict in run.clauses.items()
            if verdict == "kept"
        }

    def add(self, entry: RunEntry) -> None:
        """Remember a run, in place of what was remembered of it before, and write the file."""
        others = [run for run in self.runs if run.run != entry.run]
        self.runs = [*others, entry][-MOST_RUNS:]
        self._file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(
            self._file, "".join(json.dumps(asdict(run), ensure_ascii=False) + "\n" for run in self.runs)
        )


def entry_of(summary: dict[str, Any], gate: str) -> RunEntry:
    """Return what is remembered of the run that a summary describes; clauses without stories are left out."""
    text = json.dumps(summary, sort_keys=True)
    return RunEntry(
        run=hashlib.sha256(text.encode()).hexdigest()[:16],
        ended=summary["ended"],
        target=summary["target"],
        seed=summary["seed"],
        verdict=summary["verdict"],
        counts=summary["counts"],
        clauses={each.number: str(each.verdict) for each in weigh(summary["scenarios"]) if each.verdict},
        gate=gate,
        undeclared=sorted(undeclared_in(summary["scenarios"])),
    )
