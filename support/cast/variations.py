"""How stories word the details they send: a closed table of phrases, each with what it means.

A phrase that is not in the table is a mistake in the feature file and raises StoryError.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.cast.odd_values import (
    DIFFERENCES,
    EMAIL_KINDS,
    FLAWS,
    MANNERS,
    MISSING,
    NAMES,
    differ,
    flaws,
    look_up,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from support.cast.people import People
    from support.target.fields import Limits
    from support.users import Person

DETAILS = ("name", "email", "nickname", "password")
FIELDS = {"id": "id", "role": "role", "created at": "created_at", "updated at": "updated_at"}
CHOSEN: dict[str, Any] = {
    "id": "chosen-by-the-caller",
    "role": "admin",
    "created_at": "2001-02-03T04:05:06Z",
    "updated_at": "2001-02-03T04:05:06Z",
}


def chosen(person: Person, member: str) -> dict[str, Any]:
    """Return a member that the service decides, as a caller might choose it; ids are each person's own."""
    return {member: f"chosen-{person.mark}" if member == "id" else CHOSEN[member]}


# What needs nobody else: from the people of the story and the person whose details vary.
PLAIN: dict[str, Callable[[People, Person], dict[str, Any]]] = {
    # As shown: a client that saves what it has read does not know the password.
    "the same details": lambda _, person: {"password": MISSING, **person.shown},
    "the first details": lambda _, person: dict(person.writes[0].details),
    "another name only": lambda _, person: {
        **person.current,
        "name": person.next_version()["name"],
    },
    "all details as before but the nickname": lambda _, person: {**person.current, "nickname": MISSING},
    "another name and no nickname": lambda _, person: {
        "name": person.next_version()["name"],
        "nickname": None,
    },
    "another email": lambda people, person: {"email": people.next_email(person.label)},
    "another email and an empty name": lambda people, person: {
        "email": people.next_email(person.label),
        "name": "",
    },
    "without a nickname": lambda _, __: {"nickname": MISSING},
    "without any detail": lambda _, __: {},
}


IN_ORDER = ", sorted by "
IF_CHANGED = ", only if the answer has changed"
SEARCHES = (
    "the email of user {Person}",
    f"the email of user {{Person}}{IF_CHANGED}",
    f"the email of user {{Person}}{IN_ORDER}{{Order}}",
    "half of the email of user {Person}",
    "the escaped email of user {Person}",
    "an email that no user has",
    "a single percent sign",
    "a single asterisk",
    "a single quotation mark",
)
# Everything that may be said of details; `{Person}` and the like are kinds of their own.
WORDINGS = (
    'with name "{Text}"',
    'with nickname "{Text}"',
    "with the same details",
    "with the first details",
    "with another name only",
    "with all details as before but the nickname",
    "with another name and no nickname",
    "with another email",
    "with another email and an empty name",
    "without a nickname",
    "without any detail",
    "with the details of user {Person}",
    "with the details of user {Person}, but another {Detail}",
    "with the name of user {Person}",
    "with the nickname of user {Person}",
    "with the id of user {Person}",
    "with the email of user {Person}",
    "with the first email of user {Person}",
    "with the email that user {Person} was refused",
    "with the email of user {Person} and no nickname",
    *(f"with an email that has {kind}" for kind in EMAIL_KINDS),
    *(f"with the email of user {{Person}} written {how}" for how in MANNERS),
    *(f"with the email of user {{Person}}, but {how}" for how in DIFFERENCES),
    *(f"with a chosen {field}" for field in FIELDS),
    *(f"with {flaw}" for flaw in FLAWS),
    "with an empty name and an email without @",
    "with an empty name and a password that is too short",
)


class Variations:
    """Turns phrases about details into details; one for a process."""

    def __init__(self, people: People, limits: Limits) -> None:
        self._people = people
        self._limits = limits

    def apply(self, phrase: str, person: Person, base: Mapping[str, Any]) -> dict[str, Any]:
        """Return the base details as the phrase varies them; raises StoryError for an unknown phrase."""
        details = {**base, **self.changes(phrase, person)}
        return {name: value for name, value in details.items() if value is not MISSING}

    def changes(self, phrase: str, person: Person) -> dict[str, Any]:
        """Return only the details that the phrase names; one that is left out is MISSING."""
        phrase = phrase.removeprefix("with ")
        if phrase in PLAIN:
            return PLAIN[phrase](self._people, person)
        for pattern, make in self._patterns.items():
            if match := re.fullmatch(pattern, phrase, re.DOTALL):
                return make(person, *match.groups())
        parts = [self._flaw(part, person) for part in phrase.split(" and ")]
        return {name: value for part in parts for name, value in part.items()}

    def with_good_ones(self, phrase: str, person: Person) -> dict[str, Any]:
        """Return what the phrase names together with each good detail that it does not name."""
        if phrase == "without any detail":
            return {}
        named = {name: value for name, value in self.changes(phrase, person).items() if value is not MISSING}
        version = person.next_version()
        return {**{good: version[good] for good in ("name", "nickname") if good in version}, **named}

    @staticmethod
    def names(wording: str) -> Sequence[str]:
        """Return the names that people take in turn; an empty one is their own."""
        if match := re.fullmatch(r'with the name "(.*)"', wording):
            return (unescape(match[1]),)
        return look_up(NAMES, wording)

    def email(self, wording: str) -> str:
        """Return the text to search for that a phrase names."""
        wording = wording.removesuffix(IF_CHANGED).partition(IN_ORDER)[0]
        if match := re.fullmatch(r"(half of )?the (escaped )?email of user (\w+)", wording):
            email = self._people[match[3]].email
            if match[2]:
                return f"%{ord(email[0]):02x}{email[1:]}"
            return email[: len(email) // 2] if match[1] else email
        texts = {
            "an email that no user has": self._people.next_email("Nobody"),
            "a single percent sign": "%",
            "a single asterisk": "*",
            "a single quotation mark": "'",
        }
        return look_up(texts, wording)

    @property
    def _patterns(self) -> dict[str, Callable[..., dict[str, Any]]]:
        return {
            r'(name|nickname) "(.*)"': lambda _, detail, text: {detail: unescape(text)},
            r"an email that has (.+)": lambda person, kind: {"email": self._email_of_kind(kind, person)},
            r"the details of user (\w+), but another (\w+)": lambda person, other, detail: {
                **self._people[other].writes[0].details,
                detail: person.details[detail],
            },
            r"the details of user (\w+)": lambda _, other: dict(self._people[other].writes[0].details),
            r"the (name|nickname) of user (\w+)": lambda _, detail, other: {
                detail: self._people[other].current[detail]
            },
            r"the id of user (\w+)": lambda _, other: {"id": self._people[other].id},
            r"the (first )?email of user (\w+)": self._email_of,
            r"the email that user (\w+) was refused": lambda _, other: {
                "email": self._people[other].writes[-1].details["email"]
            },
            r"the email of user (\w+) and no nickname": lambda _, other: {
                "email": self._people[other].email,
                "nickname": MISSING,
            },
            r"the email of user (\w+) written (.+)": lambda _, other, how: {
                "email": look_up(MANNERS, how)(self._people[other].email)
            },
            r"the email of user (\w+), but (.+)": lambda _, other, how: {
                "email": differ(self._people[other].email, how)
            },
            r"a chosen (.+)": lambda person, field: chosen(person, look_up(FIELDS, field)),
        }

    def _email_of(self, _: Person, first: str | None, other: str) -> dict[str, Any]:
        person = self._people[other]
        details = person.writes[0].details if first and person.writes else person.current
        return {"email": details["email"]}

    def _email_of_kind(self, kind: str, person: Person) -> str:
        local = look_up(EMAIL_KINDS, kind).format(mark=person.mark)
        return f"{local}@{self._people.domains[0]}"

    def _flaw(self, phrase: str, person: Person) -> dict[str, Any]:
        local = f"{person.label.lower()}.{person.mark}"
        return look_up(flaws(local, self._limits, self._people.domains[0]), phrase)


def unescape(text: str) -> str:
    r"""Read what feature files cannot hold as it is: \uXXXX, \UXXXXXXXX and \"."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})", lambda m: chr(int(m[1] or m[2], 16)), text)
    return text.replace('\\"', '"')
