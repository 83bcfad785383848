"""What all answers about users have in common: JSON bodies, consistency tokens, and how fresh to be."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from support.reference.http import problems
from support.reference.http.odd_formats import envelop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from support.reference.faults.switches import Switches
    from support.reference.http.opaque import Seals
    from support.reference.store.primary import Store
    from support.reference.store.schema import User
    from support.reference.users.representation import Place, Representation


class UserAnswers:
    """Writes answers about users."""

    def __init__(
        self, path: str, store: Store, representation: Representation, seals: Seals, switches: Switches
    ) -> None:
        self._path = path
        self._store = store
        self._representation = representation
        self._seals = seals
        self._switches = switches

    def write(self, status: int, body: bytes, headers: Mapping[str, str]) -> Response:
        """Return an answer in JSON."""
        return Response(body, status, headers, media_type="application/json")

    def body(self, user: User, place: Place) -> bytes:
        """Return the body of an answer about one user."""
        if self._switches.has("B11"):
            return self._representation.write(envelop(self._representation.show(user, place), self._switches))
        return self._representation.encode(user, place)

    def tag(self, user: User) -> dict[str, str]:
        """Return the header with the version mark of a user."""
        if self._switches.on("M160") or self._switches.on("N111", not user.nickname):
            return {}
        return {"ETag": self._representation.entity_tag(user)}

    def location(self, user_id: str) -> dict[str, str]:
        """Return the header that leads to a user."""
        return {"Location": f"{self._path}/{quote(user_id, safe='')}"}

    def newest(self) -> dict[str, str]:
        """Return the header that stands for the newest state."""
        return {"Consistency-Token": self._seals.seal("position", self._store.position)}

    def seen(self, position: int) -> dict[str, str]:
        """Return the header that stands for the state that a read has shown."""
        if self._switches.on("M116"):
            position = 0
        return {"Consistency-Token": self._seals.seal("position", position)}

    def at_least(self, request: Request, known: int) -> int | None:
        """Return the position that a read must have reached, None for the newest state.

        A token that we cannot read asks for something that we cannot check: it gets the newest state.
        """
        on = self._switches.on
        is_strong = request.headers.get("consistency", "").lower() == "strong"
        if is_strong and not on("M118"):
            return None
        for token in request.headers.getlist("consistency-token"):
            if on("M115", request.client and request.client.port % 3 == 0):
                continue
            position = self._seals.open("position", token)
            if on("N156", not isinstance(position, int)):
                raise problems.unexpected()
            if not isinstance(position, int):
                return None
            known = max(known, position)
        return known
