"""What there is to prove on: the planted defects, the odd but correct manners, and the cases made of them.

The reference service tells what it can do (`--list-defects`, `--list-oddities`); nothing of it is imported.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from support.runner.binding import read_tags
from support.target import load_target
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CLASSES = {
    "E": "plain",
    "S": "subtle",
    "C": "only with concurrency",
    "L": "only with lag",
    "P": "probability",
    "R": "only with lost answers",
}
STORY_ID = re.compile(r"[A-Z]{3}-\d{2}")
AUDIT = "OPS-05"  # looks once more at whatever the others have made
HANDS = 12
ALARM_SEEDS = 5
LAGGY = "laggy"
DETERMINISTIC = frozenset("ES")


@dataclass(frozen=True, slots=True)
class Defect:
    """A planted defect: the clause that it breaks and the stories that are about it.

    `manners` are the oddities of the service that it is planted in, where it breaks a promise of theirs.
    """

    id: str
    kind: str
    clause: str
    stories: tuple[str, ...]
    text: str
    manners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Oddity:
    """A manner that is awkward but correct, with what a careful user's profile says about it."""

    id: str
    text: str
    profile: dict[str, Any]
    withdraws: tuple[str, ...]
    promises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One run of the suite against one service. Without a defect, whatever turns red is a false alarm.

    Clients act by chance for `explore_s` [s]; where that is 0, not at all with a defect, and without one for
    as long as they do by default. A mutant is a module of the service and the number of a change in it.
    """

    seed: int
    weather: str
    defect: str = ""
    oddities: tuple[str, ...] = ()
    stories: tuple[str, ...] = field(default=())
    explore_s: float = 0.0
    mutant: tuple[str, int] | None = None

    @property
    def name(self) -> str:
        """What tells this case from every other."""
        how = "/explored" if self.explore_s else ""
        if self.mutant:
            return f"{self.mutant[0]}#{self.mutant[1]}/{self.weather}/{self.seed}"
        return f"{self.defect or '+'.join(self.oddities) or 'healthy'}/{self.weather}/{self.seed}{how}"


def read_defects() -> dict[str, Defect]:
    """Ask the reference service which defects can be planted."""
    rows = (line.split("\t") for line in _list("--list-defects"))
    return {
        name: Defect(name, kind, clause, tuple(stories.split()), text, tuple(manners.split()))
        for name, kind, clause, stories, text, manners in rows
    }


def read_oddities() -> dict[str, Oddity]:
    """Ask the reference service which odd manners it can have."""
    found = {}
    for line in _list("--list-oddities"):
        name, text, fragment = line.split("\t")
        settings = json.loads(fragment)
        withdraws, promises = tuple(settings["withdraws"]), tuple(settings["promises"])
        found[name] = Oddity(name, text, settings["profile"], withdraws, promises)
    return found


def profile_for(oddities: Sequence[Oddity], bound_s: float) -> dict[str, Any]:
    """Write the reference service's profile as a careful user would for these manners, as plain data."""
    profile: dict[str, Any] = json.loads(load_target("reference").model_dump_json())
    profile["bounds"] = {"single_s": bound_s, "list_s": bound_s}
    if oddities:
        profile["openapi"] = ""  # its document describes the service without them
    promised, withdrawn = set(profile["promises"]), set[str]()
    for oddity in oddities:
        promised.update(oddity.promises)
        withdrawn.update(oddity.withdraws)
        _merge(profile, _scaled(oddity.profile, bound_s / 2.0))
    profile["promises"] = sorted(promised - withdrawn)
    return profile


def defect_cases(
    defects: Sequence[Defect], seeds: int, weathers: Sequence[str], *, seeds_of_certain: int
) -> Iterator[Case]:
    """Return the cases that prove that defects are caught; deterministic ones need fewer seeds."""
    for seed in range(1, seeds + 1):
        for defect in defects:
            if defect.kind in DETERMINISTIC and seed > seeds_of_certain:
                continue
            yield defect_case(defect, seed, weathers[(seed - 1) % len(weathers)])


def defect_case(defect: Defect, seed: int, weather: str) -> Case:
    """Return the case of one defect; where replicas must lag for it to act, they do."""
    needs_lag = defect.kind == "L" or defect.clause.startswith("5.")
    return Case(
        seed,
        LAGGY if needs_lag else weather,
        defect=defect.id,
        oddities=defect.manners,
        stories=defect.stories,
    )


def alarm_cases(
    oddities: Sequence[Oddity],
    turns: int,
    weathers: Sequence[str],
    *,
    combinations: int,
    stories: Sequence[str],
) -> Iterator[Case]:
    """Return the cases that count false alarms: healthy, each manner alone, and random combinations.

    In a turn each service meets every weather once; the seeds go round among `ALARM_SEEDS`. Each case tells a
    share of the stories, dealt so that the cases of one service come to all of them again and again.
    """
    groups: list[tuple[str, ...]] = [(), *((oddity.id,) for oddity in oddities)]
    chance = random.Random("combinations")
    names = [oddity.id for oddity in oddities]
    groups += [tuple(sorted(chance.sample(names, chance.randint(2, 4)))) for _ in range(combinations)]
    for turn in range(turns):
        for place, weather in enumerate(weathers):
            for number, group in enumerate(groups):
                seed = 1 + (turn + place + number) % ALARM_SEEDS
                hand = deal(stories, turn * len(weathers) + place, "+".join(group))
                yield Case(seed, weather, oddities=group, stories=hand)


def deal(stories: Sequence[str], turn: int, service: str) -> tuple[str, ...]:
    """Deal the stories of one turn: after `HANDS` turns each has been told once, and the audit each time."""
    order = [story for story in stories if story != AUDIT]
    random.Random(f"{service}/{turn // HANDS}").shuffle(order)
    return (*order[turn % HANDS :: HANDS], AUDIT)


def read_stories() -> list[str]:
    """Return the ids of all stories."""
    return sorted(tag for tag in read_tags(ROOT / "features") if STORY_ID.fullmatch(tag))


def check_known(names: Iterable[str], known: Iterable[str], kind: str) -> None:
    """Raise SystemExit for a name that nobody knows."""
    for name in names:
        if name not in known:
            raise SystemExit(f"no such {kind}: {name}; these are known: {', '.join(known)}")


def as_data(case: Case) -> dict[str, Any]:
    """Write a case as plain data."""
    return asdict(case)


def _scaled(profile: dict[str, Any], factor: float) -> dict[str, Any]:
    """Bounds in a fragment are for the default promise of two seconds."""
    if "bounds" not in profile:
        return profile
    return {**profile, "bounds": {name: value * factor for name, value in profile["bounds"].items()}}


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value


def _list(option: str) -> list[str]:
    command = [sys.executable, "-m", "support.reference", option]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return [line for line in said.stdout.splitlines() if line]
