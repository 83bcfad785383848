"""What a user looks like from outside, and the forms of dates and version marks.

One function makes every view of a user, so that all of them have the same fields and formats; it never
sees a password.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.reference.schema import User
    from support.reference.switches import Switches

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def http_date(timestamp: float) -> str:
    """Give an instant [s since 1970] as headers write it (RFC 9110 section 5.6.7)."""
    return formatdate(timestamp, usegmt=True)


def instant(microseconds: int) -> str:
    """Give an instant [us since 1970] in RFC 3339, in UTC and with all its digits."""
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encode(value: object) -> bytes:
    """Give JSON values as strict JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


class Representation:
    """Shows users to callers."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    def show(self, user: User) -> dict[str, object]:
        """Give a user as JSON values."""
        return {
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "nickname": user.nickname,
            "role": user.role,
            "createdAt": instant(user.created_at),
            "updatedAt": instant(user.updated_at),
        }

    def entity_tag(self, user: User) -> str:
        """Give the strong entity tag of this version of a user."""
        digest = hashlib.blake2b(f"{user.id}:{user.version}".encode(), digest_size=10).digest()
        return f'"{base64.b32encode(digest).decode().lower()}"'
