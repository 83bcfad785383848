"""Every check in each of its ways, in an order of chance: what is known to go wrong is not left to it."""

from __future__ import annotations

import json
import random
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from support.behaviours.exploration.checks.many_users import create_many
from support.behaviours.exploration.checks.table import checks_for
from support.behaviours.exploration.manners import Manner, own_address
from support.behaviours.exploration.texts import SORTABLE, Sample
from support.command_line.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence as SequenceOf
    from pathlib import Path

    from support.behaviours.exploration.checks.table import Check
    from support.behaviours.exploration.sequence import Sequence
    from support.target import Target

WAIT = 3  # rounds, before what takes as long as many others
AT_ONCE = 15  # checks of one sequence
NAMES = (SORTABLE[3], SORTABLE[1], SORTABLE[1])  # two are alike, and none in the order of creation


class EveryCheck:
    """Has all checks done; `begin` gives a sequence, `note` hears of its end, `seed` decides their order.

    Those that broke a promise in an earlier run, which `folder` keeps, come first.
    """

    def __init__(
        self,
        begin: Callable[..., Sequence],
        target: Target,
        note: Callable[[Sequence], None],
        folder: Path,
        seed: int,
    ) -> None:
        self._begin = begin
        self._note = note
        self._memory = folder / "checks.json"
        checks = checks_for(target)
        random.Random(f"{seed}:checks").shuffle(checks)
        turns: Counter[Check] = Counter()
        rounds: dict[tuple[Check, int], int] = {}
        for check, number in checks:
            turns[check] += 1
            rounds[check, number] = turns[check] + (WAIT if check is create_many else 0)
        remembered = self._remembered()
        # What was found before comes first, then each check in one of its ways before any in another one.
        first = {name: place for place, name in enumerate(remembered)}
        self._checks = sorted(checks, key=lambda each: (first.get(_name(*each), len(first)), rounds[each]))

    def run(self, is_over: Callable[[], bool]) -> None:
        """Have them done until the time is over, or until one breaks a promise, which is done once more."""
        for begin in range(0, len(self._checks), AT_ONCE):
            if is_over():
                return
            done: list[tuple[Check, int]] = []
            if self._breaks(self._checks[begin : begin + AT_ONCE], done, is_over):
                # Alone it is told shorter; where it takes those before it, they are done again.
                if self._breaks(done[-1:], []):
                    done = done[-1:]
                else:
                    self._breaks(done, [])
                self._remember([_name(*each) for each in done])
                return
        self._remember([])

    def _remembered(self) -> list[str]:
        try:
            return list(json.loads(self._memory.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return []

    def _remember(self, names: list[str]) -> None:
        if names or self._memory.exists():
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._memory, json.dumps(names))

    def _breaks(
        self,
        checks: SequenceOf[tuple[Check, int]],
        done: list[tuple[Check, int]],
        is_over: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Have checks done in one sequence, noting each in `done`; return whether they break a promise."""

        def check_all(sequence: Sequence) -> None:
            for check, number in checks:
                done.append((check, number))
                sequence.act(partial(run_check, sequence, check, number))

        sequence = self._begin(is_over)
        is_broken = sequence.breaks_promise(check_all)
        self._note(sequence)
        return is_broken


def _name(check: Check, number: int) -> str:
    return f"{check.__name__} {number}"


def run_check(sequence: Sequence, check: Check, number: int) -> None:
    """Have a check done to one of the users who are there; where there are too few, some come first."""
    living = [known for known in sequence.users if known.is_there]
    while sequence.has_room and len(living) < len(NAMES):
        has_key = not living and sequence.target.promise("idempotency-key")
        key = sequence.new_key(None, "") if has_key else None
        name = {"name": Sample(NAMES[len(living)], "order")}
        known = sequence.create(name, own_address(sequence.target), Manner(key=key))
        if known is None:
            break
        living.append(known)
    if living:
        check(sequence, living[number % len(living)], number)
