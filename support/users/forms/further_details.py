"""Details that a target needs beside those of the contract, filled in from the profile's templates.

A user always gets the same values, also in later replacements: they are made from the user's mark.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from support.secrets import REDACTOR
from support.target.sending.templates import PLACEHOLDER
from support.users.forms.paths import texts_in, write
from support.users.markers import find_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.target.sending import Sending

LARGEST_NUMBER = 10**9


class FurtherDetails:
    """Fills in one target's templates."""

    def __init__(self, sending: Sending) -> None:
        self._always = sending.extra
        self._on_create = {**sending.extra, **sending.extra_on_create}

    def of(self, details: Mapping[str, Any], mark: str, *, is_new: bool) -> dict[str, Any]:
        """Return the further members of a creation (`is_new`) or replacement.

        Without a mark it is read from the details; where they have none, the user gets values of their own.
        """
        templates = self._on_create if is_new else self._always
        if not templates:
            return {}
        values = _Values(details, mark or _mark_in(details) or uuid.uuid4().hex)
        members: dict[str, Any] = {}
        for path, template in templates.items():
            write(members, path, values.fill(template))
        return members


class _Values:
    """What the placeholders stand for, for one user."""

    def __init__(self, details: Mapping[str, Any], mark: str) -> None:
        self._details = details
        self._mark = mark

    def fill(self, template: Any) -> Any:
        if isinstance(template, dict):
            return {name: self.fill(part) for name, part in template.items()}
        if isinstance(template, list | tuple):
            return [self.fill(part) for part in template]
        if not isinstance(template, str):
            return template
        whole = PLACEHOLDER.fullmatch(template)
        if whole:
            return self._value(whole[1], whole[2])
        return PLACEHOLDER.sub(lambda found: str(self._value(found[1], found[2])), template)

    def _value(self, name: str, argument: str | None) -> Any:  # noqa: PLR0911 - one for each placeholder
        if name == "unique":
            return self._unique(int(argument) if argument else None)
        if name == "number":
            first, last = (int(end) for end in argument.split(",")) if argument else (1, LARGEST_NUMBER)
            return first + self._chance(name) % (last - first + 1)
        if name == "choice":
            choices = str(argument).split(",")
            return choices[self._chance(str(argument)) % len(choices)]
        if name == "uuid":
            return str(uuid.uuid5(uuid.NAMESPACE_OID, self._mark))
        if name == "date":
            return datetime.now(UTC).date().isoformat()
        if name == "password":
            return self._password()
        return self._text(name)

    def _unique(self, longest: int | None) -> str:
        if longest is None or len(self._mark) <= longest:
            return self._mark
        return f"u{hashlib.sha256(self._mark.encode()).hexdigest()}"[:longest]

    def _chance(self, salt: str) -> int:
        return int.from_bytes(hashlib.sha256(f"{self._mark}:{salt}".encode()).digest()[:8])

    def _password(self) -> str:
        given = self._details.get("password")
        if isinstance(given, str) and given:
            return given
        password = f"Pw-{self._mark}-{self._chance('password'):x}"
        REDACTOR.register(password, "password")
        return password

    def _text(self, name: str) -> str:
        """Return a detail of the contract, or half of the name; the mark where the user has none."""
        value = self._details.get("name" if name in {"first_name", "last_name"} else name)
        if not isinstance(value, str) or not value.strip():
            return self._mark
        first, _, last = value.partition(" ")
        return {"first_name": first, "last_name": last or first}.get(name, value)


def _mark_in(details: Mapping[str, Any]) -> str | None:
    """Return the mark of whoever the details name: that of the name, which is rarely another's, first."""
    inside = [details.get("name"), details.get("nickname"), dict(details)]
    return next((mark for text in texts_in(inside) if (mark := find_mark(text))), None)
