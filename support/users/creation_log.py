"""What creations of users rest on: a log that they are noted in, and new marks for those that were lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.users.person import Person


class CreationLog(Protocol):
    """Where creations are noted before they are sent; `support.cleanup.journal` keeps it."""

    def intend(self, details: Mapping[str, Any], caller: str) -> int:
        """Note what a request might create; return a number for `settle`."""

    def created(self, user_id: object, caller: str) -> None:
        """Note the id of a user that was created."""

    def deleted(self, user_id: object, caller: str) -> None:
        """Note that a user was deleted."""

    def settle(self, numbers: Sequence[int]) -> None:
        """Note that nothing more can come of these requests."""


class Renewal(Protocol):
    """Where a person gets a new mark; `support.cast.people` gives it."""

    def renew(self, person: Person) -> dict[str, Any]:
        """Return the details of a person under a mark that no request has carried yet."""
