"""The command: `python -m ci.peer`. Runs the peer on planted defects and on the healthy service."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci.peer.runner import Plan, run_cases
from ci.peer.tables import summarize, write_report
from ci.peer.tool import NAME, VERSION, Peer, install, read_settings
from ci.peer.verdicts import Find, Health, weigh_finds, weigh_health
from ci.proof.catalogue import Case, Defect, check_known, defect_case, read_defects
from ci.proof.results import keep, read_kept
from ci.readme import put
from support.target.settings import REPORTS, ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

WEATHERS = ("calm", "laggy")
LINES = REPORTS / "peer.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement; 0 when every run came to its end, else 1. What was caught decides nothing."""
    options = _parse(arguments)
    defects = read_defects()
    check_known(options.defect, defects, "defect")
    venv = (ROOT / options.venv).resolve()
    install(venv)
    peer = Peer(venv, options.examples)
    kept = read_kept(LINES) if options.resume else []
    done = [result for result in kept if result["examples"] == options.examples]
    known = {result["name"] for result in done}
    cases = [case for case in _choose(options, defects) if case.name not in known]
    plan = Plan(peer, options.bound, options.jobs)
    results = keep(run_cases(cases, plan), len(cases), LINES, done)
    return _conclude(results, defects, peer, options)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ci.peer", description=__doc__)
    parser.add_argument(
        "--defect", action="append", default=[], metavar="ID", help="only this one; repeatable"
    )
    parser.add_argument("--seeds", type=int, default=1, help="runs of each defect; default: 1")
    parser.add_argument(
        "--healthy", type=int, default=10, help="runs of the healthy service in each weather; default: 10"
    )
    parser.add_argument("--jobs", type=int, default=2, help="runs at once; default: 2")
    parser.add_argument("--examples", type=int, default=50, help="most examples per operation; default: 50")
    parser.add_argument("--bound", type=float, default=1.0, help="the promised time [s]; default: 1")
    parser.add_argument("--resume", action="store_true", help=f"keep what {LINES.name} has already")
    parser.add_argument("--readme", action="store_true", help="put the short form into the README")
    parser.add_argument(
        "--venv",
        type=Path,
        default=Path(".acceptance/peer"),
        help="the peer's environment; made when missing",
    )
    return parser.parse_args(arguments)


def _choose(options: argparse.Namespace, defects: dict[str, Defect]) -> list[Case]:
    """Return the cases, the healthy ones first: what they are accused of is the measure of the others."""
    chosen = [defects[name] for name in options.defect] or list(defects.values())
    cases = [Case(seed, weather) for weather in WEATHERS for seed in range(1, options.healthy + 1)]
    return cases + [defect_case(d, seed, "calm") for seed in range(1, options.seeds + 1) for d in chosen]


def _conclude(
    results: list[dict[str, Any]], defects: dict[str, Defect], peer: Peer, options: argparse.Namespace
) -> int:
    health = weigh_health(results)
    finds = weigh_finds(results, defects, health)
    command = peer.arguments("{base}", "{seed}")
    broken = [result for result in results if "error" in result]
    seconds = sum(result["seconds"] for result in results)
    facts = {
        "runs": str(len(results)),
        "runs that did not come to an end": str(len(broken)),
        "seeds of each defect": str(options.seeds),
        "promised time": f"{options.bound:g} s",
        "requests in a run, about": str(sum(r.get("generated", 0) for r in results) // max(1, len(results))),
        "time of a run, on average": f"{seconds / max(1, len(results)):.1f} s, {options.jobs} at once",
    }
    report = write_report(finds, health, command, facts)
    (REPORTS / "peer.md").write_text(report, encoding="utf-8")
    data = _summarize(finds, health) | {
        "tool": NAME,
        "version": VERSION,
        "command": ["st", *command],
        "settings": read_settings(),
        "facts": facts,
        "failed_runs": [result["name"] for result in broken],
        "results": results,
    }
    (REPORTS / "peer.json").write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    print(report.partition("## Defects")[0].strip())
    if options.readme:
        put("peer", summarize(finds, health))
    for result in broken:
        print(f"did not run {result['name']}: {result['error']}")
    return 1 if broken else 0


def _summarize(finds: Sequence[Find], health: dict[str, Health]) -> dict[str, Any]:
    """Return the figures as plain data."""
    return {
        "caught": [find.defect.id for find in finds if find.is_caught],
        "any_failure": [find.defect.id for find in finds if find.failed],
        "missed": [find.defect.id for find in finds if not find.is_caught],
        "idle": [find.defect.id for find in finds if not find.acted],
        "healthy": {
            weather: {"runs": one.runs, "failed": one.failed, "failures": [list(f) for f in one.failures]}
            for weather, one in health.items()
        },
    }


if __name__ == "__main__":
    raise SystemExit(main())
