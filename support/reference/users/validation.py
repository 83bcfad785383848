"""What a caller may set, and the rules for it: clauses 1.2, 1.5, 1.6 and 3.1.

Values are checked and never changed: no trimming, no conversion. The same rules hold for creating,
replacing and patching.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from support.reference.http import problems
from support.reference.http.problems import FieldError
from support.reference.users import addresses
from support.reference.users.text import keep

if TYPE_CHECKING:
    from support.reference.faults.switches import Switches

# Fewest and most characters.
LENGTHS = {"name": (1, 100), "nickname": (0, 100), "password": (8, 128)}
SETTABLE = ("name", "email", "nickname", "password")
REQUIRED = ("name", "email")
FEW_BYTES = 500
CUT = 64  # characters that a defect leaves of a name

Action = Literal["create", "replace", "change"]
Fields = dict[str, str | None]

# Which defect honours what belongs to the service.
_PRESUMED: dict[Action, dict[str, str]] = {
    "create": {"id": "M14", "role": "M15", "createdAt": "N01"},
    "replace": {"id": "M32", "role": "N11"},
    "change": {"id": "M32", "role": "M142"},
}


class Rules:
    """Checks what callers send."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    def check(self, values: object, action: Action) -> Fields:
        """Return the fields of a user; raises Problem 422.

        For a change, those that are named; else all, with None for what was left out.
        """
        sent = _members(values)
        errors: list[FieldError] = []
        if action != "change":
            errors = [FieldError(name, self._lacks(sent)) for name in REQUIRED if name not in sent]
        if self._switches.on("M121", errors):
            errors = []
        fields: Fields = {} if action == "change" else dict.fromkeys(SETTABLE)
        for name in SETTABLE:
            if name in sent:
                self._check_field(name, sent[name], action, fields, errors)
        is_short = self._switches.on("N43", len(errors) > 1)
        if is_short or self._switches.on("N113", len(errors) > 1 and action != "create"):
            errors = errors[:1]
        self._weigh(fields)
        bad_passwords = [error for error in errors if error.field == "password"]
        if self._switches.on("N139", bad_passwords and len(errors) > 1):
            errors = bad_passwords
        if errors:
            raise problems.invalid(errors)
        for name, defect in _PRESUMED[action].items():
            value = sent.get(name)
            if isinstance(value, str) and self._switches.on(defect):
                fields[name] = value
        return fields

    def _weigh(self, fields: Fields) -> None:
        """Break down at names and nicknames that are too many bytes together, as a defect does."""
        both = f"{fields.get('name') or ''}{fields.get('nickname') or ''}"
        is_heavy = self._switches.has("N177") and len(both.encode("utf-8", "replace")) > FEW_BYTES
        if self._switches.on("N177", is_heavy):
            raise problems.unexpected()

    def _lacks(self, sent: dict[str, object]) -> str:
        return f"is required in {sent}" if self._switches.on("N103", "password" in sent) else "is required"

    def find_good_part(self, values: object, action: Action) -> Fields:
        """Return those fields of a refused change that are right by themselves, for a defect to store."""
        fields: Fields = {}
        for name, value in _members(values).items():
            if name in SETTABLE:
                self._check_field(name, value, action, fields, [])
        return fields

    def _check_field(
        self, name: str, value: object, action: Action, fields: Fields, errors: list[FieldError]
    ) -> None:
        if self._switches.on("M125", value is not None and not isinstance(value, str)):
            value = _convert(value)
        message = self._find_fault(name, value, action)
        if message:
            errors.append(FieldError(name, message))
        elif value is None:
            fields[name] = None
        elif isinstance(value, str):
            fields[name] = keep(name, value, self._switches)
            if self._switches.on("N73", name == "name" and action == "change" and len(value) > CUT):
                fields[name] = value[:CUT]

    def _find_fault(self, name: str, value: object, action: Action) -> str | None:
        """Say what is wrong with a value, or None when nothing is."""
        if value is None:
            return "must not be null" if name in REQUIRED else None
        if not isinstance(value, str):
            return "must be text"
        is_half = action == "change" and any("\ud800" <= sign <= "\udfff" for sign in value)
        size = len(value.encode("utf-8", "replace"))
        is_long = name == "password" and len(value) <= LENGTHS[name][1] < size
        if self._switches.on("N165", is_half) or self._switches.on("N163", is_long):
            raise problems.unexpected()
        if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
            return "must not contain NUL or half of a surrogate pair"
        if name != "email":
            return self._find_length_fault(name, value, action)
        fault = addresses.find_fault(value, self._switches)
        return None if self._switches.on("M134", fault and action == "replace") else fault

    def _find_length_fault(self, name: str, value: str, action: Action) -> str | None:
        on = self._switches.on
        least, most = LENGTHS[name]
        # A password is taken as it is; what people read has its length without the blanks around it.
        text = value if name == "password" else value.strip()
        if on("M122", name == "name" and value and not text):
            text = value
        length = len(text)
        is_refused = on("N45", name == "nickname" and length == most) or on(
            "N72", name == "name" and action == "replace" and length == most
        )
        is_refused |= on("N118", name == "password" and length == most)
        if least <= length <= most and not is_refused:
            return None
        if on("N65", name == "password" and action == "replace"):
            return None
        if on("M133", action == "change" and length > most):
            return None
        quoted = f", not {value}" if on("N51", name == "password") else ""
        return f"must have {least} to {most} characters{quoted}"


def _members(values: object) -> dict[str, object]:
    if not isinstance(values, dict):
        raise problems.invalid([FieldError("", "must be an object")])
    return values


def _convert(value: object) -> str:
    """Make text of what is not text, for a defect."""
    while isinstance(value, list) and value:
        value = value[0]
    return str(value)
