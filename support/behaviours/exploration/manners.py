"""How clients send what they send: under which key, on top of which version, with which members beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from support.behaviours.exploration.texts import Sample
from support.cast.variations import chosen
from support.secrets import REDACTOR
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.behaviours.exploration.model import Known
    from support.http import Operation
    from support.target import Target
    from support.target.fields import Limits
    from support.users import Person

OWNERS = 2  # of the addresses that the users of a sequence take from one another
GUARDS = {
    "": "",
    "current": ", based on the current version",
    "outdated": ", based on an outdated version",
    "is cut short": ", based on a version that was never given",
    "has one character more": ", based on a version that was never given",
    "has one character more and no quotes": ", based on a version that cannot be read",
}
# Passwords by their length; what is refused of them is where lengths are promised.
PASSWORDS: dict[str, Callable[[Limits], int]] = {
    "as long as allowed": lambda limits: limits.password_max,
    "as short as allowed": lambda limits: limits.password_min,
    "that is too long": lambda limits: limits.password_max + 1,
    "that is too short": lambda limits: limits.password_min - 1,
}
REFUSED_PASSWORDS = ("that is too long", "that is too short")
KEYS: dict[str, Callable[[str], str]] = {
    "in capitals": str.upper,
    "with one more character": lambda key: f"{key}0",
    "with an escaped hyphen": lambda key: key.replace("-", "%2D", 1),  # a header is not decoded
    "with another end": lambda key: f"{key[:-4]}{uuid4().hex[:4]}",
}


@dataclass(frozen=True, slots=True)
class Address:
    """An address to send: its form, and who owns it; None for the user's own."""

    sample: Sample
    owner: int | None = None


def own_address(target: Target) -> Address:
    """Return an address that is a user's own."""
    return Address(Sample(f"ada.{{mark}}@{target.sending.email_domains[0]}", "an address"))


@dataclass(frozen=True, slots=True)
class Manner:
    """How a write is sent: what beside details, on top of which version, under whose key, what password."""

    also: Mapping[str, Any] | None = None
    guard: str = ""
    key: str | None = None
    password: str = ""

    def beside(self, person: Person) -> dict[str, Any]:
        """Return what is sent beside the details of a user; an id that is chosen is each user's own.

        Where a service takes it, somebody has it from then on: of a second one nobody could tell.
        """
        also = dict(self.also or {})
        return also | (chosen(person, "id") if "id" in also else {})

    def words(self, conditions: Mapping[str, str]) -> str:
        """Say how a write was sent, under these conditions."""
        under = ", with the key of a creation" if self.key else ""
        return f"{GUARDS[self.guard] if conditions else ''}{under}{self.secrecy}"

    @property
    def secrecy(self) -> str:
        """Say what is odd about the password, if anything is."""
        return f", with a password {self.password}" if self.password else ""


PLAINLY = Manner()


@dataclass(frozen=True, slots=True)
class Keyed:
    """A creation that was accepted under an idempotency key."""

    key: str
    operation: Operation
    known: Known


def fit_password(password: str, how: str, limits: Limits) -> str:
    """Return a password of the length that is asked for: its end, or with more of the same after it."""
    length = PASSWORDS[how](limits)
    fitted = password[-length:] if length < len(password) else password.ljust(length, "x")
    REDACTOR.register(fitted, "password")
    return fitted


def in_words(details: Mapping[str, Any]) -> str:
    """Say which details were sent."""
    return " and ".join(f"{name} {clip(value, 80)}" for name, value in details.items())
