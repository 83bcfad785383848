"""What a user looks like from outside, and the forms of dates and version marks.

One function makes every view of a user, so that all of them have the same fields and formats; it never
sees a password.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from support.reference.http.encoding import encode, http_date
from support.reference.http.odd_formats import dress, write_instant

if TYPE_CHECKING:
    from support.reference.faults.switches import Switches
    from support.reference.store.schema import User

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Where a user is shown.
Place = Literal["create", "single", "list", "change"]


@lru_cache(8192)  # every list shows the same instants again
def instant(microseconds: int) -> str:
    """Return an instant [us since 1970] in RFC 3339, in UTC and with all its digits."""
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Representation:
    """Shows users to callers."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._first_names: dict[str, str] = {}

    def show(self, user: User, place: Place) -> dict[str, object]:
        """Return a user as JSON values."""
        document: dict[str, object] = {
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "nickname": user.nickname,
            "role": user.role,
            "createdAt": self._instant(user.created_at, place),
            "updatedAt": self._instant(user.updated_at, place),
        }
        self._spoil(document, user, place)
        return dress(document, self._switches)

    def encode(self, user: User, place: Place) -> bytes:
        """Return a user as JSON."""
        body = self.write(self.show(user, place))
        if self._switches.on("N56", place == "single"):
            return body[:-1] + b',"name":' + encode(user.name) + b"}"
        return body

    def write(self, value: object) -> bytes:
        """Return JSON values as the bytes of an answer."""
        if self._switches.on("B12"):
            return json.dumps(value, indent=2).encode()
        return encode(value)

    def entity_tag(self, user: User) -> str:
        """Return the strong entity tag of this version of a user."""
        on = self._switches.on
        state = f"{user.id}:{user.version % 4 if on('N172', user.version > 4) else user.version}"
        if on("M102"):
            state = f"{user.id}:{user.name}:{user.nickname}:{user.role}:{user.password_hash}"
        if on("N14"):
            state = f"{user.id}:{user.updated_at // 1_000_000}"
        if on("M106"):
            state += f":{self._switches.random.random()}"
        if on("B33"):
            state = f"{user.name}:{user.email}:{user.nickname}:{user.role}:{user.password_hash}"
        digest = hashlib.blake2b(state.encode(), digest_size=10).digest()
        return f'"{base64.b32encode(digest).decode().lower()}"'

    def _instant(self, microseconds: int, place: Place) -> object:
        on = self._switches.on
        if on("M13"):
            microseconds += 2 * 3600 * 1_000_000
        if on("M158", place == "list"):
            return http_date(microseconds / 1e6)
        odd = write_instant(microseconds, self._switches)
        return instant(microseconds) if odd is None else odd

    def _spoil(self, document: dict[str, object], user: User, place: Place) -> None:
        on = self._switches.on
        if on("M02", place == "create"):
            del document["id"]
        if on("M25", place == "create"):
            document["id"] = int(user.id)
        if on("M143", place == "list" and user.password_hash):
            document["passwordHash"] = user.password_hash
        if on("N162", place == "list" and user.password_hash):
            document["digest"] = f"$2b$12${hashlib.sha256(user.id.encode()).hexdigest()[:53]}"
        if self._switches.has("M62"):
            first = self._first_names.setdefault(user.id, user.name)
            if on("M62", place == "list" and first != user.name):
                document["name"] = first
