"""How stories word the details they send: a closed table of phrases, each with what it means.

A phrase that is not in the table is a mistake in the feature file and raises StoryError. Every email made
here carries its person's mark, wherever that does not spoil the point, so that cleanup can find it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from support.errors import StoryError
from support.target.fields import Limits
from support.target.sending import DOMAINS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from support.cast.people import People
    from support.users import Person

_T = TypeVar("_T")
MISSING: Any = object()  # a detail that is left out, where null would say something else
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


# The part of an email before its domain, for addresses that careless software spoils or confuses.
EMAIL_KINDS = {
    "a plus sign": "ada.{mark}+tag",
    "dots": "a.d.a.{mark}",
    "an underscore": "a_d_a.{mark}",
    "a hyphen": "a-d-a.{mark}",
    "digits only": "0123.{mark}",
    "capitals": "ADA.{mark}",
    "a plain i": "lidia.{mark}",
    "a plain e": "zoe.{mark}",
    "an accent": "zo\u00eb.{mark}",
}
DIFFERENCES: dict[str, tuple[str, str]] = {
    "without the dots": ("a.d.a", "ada"),
    "without the tag": ("+tag", ""),
    "with a hyphen for the plus sign": ("+tag", "-tag"),
    "with a letter for the dot": ("a.d.a", "axda"),
    "with a letter for the underscore": ("a_d_a", "axdxa"),
    "with one more character in front": ("0123", "00123"),
    "with a dotless i": ("lidia", "l\u0131dia"),
    "with an accent": ("zoe", "zo\u00eb"),
    "without the accent": ("zo\u00eb", "zoe"),
    "with the accent in two characters": ("zo\u00eb", "zoe\u0308"),
}
MANNERS: dict[str, Callable[[str], str]] = {
    "in capitals": str.upper,
    "with a capital": str.capitalize,
    "with a blank at the end": lambda email: email + " ",
    "with a blank in front": lambda email: " " + email,
}
# Names that some software takes for equal where it puts them in order, and for different where it compares.
NAMES = {
    "": ("",),  # each their own
    "whose names differ in letter case": (
        *("Aaron Abbott", "AARON ABBOTT", "AAron Abbott", "AaroN Abbott"),
        *("Aaron ABBOTT", "AaRon Abbott", "AarON Abbott", "AaRON ABBOTT"),
    ),
}
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


def long_email(local: str, length: int, domain: str = DOMAINS[0]) -> str:
    """Make an email of so many characters, with a domain of labels that names allow (RFC 1035 §2.3.4)."""
    rest = length - len(f"{local}@{domain}")
    labels = ""
    while rest > 0:
        size = min(rest, 61 if rest != 62 else 60)
        labels += "d" * (size - 1) + "."
        rest -= size
    return f"{local}@{labels}{domain}"


def sample_password(length: int) -> str:
    """Make a password of so many characters, with some of each kind that services may ask for."""
    return "Pw-7".ljust(length, "x")[:length]


def flaws(local: str, limits: Limits, domain: str = DOMAINS[0]) -> dict[str, dict[str, Any]]:
    """Return the closed table of odd values; `local` begins the emails that are to be found by cleanup."""
    return {
        "a missing name": {"name": MISSING},
        "a null name": {"name": None},
        "an empty name": {"name": ""},
        "a name of blanks only": {"name": "   "},
        "a missing email": {"email": MISSING},
        "a null email": {"email": None},
        "an empty email": {"email": ""},
        "an email of blanks only": {"email": "   "},
        "an email without @": {"email": f"{local}.{domain}"},
        "an email with two @": {"email": f"{local}@{domain}@{domain}"},
        "an email with a blank inside": {"email": f"{local} x@{domain}"},
        "an email with nothing before @": {"email": f"@{local}.{domain}"},
        "an email with nothing after @": {"email": f"{local}@"},
        "an email with a dot at the end": {"email": f"{local}@example."},
        "a number for a name": {"name": 42},
        "a list for a name": {"name": ["Ada"]},
        "an object for a name": {"name": {"first": "Ada"}},
        "a truth value for a name": {"name": True},
        "a number for an email": {"email": 42},
        "a list for an email": {"email": [f"{local}@{domain}"]},
        "a truth value for an email": {"email": True},
        "a null nickname": {"nickname": None},
        "a number for a nickname": {"nickname": 42},
        "a truth value for a nickname": {"nickname": True},
        "a list for a nickname": {"nickname": ["Countess"]},
        "the longest name": {"name": "x" * limits.name},
        "the longest name in Chinese": {"name": "\u674e" * limits.name},
        "the longest nickname": {"nickname": "x" * limits.nickname},
        "the longest email": {"email": long_email(local, limits.email, domain)},
        "a name that is too long": {"name": "x" * (limits.name + 1)},
        "a nickname that is too long": {"nickname": "x" * (limits.nickname + 1)},
        "an email that is too long": {"email": long_email(local, limits.email + 1, domain)},
        "the shortest password": {"password": sample_password(limits.password_min)},
        "the longest password in Chinese": {"password": "\u674e" * limits.password_max},
        "the longest password": {"password": sample_password(limits.password_max)},
        "a password that is too short": {"password": "x" * (limits.password_min - 1)},
        "a password that is too long": {"password": "x" * (limits.password_max + 1)},
        "a name with a database command": {"name": "x'; DELETE FROM users WHERE '1'='1"},
        "a name with a script": {"name": '<script>alert("x")</script><img src=x onerror=1>'},
        "a name with template code": {"name": "${7*7} {{7*7}} #{7*7} <%= 7*7 %> %s %n"},
        "a name with a line break": {"name": "Mallory\r\nX-Injected: yes"},
        "a name with a null character": {"name": "Mal\x00lory"},
        "half a character for a name": {"name": "Mal\ud800lory"},
        "an unknown field": {"__proto__": {"isAdmin": True}, "$where": "1==1"},
    }


FLAWS = tuple(flaws("", Limits()))

IF_CHANGED = ", only if the answer has changed"
SEARCHES = (
    "the email of user {Person}",
    f"the email of user {{Person}}{IF_CHANGED}",
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
        return _look(NAMES, wording)

    def email(self, wording: str) -> str:
        """Return the text to search for that a phrase names."""
        wording = wording.removesuffix(IF_CHANGED)
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
        return _look(texts, wording)

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
                "email": _look(MANNERS, how)(self._people[other].email)
            },
            r"the email of user (\w+), but (.+)": lambda _, other, how: {
                "email": differ(self._people[other].email, how)
            },
            r"a chosen (.+)": lambda person, field: chosen(person, _look(FIELDS, field)),
        }

    def _email_of(self, _: Person, first: str | None, other: str) -> dict[str, Any]:
        person = self._people[other]
        details = person.writes[0].details if first and person.writes else person.current
        return {"email": details["email"]}

    def _email_of_kind(self, kind: str, person: Person) -> str:
        local = _look(EMAIL_KINDS, kind).format(mark=person.mark)
        return f"{local}@{self._people.domains[0]}"

    def _flaw(self, phrase: str, person: Person) -> dict[str, Any]:
        local = f"{person.label.lower()}.{person.mark}"
        return _look(flaws(local, self._limits, self._people.domains[0]), phrase)


def differ(email: str, how: str) -> str:
    """Return an email that differs from another in one way of the closed table."""
    old, new = _look(DIFFERENCES, how)
    if old not in email:
        raise StoryError(f"{email} cannot differ {how}")
    return email.replace(old, new, 1)


def unescape(text: str) -> str:
    r"""Read what feature files cannot hold as it is: \uXXXX, \UXXXXXXXX and \"."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})", lambda m: chr(int(m[1] or m[2], 16)), text)
    return text.replace('\\"', '"')


def _look(table: Mapping[str, _T], phrase: str) -> _T:
    try:
        return table[phrase]
    except KeyError:
        known = "; ".join(sorted(table))
        raise StoryError(f"no story may say {phrase!r}; it may say: {known}") from None
