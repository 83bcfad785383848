"""All benchmarks in one table: `python -m support.benchmarks [--compare] [NAME ...]`.

Ratios are of one run, so that a busy machine burdens both sides alike; other figures are for the eye. The
figures are kept in `reports/benchmarks.json`, the last ones beside them; `--compare` shows both and what
has become of each. The figures of a whole run are those of the run that was made last.
"""

from __future__ import annotations

import argparse
import json
import statistics
from typing import TYPE_CHECKING

from support.benchmarks import burst_spread, redaction, service_cost, start, story_cost, whole_run, workers
from support.target.settings import REPORTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FILE = REPORTS / "benchmarks.json"
STORIES, ROUNDS = 200, 3
BURSTS = (20, 8)
TEXT = 1 << 18  # [bytes]


def _stories() -> dict[str, float]:
    return {f"story_{name}": value for name, value in story_cost.compare(STORIES, ROUNDS).items()}


def _secrets() -> dict[str, float]:
    redactor = redaction.make_redactor()
    times = {kind: redaction.measure(redactor, make(TEXT)) for kind, make in redaction.KINDS.items()}
    return {"redaction_worst_s": max(times.values()), "redaction_median_s": statistics.median(times.values())}


def _bursts() -> dict[str, float]:
    spreads, gaps = burst_spread.measure_rounds(*BURSTS)
    return {"burst_spread_ms": statistics.median(spreads), "burst_gap_ms": statistics.median(gaps)}


BENCHMARKS: Mapping[str, Callable[[], dict[str, float]]] = {
    "story": _stories,
    "workers": workers.measure,
    "start": start.measure_start,
    "collection": start.measure_collection,
    "service": service_cost.measure,
    "redaction": _secrets,
    "bursts": _bursts,
    "run": whole_run.measure,
}


def tabulate(figures: Mapping[str, float], last: Mapping[str, float]) -> str:
    """Return a line for each figure, with the last one and the ratio of both where there is one."""
    lines = []
    for name, value in figures.items():
        line = f"{name:28} {value:10.2f}"
        if name in last:
            share = f"{value / last[name]:8.2f}" if last[name] else "       -"
            line += f" {last[name]:10.2f} {share}"
        lines.append(line)
    return "\n".join(lines)


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(prog="python -m support.benchmarks", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--compare", action="store_true", help="show the last figures and the ratios")
    options = parser.parse_args()
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    last: dict[str, float] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    figures: dict[str, float] = {}
    for name in options.names or BENCHMARKS:
        figures |= BENCHMARKS[name]()
    print(f"{'figure':28} {'now':>10}" + (f" {'last':>10} {'ratio':>8}" if options.compare else ""))
    print(tabulate(figures, last if options.compare else {}))
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(last | figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
