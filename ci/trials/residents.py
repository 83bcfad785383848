"""What a crowded service costs: `python -m ci.trials.residents 0 5000 50000`.

Each number is that of the foreign users in a reference service from its start, with which the whole default
suite is run. The service is asked directly, before and after, who lives there. Prints a row for each number,
and which stories and purposes took more requests than in the first row. Exit code 1 where a run takes more
than 1.5 times the requests of the first, is broken, or does not leave the users as they were.

`--oddity B70` runs it against a service of odd manners (no search, no order, small pages: see
`python -m support.reference --list-oddities`), with the profile of a careful user. Further arguments go to
pytest.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from ci.proof.catalogue import profile_for, read_oddities
from ci.proof.runner import to_toml
from ci.trials.projects import copy_project
from ci.trials.reference import TrialService
from ci.trials.runs import suite
from ci.trials.tables import write_row, write_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ci.trials.runs import Ended

MOST_TIMES = 1.5  # the requests of the first row
BOUND_S = 2.0
VERDICTS = ("kept", "broken", "inconclusive", "not_applicable")
HEAD = ("residents", "requests", "ratio", "at the service", "ratio", "seconds", "verdict", *VERDICTS, "left",
        "others touched", "ok")  # fmt: skip
MORE_BY = 20  # requests, from which on a purpose is told
LONGEST_TABLE = 25

Purpose = tuple[str, str]  # of which story, and what for


@dataclass(frozen=True, slots=True)
class Measured:
    """One run against so many residents.

    `at_service` are the requests that the service has counted, the first look and the final sweep included;
    `left` are the users who came and stayed, `touched` those from before who are gone or changed.
    """

    residents: int
    ended: Ended
    purposes: Counter[Purpose]
    at_service: int
    left: int
    touched: int

    @property
    def requests(self) -> int:
        """How many requests the stories have sent."""
        return int(self.ended.summary.get("requests", 0))

    def is_ok(self, first: Measured) -> bool:
        """Return whether this is as promised, given the run that it is compared with.

        What is inconclusive now and then, in heavy weather, accuses nobody.
        """
        counts = self.ended.summary.get("counts", {})
        is_cheap = 0 < self.requests <= MOST_TIMES * first.requests
        is_told = self.ended.code in {0, 10} and counts.get("inconclusive", 0) * 10 <= counts.get("kept", 0)
        return is_told and is_cheap and not (self.left or self.touched)

    def cells(self, first: Measured) -> tuple[object, ...]:
        """Return the row of the table."""
        counts = self.ended.summary.get("counts", {})
        return (
            self.residents, self.requests, _ratio(self.requests, first.requests),
            self.at_service, _ratio(self.at_service, first.at_service), round(self.ended.seconds),
            self.ended.verdict or f"exit code {self.ended.code}",
            *(counts.get(name, "-") for name in VERDICTS), self.left, self.touched,
            "yes" if self.is_ok(first) else "NO",
        )  # fmt: skip


def _ratio(number: int, first: int) -> str:
    return f"{number / first:.2f}" if first else "-"


def purpose_of(line: Mapping[str, Any]) -> Purpose:
    """Return what an attempt of the history was for: its story, its verb, and the order of a list."""
    query = parse_qs(urlsplit(str(line["path"])).query)
    asked = [f"{name} {query[name][0]}" for name in ("sort", "limit") if name in query]
    story = str(line["story"]).rpartition("::")[2].removeprefix("test_")
    return story, f"{line['verb']} {', '.join(asked)}".strip()


def read_purposes(history: Path) -> Counter[Purpose]:
    """Count the attempts of a run by story and purpose."""
    if not history.exists():
        return Counter()
    return Counter(
        purpose_of(json.loads(line)) for line in history.read_text(encoding="utf-8").splitlines() if line
    )


def grown(first: Counter[Purpose], other: Counter[Purpose]) -> list[tuple[object, ...]]:
    """Return which purposes took more requests than at first, the ones that grew most before others."""
    more = ((other[key] - first[key], key) for key in other.keys() | first.keys())
    told = sorted((each for each in more if each[0] >= MORE_BY), reverse=True)
    return [(story, purpose, first[story, purpose], other[story, purpose]) for _, (story, purpose) in told]


def measure(
    residents: int, oddities: Sequence[str], options: Sequence[str], service: Sequence[str]
) -> Measured:
    """Run the stories against so many residents."""
    known = read_oddities()
    with tempfile.TemporaryDirectory(prefix="residents-") as name:
        folder = copy_project(Path(name) / "project")
        profile = profile_for([known[oddity] for oddity in oddities], BOUND_S)
        (folder / "crowded.toml").write_text(to_toml(profile), encoding="utf-8")
        manners = [f"--oddity={oddity}" for oddity in oddities]
        with TrialService(
            f"--bound={BOUND_S}", "--inspect", *manners, *service, residents=residents
        ) as target:
            before = target.everybody()
            asked = target.count_requests()
            ended = suite(folder, "-q", "--target=crowded.toml", *options, variables=target.variables).wait()
            at_service = target.count_requests() - asked
            after = target.everybody()
        purposes = read_purposes(folder / "reports" / "history.jsonl")
    touched = [key for key, user in before.items() if after.get(key) != user]
    return Measured(residents, ended, purposes, at_service, len(after.keys() - before.keys()), len(touched))


def _tell(measured: Measured) -> None:
    """Print what was not kept, each story with its reason."""
    for story in measured.ended.summary.get("scenarios", ()):
        if story["verdict"] in {"broken", "inconclusive"}:
            name = f"{' '.join(story['ids'])} {story['title']}"
            reason = " ".join(str(story["reason"]).split())[:300]
            print(f"{measured.residents}: {story['verdict']}: {name}: {reason}")
    if not measured.ended.summary:
        print(f"{measured.residents}: {measured.ended.last_line}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each number of residents and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m ci.trials.residents", description=__doc__)
    parser.add_argument("residents", type=int, nargs="+", metavar="N")
    parser.add_argument("--oddity", action="append", default=[], metavar="ID")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--weather", default="flaky")
    parser.add_argument("--workers", type=int, default=8)
    chosen, further = parser.parse_known_args(arguments)
    options = [f"-n{chosen.workers}", f"--seed={chosen.seed}", *further]
    service = [f"--weather={chosen.weather}", f"--seed={chosen.seed}"]
    print(write_table(HEAD, []), flush=True)
    runs: list[Measured] = []
    for number in chosen.residents:
        runs.append(measure(number, chosen.oddity, options, service))
        print(write_row(runs[-1].cells(runs[0])), flush=True)
    for run in runs:
        _tell(run)
    if rows := grown(runs[0].purposes, runs[-1].purposes)[:LONGEST_TABLE]:
        head = ("story", "purpose", f"{runs[0].residents} residents", f"{runs[-1].residents} residents")
        print(f"\n{write_table(head, rows)}")
    return 0 if all(run.is_ok(runs[0]) for run in runs) else 1


if __name__ == "__main__":
    raise SystemExit(main())
