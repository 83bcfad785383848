"""How clients send what they send: under which key, on top of which version, with which members beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from support.cast.variations import chosen
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.behaviours.exploration.model import Known
    from support.behaviours.exploration.texts import Sample
    from support.http import Operation
    from support.users import Person

OWNERS = 2  # of the addresses that the users of a sequence take from one another
GUARDS = {
    "": "",
    "current": ", based on the current version",
    "outdated": ", based on an outdated version",
    "is cut short": ", based on a version that was never given",
    "has one character more": ", based on a version that was never given",
}
KEYS: dict[str, Callable[[str], str]] = {
    "in capitals": str.upper,
    "with one more character": lambda key: f"{key}0",
    "with another end": lambda key: f"{key[:-4]}{uuid4().hex[:4]}",
}


@dataclass(frozen=True, slots=True)
class Address:
    """An address to send: its form, and who owns it; None for the user's own."""

    sample: Sample
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How a write is sent: what beside details, on top of which version, and under whose key."""

    also: Mapping[str, Any] | None = None
    guard: str = ""
    key: str | None = None

    def beside(self, person: Person) -> dict[str, Any]:
        """Return what is sent beside the details of a user; an id that is chosen is each user's own.

        Where a service takes it, somebody has it from then on: of a second one nobody could tell.
        """
        also = dict(self.also or {})
        return also | (chosen(person, "id") if "id" in also else {})

    def words(self, conditions: Mapping[str, str]) -> str:
        """Say how a write was sent, under these conditions."""
        under = ", with the key of a creation" if self.key else ""
        return f"{GUARDS[self.guard] if conditions else ''}{under}"


PLAINLY = Manner()


@dataclass(frozen=True, slots=True)
class Keyed:
    """A creation that was accepted under an idempotency key."""

    key: str
    operation: Operation
    known: Known


def in_words(details: Mapping[str, Any]) -> str:
    """Say which details were sent."""
    return " and ".join(f"{name} {clip(value, 80)}" for name, value in details.items())
