"""What is planted, and how it is known again: each text has a number beside it, and stands in a row of all.

A number that is shown tells that the text behind it came as far as an output, hidden or not.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ci.trials.planted_secrets.encodings import ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

NUMBER = re.compile(r"planted0*(\d{1,6})x", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Planted:
    """One secret in one encoding, on its way to an output."""

    way: str
    shape: str
    encoding: str
    text: str

    def __str__(self) -> str:
        return f"{self.way}: {self.shape}, {self.encoding}"


@dataclass(slots=True)
class Plantation:
    """Everything that a trial plants; `secrets` by the names of their shapes. Safe with many threads."""

    secrets: dict[str, str]
    planted: list[Planted] = field(default_factory=list)
    # How many starts of each way have ended with a line.
    ended: Counter[str] = field(default_factory=Counter)
    _turns: dict[str, Iterator[tuple[str, str]]] = field(default_factory=dict)
    _numbers: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def combinations(
        self, encodings: Mapping[str, Callable[[str], str]] = ENCODINGS
    ) -> list[tuple[str, str]]:
        """Return every shape with every encoding; neighbours differ in both, so that a few are of many."""
        shapes, names = [*self.secrets], [*encodings]
        return [
            (shapes[(number + shift) % len(shapes)], name)
            for shift in range(len(shapes))
            for number, name in enumerate(names)
        ]

    def plant(self, way: str, shape: str, encoding: str) -> str:
        """Return a secret in an encoding, with its number before it."""
        with self._lock:
            return self._plant(way, shape, encoding)

    def next(self, way: str, fits: Callable[[str], bool] = bool, count: int = 1) -> str:
        """Return the next that a way has not had yet, as far as they fit; when it has had all, all again."""
        with self._lock:
            if way not in self._turns:
                fitting = [
                    (shape, name)
                    for shape, name in self.combinations()
                    if fits(ENCODINGS[name](self.secrets[shape]))
                ]
                self._turns[way] = itertools.cycle(fitting)
            return " ".join(self._plant(way, *next(self._turns[way])) for _ in range(count))

    def note(self, way: str, shape: str, encoding: str, text: str) -> int:
        """Take note of a text that comes without a number of its own, and return that number."""
        key = (way, shape, encoding)
        if key not in self._numbers:
            self._numbers[key] = len(self.planted)
            self.planted.append(Planted(way, shape, encoding, text))
        return self._numbers[key]

    def shown_in(self, text: str) -> set[int]:
        """Return the numbers that stand in a text."""
        return {int(number) for number in NUMBER.findall(text)}

    def by_way(self) -> dict[str, list[int]]:
        """Return the numbers of what was planted, by the way that it went."""
        ways: dict[str, list[int]] = defaultdict(list)
        for number, each in enumerate(self.planted):
            ways[each.way].append(number)
        return ways

    def _plant(self, way: str, shape: str, encoding: str) -> str:
        text = ENCODINGS[encoding](self.secrets[shape])
        return f"planted{self.note(way, shape, encoding, text):05d}x {text}"
