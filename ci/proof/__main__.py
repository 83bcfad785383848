"""The command: `python -m ci.proof`. Runs cases, keeps every result at once, and prints the table."""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ci.proof.catalogue import (
    Case,
    Defect,
    Oddity,
    alarm_cases,
    check_known,
    deal,
    defect_case,
    defect_cases,
    read_defects,
    read_oddities,
    read_stories,
)
from ci.proof.clauses import CLAUSES, proven_clauses
from ci.proof.explored import alone, explored_cases, weigh_explored
from ci.proof.results import keep, read_kept
from ci.proof.runner import Plan, run_cases
from ci.proof.tables import summarize, write_table
from ci.proof.verdicts import weigh_alarms, weigh_defects
from ci.readme import put
from support.target.settings import REPORTS

if TYPE_CHECKING:
    from collections.abc import Sequence

WEATHERS = ("calm", "flaky", "laggy")
QUICK_DEFECTS, QUICK_ODDITIES = 16, 4
LINES = REPORTS / "proof.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the proof; 0 when every defect is caught and nothing cries wolf, else 1."""
    options = _parse(arguments)
    defects, oddities = read_defects(), read_oddities()
    check_known(options.defect, defects, "defect")
    check_known(options.oddity, oddities, "oddity")
    cases = _choose(options, defects, oddities)
    begun = time.monotonic()
    done = read_kept(LINES) if options.resume else []
    known = {result["name"] for result in done}
    cases = [case for case in cases if case.name not in known]
    plan = Plan(options.bound, options.jobs, oddities, options.residents)
    results = keep(run_cases(cases, plan), len(cases), LINES, done)
    # How long it takes is known only where nothing is kept from earlier.
    return _conclude(results, defects, options, None if done else time.monotonic() - begun)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ci.proof", description=__doc__)
    parser.add_argument(
        "--defect", action="append", default=[], metavar="ID", help="only this one; repeatable"
    )
    parser.add_argument(
        "--oddity", action="append", default=[], metavar="ID", help="only this one; repeatable"
    )
    parser.add_argument("--seeds", type=int, default=10, help="for the uncertain classes; default: 10")
    parser.add_argument(
        "--certain", type=int, default=10, help="seeds for the deterministic classes; default: 10"
    )
    parser.add_argument(
        "--alarm-turns",
        type=int,
        default=2,
        help="times each correct service meets every weather; default: 2",
    )
    parser.add_argument("--combinations", type=int, default=40, help="of odd manners; default: 40")
    parser.add_argument("--weather", action="append", default=[], help=f"default: {', '.join(WEATHERS)}")
    parser.add_argument(
        "--explore",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="also count what exploration catches alone in so long; default: 0, not at all",
    )
    parser.add_argument(
        "--alone",
        action="store_true",
        help="with --explore: no example at all, neither against defects nor against correct services",
    )
    parser.add_argument("--bound", type=float, default=1.0, help="the promised time [s]; default: 1")
    parser.add_argument("--residents", type=int, default=0, metavar="N", help="foreign users in each service")
    parser.add_argument("--jobs", type=int, default=16, help="runs at once; default: 16")
    parser.add_argument(
        "--quick", action="store_true", help="a sample that changes daily, under three minutes"
    )
    parser.add_argument("--resume", action="store_true", help=f"keep what {LINES.name} has already")
    parser.add_argument("--readme", action="store_true", help="put the short form into the README")
    options = parser.parse_args(arguments)
    if options.alone and not options.explore > 0:
        parser.error("--alone needs --explore")
    return options


def _choose(
    options: argparse.Namespace, defects: dict[str, Defect], oddities: dict[str, Oddity]
) -> list[Case]:
    weathers = options.weather or list(WEATHERS)
    if options.quick:
        return _sample(defects, oddities)
    only = bool(options.defect or options.oddity)
    chosen = [defects[name] for name in options.defect] if only else list(defects.values())
    manners = [oddities[name] for name in options.oddity] if only else list(oddities.values())
    certain = options.seeds if options.defect else options.certain
    cases = list(explored_cases(chosen, options.explore, certain))
    if not options.alone:
        cases[:0] = defect_cases(chosen, options.seeds, weathers, seeds_of_certain=certain)
    if manners:
        combinations = 0 if only else options.combinations
        alarms = alarm_cases(
            manners, options.alarm_turns, weathers, combinations=combinations, stories=read_stories()
        )
        cases += (alone(case, options.explore) if options.alone else case for case in alarms)
    return cases


def _sample(defects: dict[str, Defect], oddities: dict[str, Oddity]) -> list[Case]:
    """Choose a few of each class of defects and a few manners, others each day."""
    today = datetime.now(UTC).date().toordinal()
    chance = random.Random(today)
    manners = random.Random(f"manners of {today}").sample(list(oddities), QUICK_ODDITIES)
    by_kind: dict[str, list[Defect]] = {}
    for defect in defects.values():
        by_kind.setdefault(defect.kind, []).append(defect)
    share = QUICK_DEFECTS / len(defects)
    chosen = [
        d for group in by_kind.values() for d in chance.sample(group, max(1, round(share * len(group))))
    ]
    stories = read_stories()
    cases = []
    # They tell all their stories, which takes longest, so they begin.
    for place, name in enumerate(manners):
        hand = deal(stories, today + place, name)
        cases.append(Case(today, WEATHERS[place % 3], oddities=(name,), stories=hand))
    return cases + [defect_case(defect, today, "calm") for defect in chosen]


def _conclude(
    results: list[dict[str, Any]],
    defects: dict[str, Defect],
    options: argparse.Namespace,
    seconds: float | None,
) -> int:
    explored = weigh_explored(results)
    by_examples = [result for result in results if not result["case"].get("explore_s")]
    catches, alarms = weigh_defects(by_examples, defects), weigh_alarms(results)
    proven = proven_clauses()
    unproven = [clause for clause in CLAUSES if clause not in proven]
    unbroken = [clause for clause in CLAUSES if clause not in {defect.clause for defect in defects.values()}]
    short = summarize(catches, alarms, unproven, unbroken, seconds, explored.row)
    (REPORTS / "proof.md").write_text(write_table(catches, alarms, short), encoding="utf-8")
    survivors = [catch for catch in catches if not catch.is_caught]
    data = {
        "caught": [c.defect.id for c in catches if c.is_caught],
        "survivors": [c.defect.id for c in survivors],
        "explored": asdict(explored),
        "false_alarms": [result["name"] for result in alarms.false],
        "alarm_runs": alarms.runs,
        "alarm_rate_bound": alarms.upper_bound,
        "unproven_clauses": unproven,
        "unbroken_clauses": unbroken,
        "runs": len(results),
        "seconds": seconds,
        "failed_runs": [result["name"] for result in results if "error" in result],
        "results": results,
    }
    (REPORTS / "proof.json").write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    print(short)
    for catch in survivors:
        idle = f", idle in {catch.idle}" if catch.idle else ""
        print(f"survivor {catch.defect.id} ({catch.defect.clause}, {catch.caught}/{catch.runs}{idle}): "
              f"{catch.defect.text} [{' '.join(catch.defect.stories)}]")  # fmt: skip
    for name in (*explored.sometimes, *explored.missed):
        which = "not always" if name in explored.sometimes else "not"
        print(f"{which} found by exploration alone: {name} ({defects[name].clause}): {defects[name].text}")
    for result in alarms.false:
        for story in result["told"]:
            if story["verdict"] == "broken":
                which = f"{story['title']} {story['example'] or ''}"
                print(f"false alarm {result['name']}: {which}: {story['reason']}")
    for result in results:
        if "error" in result:
            print(f"did not run {result['name']}: {result['error']}")
    if options.readme:
        put("proof", short)
    return 1 if survivors or alarms.false or data["failed_runs"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
