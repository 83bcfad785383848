"""How long a run takes to begin, and whether collecting grows with the stories alone.

Times are of whole processes, each held against a bare interpreter of the same round, or against another
number of stories. Prints nothing; `python -m support.benchmarks` does.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from support.benchmarks.story_cost import FEATURE, FOLDER
from support.target.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FEW, MANY = 500, 2000
ROUNDS = 3
QUIETLY = ("-q", "-p", "no:cacheprovider")


def _run(*arguments: str) -> tuple[float, float]:
    """Run Python and return what it took on the wall and in processor time, its children included [s]."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=True)  # noqa: S603
    wall_s = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _write(folder: Path, stories: int) -> str:
    folder.mkdir(parents=True)
    rows = "".join(f"        | {day} |\n" for day in range(stories))
    (folder / "day.feature").write_text(FEATURE + rows, encoding="utf-8")
    return str(folder / "day.feature")


def measure_start() -> dict[str, float]:
    """Return the wall and processor time of a run of one story [s], service and sweep included."""
    folder = FOLDER / f"start-{time.monotonic_ns()}"
    feature = _write(folder, 1)
    places = [f"--alluredir={folder / 'results'}", f"--junitxml={folder / 'junit.xml'}"]
    options = [*QUIETLY, "--weather", "calm", "--bound", "0", f"--reports={folder / 'reports'}", *places]
    try:
        runs = [(_run("-c", "pass"), _run("-m", "pytest", feature, *options)) for _ in range(ROUNDS)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "start_s": statistics.median(run[0] for _, run in runs),
        "start_cpu_s": statistics.median(run[1] for _, run in runs),
        "start_ratio": statistics.median(run[1] / bare[1] for bare, run in runs),
    }


def measure_collection() -> dict[str, float]:
    """Return what collecting a story costs [ms], and how many times that of one among fewer it is."""
    folder = FOLDER / f"collection-{time.monotonic_ns()}"
    costs = []
    try:
        features = [_write(folder / str(count), count) for count in (1, FEW, MANY)]
        for _ in range(ROUNDS):
            base, few, many = (_run("-m", "pytest", "--collect-only", *QUIETLY, file)[1] for file in features)
            costs.append(((many - base) / MANY, (few - base) / FEW))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "collection_ms": statistics.median(many for many, _ in costs) * 1000,
        "collection_growth": statistics.median(many / few for many, few in costs),
    }
