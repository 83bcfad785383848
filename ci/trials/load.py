"""What load stories say of a quick and of a slow service: `python -m ci.trials.load`.

A minute of many clients, by Locust with one process that leads and two in which they act, against the
reference service: a healthy one, one that is slow once in fifty answers, and one with a planted slow path.
The service itself is asked how many users there are, before and after. Exit code 1 where a verdict is not as
expected, or somebody is left. On a busy machine the story is inconclusive: this needs a quiet one.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ci.proof.catalogue import profile_for
from ci.proof.runner import to_toml
from ci.trials.projects import copy_project
from ci.trials.reference import TrialService
from ci.trials.runs import suite
from ci.trials.tables import write_row, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence

BOUND_S = 2.0
ROWS = (
    ("healthy", (), "kept"),
    ("one answer in fifty takes 1.5 s", ("--oddity=B42",), "kept"),
    ("one look-up in five takes 0.8 s", ("--defect=M157",), "broken"),
)
HEAD = ("service", "expected", "verdict", "requests", "seconds", "left", "ok", "seen")


def measure(manners: Sequence[str], load_s: float, clients: int) -> tuple[str, tuple[object, ...], str]:
    """Run the load story; returns its verdict, requests, seconds and users left, and why."""
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        folder = copy_project(Path(name) / "project")
        (folder / "busy.toml").write_text(to_toml(profile_for([], BOUND_S)), encoding="utf-8")
        with TrialService(f"--bound={BOUND_S}", "--inspect", "--weather=flaky", *manners) as target:
            asked, before = target.count_requests(), target.count_users()
            options = ("-q", "-m", "load", f"--load={load_s:g}", f"--load-clients={clients}")
            ended = suite(folder, *options, "--target=busy.toml", variables=target.variables).wait()
            asked, left = target.count_requests() - asked, target.count_users() - before
    stories = [story for story in ended.summary.get("scenarios", ()) if "LOA-01" in story["ids"]]
    verdict = stories[0]["verdict"] if stories else f"exit code {ended.code}"
    why = str(stories[0].get("reason") or "") if stories else ended.last_line
    return verdict, (asked, round(ended.seconds, 1), left), " ".join(why.split())[:200]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each row and print the table."""
    parser = argparse.ArgumentParser(prog="python -m ci.trials.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=20)
    chosen = parser.parse_args(arguments)
    print(write_table(HEAD, []), flush=True)
    are_ok = []
    for title, manners, expected in ROWS:
        verdict, figures, why = measure(manners, chosen.seconds, chosen.clients)
        are_ok.append(verdict == expected and figures[-1] == 0)
        row = (title, expected, verdict, *figures, "yes" if are_ok[-1] else "NO", why)
        print(write_row(row), flush=True)
    return 0 if all(are_ok) else 1


if __name__ == "__main__":
    raise SystemExit(main())
