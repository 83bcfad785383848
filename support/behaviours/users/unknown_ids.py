"""Ids that belong to nobody, made from one that belongs to somebody.

Made so that they cannot meet another user by accident: an id of digits is never shortened or extended by
digits, a short one never shortened, since what comes of it might be somebody else's, and stories delete. One
that is to be of the same kind has no character that the form of such ids does not have.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from support.errors import StoryError
from support.http import Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.cast import People
    from support.http import Operation
    from support.target.sending.operations import OperationName
    from support.users import Person, UsersApi

SAFE_LENGTH = 16  # ids at least so long are drawn, not counted
TURNED = str.maketrans(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "1234567890bcdefghijklmnopqrstuvwxyzaBCDEFGHIJKLMNOPQRSTUVWXYZA",
)
PREFIX = re.compile(r"[a-z]+(_[a-z]+)*_(?=.)")
COUNTED = re.compile(r"(^|[^0-9A-Za-z])\d+$")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
# Forms whose letters mean the same in either case: ObjectIds and other hexadecimal numbers, ULIDs.
HEX = re.compile(r"([0-9a-f]{16,}|[0-9A-F]{16,})\Z")
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}\Z", re.IGNORECASE)


def unknown_id(known: int | str | None) -> str:
    """Return an id of the same kind as a known one that was never issued."""
    text = "" if known is None else str(known)
    if not text or UUID.match(text):
        return "00000000-0000-4000-8000-000000000000"
    prefix = PREFIX.match(text)
    head = prefix[0] if prefix else ""
    tail = text[len(head) :]
    if tail.isdigit():
        return f"{head}9{'7' * max(8, len(tail))}"
    # The same shape, every letter and digit moved on by one of its kind; longer where ids are short.
    tail = tail.translate(_turned(tail))
    return head + (tail if len(tail) >= SAFE_LENGTH else (tail * SAFE_LENGTH)[:SAFE_LENGTH])


def _cut_short(text: str) -> str:
    # What is left of a short id, or of a number, may be somebody else's.
    return f"-{text}" if len(text) <= SAFE_LENGTH or COUNTED.search(text) else text[:-1]


def _turned(text: str) -> dict[int, int]:
    """Return what each character of an id becomes, within the alphabet of its form."""
    if HEX.match(text):
        return {**TURNED, **_moved_on("abcdef"), **_moved_on("ABCDEF")}
    if ULID.match(text):
        # A first digit above seven would be a time that no ULID can tell.
        letters = "ABCDEFGHJKMNPQRSTVWXYZ"
        return {**TURNED, **_moved_on("01234567"), **_moved_on(letters), **_moved_on(letters.lower())}
    return TURNED


def _moved_on(alphabet: str) -> dict[int, int]:
    return str.maketrans(alphabet, alphabet[1:] + alphabet[0])


def is_the_same_in_either_case(user_id: int | str | None) -> bool:
    """Return whether an id is evidently of a form whose letters mean the same in capitals."""
    text = "" if user_id is None else str(user_id)
    return any(form.match(text) for form in (UUID, HEX, ULID))


def _other_case(text: str) -> str:
    other = text.swapcase()
    return f"{text}X" if other == text else other


KINDS: dict[str, Callable[[str], str]] = {
    "is cut short": _cut_short,
    "has one character more": lambda text: f"{text}x",
    "is in the other case": _other_case,
    "has leading zeros": lambda text: f"00{text}x" if text.isdigit() else f"00{text}",
    "has a blank at the end": lambda text: f"{text} x" if text.isdigit() else f"{text} ",
    "has a null character at the end": lambda text: f"{text}\0",
    "is very long": lambda text: text[:1] * 2000,
    "is a percent sign": lambda _: "%",
}

NEVER_ISSUED = ("an unknown user", "an id that was never issued")
UNKNOWN = (*NEVER_ISSUED, *(f"an id that {kind}" for kind in KINDS))


def unknown_id_like(phrase: str, known: int | str | None, *, ignores_case: bool = False) -> str:
    """Return the id that a phrase of the closed table means.

    One that ignores letter case, by its form or because it is said to, is never varied by it.
    """
    if phrase in NEVER_ISSUED:
        return unknown_id(known)
    kind = phrase.removeprefix("an id that ")
    if kind not in KINDS or known is None:
        raise StoryError(f"no such stranger: {phrase!r}; an id may be one that: {'; '.join(KINDS)}")
    if KINDS[kind] is _other_case and (ignores_case or is_the_same_in_either_case(known)):
        return unknown_id(known)
    return KINDS[kind](str(known))


def approach(api: UsersApi, people: People, deed: str, phrase: str) -> Operation:
    """Do to nobody what is done to users; for writes an introduced Mallory lends the details."""
    known = next((person for person in people if person.id is not None), None)
    user_id = unknown_id_like(
        phrase, known.id if known else None, ignores_case=api.target.fields.ids_ignore_case
    )
    if deed == "looks up":
        operation = api.look_up(user_id, phrase)
        # A reader who does not know the real user yet cannot take this id for theirs: ask one who does.
        if api.is_gone(operation) and api.target.promise("strong-read"):
            operation = api.look_up(user_id, phrase, strong=True)
        return operation
    if deed == "checks for":
        return api.check(user_id, phrase)
    if deed == "deletes":
        return api.send(Call(*api.route("delete", user_id)), "delete", phrase)
    person: Person = people.introduce("Mallory")
    api.intend(person.details)
    verb: OperationName = "replace" if deed == "replaces" else "change"
    return api.send(api.attempt(verb, user_id, person.details), verb, phrase)
