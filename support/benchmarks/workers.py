"""How many times as fast eight workers are as one, against a service that answers in 50 ms.

As the slope between a short and a long run of equal stories, so that starting up does not count. Prints
nothing; `python -m support.benchmarks` does.
"""

from __future__ import annotations

import shutil

from support.benchmarks.story_cost import FOLDER, run_stories

WORKERS = 8
FEW, MANY = 32, 256
DISTANT = ("--weather", "distant")


def measure() -> dict[str, float]:
    """Return what a story takes with one worker and with eight [ms], and the ratio."""
    try:
        alone, together = _story_s(1), _story_s(WORKERS)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
    return {
        "workers_1_story_ms": alone * 1000,
        f"workers_{WORKERS}_story_ms": together * 1000,
        "workers_speedup": alone / together,
    }


def _story_s(workers: int) -> float:
    short, long = (run_stories(count, "-n", str(workers), *DISTANT).wall_s for count in (FEW, MANY))
    return (long - short) / (MANY - FEW)
