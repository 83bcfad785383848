"""The command: `python -m ci.proof.mutants`. Breaks the service that comes along at random places.

A change that no story sees is a defect of a kind that nobody looks for, or none at all: people read the list.
Each is tried with the stories that reach its line, the quick ones first.
"""

from __future__ import annotations

import argparse
import json
import random
from typing import TYPE_CHECKING, Any

from ci.proof.catalogue import Case, as_data
from ci.proof.mutation import list_mutants
from ci.proof.reach import find_reach
from ci.proof.results import keep, read_kept
from ci.proof.runner import Plan, run_cases
from support.target.settings import REPORTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ci.proof.mutation import Mutant

LINES = REPORTS / "mutants.jsonl"
UNREACHED, UNSEEN = "not reached", "not seen"


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants and print those that no story saw; always 0, as such a change may be no defect."""
    options = _parse(arguments)
    mutants = [mutant for mutant in list_mutants() if options.room in mutant.module]
    chosen = random.Random(options.seed).sample(mutants, min(options.count, len(mutants)))
    plan = Plan(options.bound, options.jobs, {})
    reach = find_reach()
    said = dict.fromkeys(chosen, UNREACHED)
    done = read_kept(LINES) if options.resume else []
    for turn in range(2):
        cases = {
            mutant: _case(mutant, options.seed, stories)
            for mutant in chosen
            if said[mutant] in {UNREACHED, UNSEEN} and (stories := reach.of(mutant)[turn])
        }
        known = {_key(result["case"]) for result in done}
        left = [case for case in cases.values() if _key(as_data(case)) not in known]
        done = keep(run_cases(left, plan), len(left), LINES, done)
        found = {_key(result["case"]): _say(result) for result in done}
        said |= {mutant: found[_key(as_data(case))] for mutant, case in cases.items()}
    for mutant, what in sorted(said.items(), key=lambda pair: (pair[1], str(pair[0]))):
        print(f"{what}: {mutant}")
    seen = sum(what not in {UNSEEN, UNREACHED} for what in said.values())
    print(f"{seen} of {len(said)} changes were seen")
    words = {str(mutant): what for mutant, what in said.items()}
    (REPORTS / "mutants.json").write_text(json.dumps(words, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def _case(mutant: Mutant, seed: int, stories: Sequence[str]) -> Case:
    return Case(seed, "calm", stories=tuple(stories), mutant=(mutant.module, mutant.number))


def _key(case: Mapping[str, Any]) -> str:
    return json.dumps([case["mutant"], case["seed"], case["stories"]])


def _say(result: dict[str, Any]) -> str:
    """Say how a change was seen: by which story, before the first one, or not at all."""
    broken = [story for story in result.get("told", ()) if story["verdict"] == "broken"]
    if broken:
        return f"seen by {broken[0]['ids'][0]}"
    if "error" in result:
        return "no run"
    counts = result["counts"]
    if counts.get("inconclusive"):
        return f"inconclusive, {counts['inconclusive']} stories"
    return UNSEEN if counts.get("kept") else "no run"


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ci.proof.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=60, help="changes to try; default: 60")
    parser.add_argument("--seed", type=int, default=1, help="which of them; default: 1")
    parser.add_argument("--room", default="", metavar="NAME", help="only modules with this in their name")
    parser.add_argument("--bound", type=float, default=1.0, help="the promised time [s]; default: 1")
    parser.add_argument("--jobs", type=int, default=16, help="runs at once; default: 16")
    parser.add_argument("--resume", action="store_true", help=f"keep what {LINES.name} has already")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
