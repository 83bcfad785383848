"""Tries a plan against the service that has just shown a fault: whether it shows again, with fewer steps."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.errors import SuiteError
from support.report.reproductions.script.player import Attempt
from support.report.reproductions.script.symbols import CannotTell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from support.clock import Clock
    from support.report.reproductions.plans import Slicer
    from support.report.reproductions.recording.steps import Step
    from support.report.reproductions.script.player import Send

    MakePlan = Callable[[Sequence[Step]], Mapping[str, Any]]

TIMES = 3  # in a row that a fault must show to count as one that always does
MORE = 7  # times that one which does not is tried, to know how often it shows
# Attempts of a script whose fault does not always show, and how long they may take together [s].
FEWEST_ATTEMPTS, MOST_ATTEMPTS, LONGEST_S = 5, 30, 60.0
CHANCE = 0.001  # that a fault does not show in so many attempts, from which on it is taken for mended
ROUNDS = 6  # of all choices, where it does not show at once


@dataclass(frozen=True, slots=True)
class Shown:
    """How many times a fault has shown, of how many that its steps were sent once more."""

    times: int = 0
    of: int = 0

    @property
    def is_certain(self) -> bool:
        """Whether it has always shown."""
        return self.times == self.of >= TIMES

    def attempts(self, plan: Mapping[str, Any]) -> dict[str, Any]:
        """Return how often a script waits for a fault that shows by chance: about a minute at most.

        After so many it is `enough`, where one that shows half as often as it has would have shown. What is
        seen while a change is on its way to the readers may have shown each time, and by chance all the same.
        """
        steps = plan["steps"]
        if self.is_certain and not any("watch_s" in step and "settle_s" not in step for step in steps):
            return {"attempts": 1, "enough": True}
        seconds = sum(step.get("settle_s", 0.0) + step.get("watch_s", 0.0) + 0.2 for step in steps)
        most = max(FEWEST_ATTEMPTS, min(MOST_ATTEMPTS, int(LONGEST_S / seconds)))
        rate = self.times / self.of / 2 if self.of else 0.0
        enough = math.ceil(math.log(CHANCE) / math.log1p(-rate)) if rate else math.inf
        return {"attempts": min(most, enough), "enough": enough <= most}


class Trial:
    """Plays plans for at most `seconds` [s]; `send` notes whom a request may create before it goes."""

    def __init__(
        self,
        clock: Clock,
        send: Send,
        secret: Callable[[str], str],
        make_mark: Callable[[str, int], str],
        make_password: Callable[[int], str],
        seconds: float,
    ) -> None:
        self._clock = clock
        self._send = send
        self._secret = secret
        self._make_mark = make_mark
        self._make_password = make_password
        self._until = clock.monotonic() + seconds
        self.complaint = ""

    @property
    def is_over(self) -> bool:
        """Whether the time for trying is up."""
        return self._clock.monotonic() >= self._until

    def shows(self, plan: Mapping[str, Any]) -> bool:
        """Return whether the fault shows in one attempt; what cannot be told does not show it."""
        attempt = Attempt(plan, self._send, self._secret, self._make_mark, self._make_password)
        try:
            complaint = attempt.play()
        except (CannotTell, OSError, SuiteError):
            return False
        finally:
            with contextlib.suppress(CannotTell, OSError, SuiteError):  # else the sweep of the run does it
                attempt.clean_up()
        if complaint:
            self.complaint = complaint
        return bool(complaint)

    def shortest(self, slicer: Slicer, make_plan: MakePlan) -> tuple[list[Step], Shown] | None:
        """Return the fewest steps that show the fault, and how often they do; None if none did."""
        for _ in range(ROUNDS):
            for steps in slicer.candidates():
                if self.is_over:
                    return None
                if self.shows(make_plan(steps)):
                    return self._shorten(list(steps), slicer, make_plan)
        return None

    def _shorten(self, steps: list[Step], slicer: Slicer, make_plan: MakePlan) -> tuple[list[Step], Shown]:
        for step in reversed(list(steps)):
            fewer = slicer.without(steps, step) if step in steps else None
            if (
                fewer is not None
                and len(fewer) < len(steps)
                and not self.is_over
                and self.shows(make_plan(fewer))
            ):
                steps = fewer
        plan = make_plan(steps)
        # These few are played even where the time is up: they decide what the script may say.
        seen = [self.shows(plan) for _ in range(TIMES)]
        while not all(seen) and len(seen) < TIMES + MORE and not self.is_over:
            seen.append(self.shows(plan))
        return steps, Shown(sum(seen), len(seen))
