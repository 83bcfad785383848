"""What the last run took, by its own reports: requests by purpose, waits, and the size of results.

Reads `reports/` and `allure-results/`; runs nothing and prints nothing (`python -m support.benchmarks` does).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from support.target.settings import REPORTS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

RESULTS = ROOT / "allure-results"
MIB = 1 << 20


def measure(reports: Path = REPORTS, results: Path = RESULTS) -> dict[str, float]:
    """Return the figures of a run; none where there was none."""
    history = reports / "history.jsonl"
    if not history.is_file():
        return {}
    verbs: Counter[str] = Counter()
    spans: dict[str, tuple[float, float]] = defaultdict(lambda: (float("inf"), 0.0))
    with history.open(encoding="utf-8") as lines:
        for line in lines:
            said = json.loads(line)
            verbs[said["verb"]] += 1
            begun, ended = spans[said["story"]]
            spans[said["story"]] = min(begun, said["sent_at"]), max(ended, said["answered_at"])
    first, last = min(begun for begun, _ in spans.values()), max(ended for _, ended in spans.values())
    size = sum(file.stat().st_size for file in results.glob("*")) if results.is_dir() else 0
    stories = len(spans)
    return {
        "run_requests": float(verbs.total()),
        "run_requests_a_story": verbs.total() / stories,
        **{f"run_{verb.replace(' ', '_')}": float(count) for verb, count in sorted(verbs.items())},
        "run_stories_s": last - first,
        # How many stories were under way at a time: what is idle in each of them is used by the others.
        "run_side_by_side": sum(ended - begun for begun, ended in spans.values()) / (last - first),
        "run_history_mib": history.stat().st_size / MIB,
        "run_results_mib": size / MIB,
    }
