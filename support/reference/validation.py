"""What a caller may set, and the rules for it: clauses 1.2, 1.5, 1.6 and 3.1.

Values are checked and never changed: no trimming, no conversion. The same rules hold for creating,
replacing and patching.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from support.reference import problems
from support.reference.problems import FieldError

if TYPE_CHECKING:
    from support.reference.switches import Switches

EMAIL_MAX = 254
# Fewest and most characters.
LENGTHS = {"name": (1, 100), "nickname": (0, 100), "password": (8, 128)}
SETTABLE = ("name", "email", "nickname", "password")
REQUIRED = ("name", "email")

Fields = dict[str, str | None]


class Rules:
    """Checks what callers send."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    def check_whole(self, values: object) -> Fields:
        """Give the fields of a whole user, None for what was left out; raises Problem 422."""
        sent = _members(values)
        missing = [FieldError(name, "is required") for name in REQUIRED if name not in sent]
        given = {name: sent[name] for name in SETTABLE if name in sent}
        return {**dict.fromkeys(SETTABLE), **self._check(given, missing)}

    def check_patch(self, values: object) -> Fields:
        """Give the fields that a merge patch names; raises Problem 422."""
        sent = _members(values)
        return self._check({name: sent[name] for name in SETTABLE if name in sent}, [])

    def _check(self, given: dict[str, object], errors: list[FieldError]) -> Fields:
        fields: Fields = {}
        for name, value in given.items():
            message = self._find_fault(name, value)
            if message:
                errors.append(FieldError(name, message))
            elif value is None or isinstance(value, str):
                fields[name] = value
        if errors:
            raise problems.invalid(errors)
        return fields

    def _find_fault(self, name: str, value: object) -> str | None:
        """Say what is wrong with a value, or None when nothing is."""
        if value is None:
            return "must not be null" if name in REQUIRED else None
        if not isinstance(value, str):
            return "must be text"
        if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
            return "must not contain NUL or half of a surrogate pair"
        return self._find_address_fault(value) if name == "email" else self._find_length_fault(name, value)

    def _find_length_fault(self, name: str, value: str) -> str | None:
        least, most = LENGTHS[name]
        # A password is taken as it is; what people read has its length without the blanks around it.
        length = len(value if name == "password" else value.strip())
        return None if least <= length <= most else f"must have {least} to {most} characters"

    def _find_address_fault(self, value: str) -> str | None:
        address = value.strip()
        if len(address) > EMAIL_MAX:
            return f"must have at most {EMAIL_MAX} characters"
        local, at, domain = address.partition("@")
        if not (at and _is_local_part(local) and _is_domain(domain)):
            return "must be an email address"
        return None


def key_of(email: str) -> str:
    """Give what two spellings of one address have in common: trimmed, composed, without case.

    Sign by sign and without case folding, which would make different people's addresses equal: dotless
    i stays apart from i, and sharp s from ss (compare CVE-2019-19844).
    """
    composed = unicodedata.normalize("NFC", email.strip())
    return unicodedata.normalize("NFC", "".join(sign.lower() for sign in composed))


def _members(values: object) -> dict[str, object]:
    if not isinstance(values, dict):
        raise problems.invalid([FieldError("", "must be an object")])
    return values


def _is_local_part(text: str) -> bool:
    parts = text.split(".")
    return all(parts) and not any(
        sign in '()<>[]:;,\\"@' or sign.isspace() or unicodedata.category(sign) == "Cc" for sign in text
    )


def _is_domain(text: str) -> bool:
    labels = text.split(".")
    if len(labels) < 2:
        return False
    return all(
        label
        and not label.startswith("-")
        and not label.endswith("-")
        and all(sign == "-" or unicodedata.category(sign)[0] in "LMN" for sign in label)
        for label in labels
    )
