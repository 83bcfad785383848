"""Whether the scripts that broken promises leave tell a broken service from a healthy one, alone.

For each planted defect the suite is run against a service that has it; then a Python that has `requests` and
nothing of the project runs every script that this run left: against the broken service, where it has to say
1, and against a healthy one, where it has to say 0. Scripts for curl have to say the same, or 2 in both
cases. Prints one line for each and the figures.

    python -m ci.trials.reproductions [DEFECT …]
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import venv
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ci.proof.catalogue import Defect, check_known, read_defects
from ci.proof.runner import TOKENS
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Across the features, one or two of each; those of the second list are left to exploration alone.
BY_STORIES = (
    "M01", "M04", "M15", "M19", "M26", "M29", "M36", "M40", "M45", "M50", "M58", "M66", "M70", "M79",
    "M82", "M100", "M102", "M121", "M126", "M137", "N07", "N21", "N23", "N45",
)  # fmt: skip
BY_EXPLORATION = ("M08", "M12", "M43", "M71", "N29", "N40")
EXPLORE_S = 30.0
BOUND_S = 1.0
REQUESTS = re.compile(r"\((\d+) requests\)")
MOST_IN_THE_MEDIAN = 10


@dataclass(frozen=True, slots=True)
class Told:
    """What one script said: exit codes against the broken and the healthy service, and its requests."""

    defect: str
    script: str
    broken: int
    healthy: int
    requests: int

    @property
    def is_right(self) -> bool:
        """Whether it tells one from the other; one for curl may leave that to people."""
        codes = (self.broken, self.healthy)
        return codes == (1, 0) or (self.is_silent and self.script.endswith(".sh"))

    @property
    def is_silent(self) -> bool:
        """Whether it never tells anything."""
        return (self.broken, self.healthy) == (2, 2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trial; 0 when every defect left a script, and all tell right within the requests allowed."""
    parser = argparse.ArgumentParser(prog="python -m ci.trials.reproductions", description=__doc__)
    parser.add_argument("defects", nargs="*", metavar="DEFECT", help="default: a choice across the features")
    parser.add_argument("--explore", action="store_true", help="leave the named ones to exploration alone")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the scripts there")
    options = parser.parse_args(arguments)
    known = read_defects()
    check_known(options.defects, known, "defect")
    chosen = [(name, options.explore) for name in options.defects]
    chosen = chosen or [*((n, False) for n in BY_STORIES), *((n, True) for n in BY_EXPLORATION)]
    told: list[Told] = []
    silent: list[str] = []
    with tempfile.TemporaryDirectory(prefix="reproductions-") as name:
        folder = Path(options.keep or name)
        python = bare_python(Path(name) / "bare")
        tokens = {variable: secrets.token_urlsafe(24) for variable in TOKENS}
        with service(tokens) as healthy:
            for defect, is_explored in chosen:
                some = list(
                    _try(known[defect], folder / defect, python, tokens, healthy, is_explored=is_explored)
                )
                told += some
                silent += [] if some else [defect]
                print("\n".join(map(_line, some)) or f"{defect}: no script", flush=True)
    return _conclude(told, silent, len(chosen))


def bare_python(folder: Path) -> Path:
    """Make an environment with `requests` and nothing else, and return its interpreter."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "requests"], check=True)  # noqa: S603
    return python


@contextmanager
def service(tokens: Mapping[str, str], *options: str) -> Iterator[str]:
    """Run the reference service; yield its base URL."""
    command = [
        sys.executable,
        "-m",
        "support.reference",
        "--bound",
        str(BOUND_S),
        "--exit-with-stdin",
        *options,
    ]
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=ROOT,
        env={**os.environ, **tokens},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def _try(
    defect: Defect,
    folder: Path,
    python: Path,
    tokens: Mapping[str, str],
    healthy: str,
    *,
    is_explored: bool,
) -> Iterator[Told]:
    weather = "laggy" if defect.kind == "L" or defect.clause.startswith("5.") else "calm"
    with service(tokens, "--defect", defect.id, "--weather", weather) as broken:
        _run_suite(defect, folder, {**tokens, "BASE_URL": broken}, is_explored=is_explored)
        for script in sorted((folder / "reproductions").glob("*.*")):
            codes, said = [], ""
            with_python = script.suffix == ".py"
            for base_url in (broken, healthy):
                done = subprocess.run(  # noqa: S603
                    [python, "-I", script] if with_python else ["sh", script],
                    env={**tokens, "BASE_URL": base_url, "PATH": os.environ["PATH"]},
                    cwd=folder,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                codes.append(done.returncode)
                said = said or done.stdout
            found = REQUESTS.search(said)
            yield Told(defect.id, script.name, codes[0], codes[1], int(found[1]) if found else 0)


def _run_suite(defect: Defect, folder: Path, variables: Mapping[str, str], *, is_explored: bool) -> None:
    stories = "exploration" if is_explored else " or ".join(defect.stories)
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--target=reference"),
        *("-o", "addopts=-p no:hypothesispytest", "--bound", str(BOUND_S), "--seed", "1", "-m", stories),
        *("--explore", str(EXPLORE_S if is_explored else 0), f"--reports={folder}"),
    ]
    environment = {**os.environ, **variables}
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)  # noqa: S603


def _line(told: Told) -> str:
    verdict = "right" if told.is_right else "WRONG"
    return (
        f"{told.defect}: {verdict}, {told.broken} against the broken service, {told.healthy} against the "
        f"healthy one, {told.requests} requests: {told.script}"
    )


def _conclude(told: Sequence[Told], silent: Sequence[str], count: int) -> int:
    shells = [each for each in told if each.script.endswith(".sh")]
    requests = [each.requests for each in told if each.is_right and each not in shells]
    median = statistics.median(requests) if requests else 0
    wrong = [each for each in told if not each.is_right]
    print(
        f"{count} defects, {len(silent)} without a script ({' '.join(silent) or 'none'}); "
        f"{len(told) - len(shells)} scripts and {len(shells)} for curl, {len(wrong)} of them wrong, "
        f"{sum(each.is_silent for each in shells)} of those for curl left to people; "
        f"{median:g} requests in the median, {max(requests, default=0)} at most"
    )
    return 1 if silent or wrong or median > MOST_IN_THE_MEDIAN else 0


if __name__ == "__main__":
    raise SystemExit(main())
