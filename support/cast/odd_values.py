"""Odd values of details: what careless software spoils, confuses, or should have refused.

Closed tables of phrases, each with what it means. Every email made here carries its person's mark, wherever
that does not spoil the point, so that cleanup can find it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from support.errors import StoryError
from support.target.fields import Limits
from support.target.sending import DOMAINS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_T = TypeVar("_T")
MISSING: Any = object()  # a detail that is left out, where null would say something else
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
# Names that some software takes for equal where it puts them in order, and for different where it compares;
# and some that are others where it reads them in a narrower encoding.
NAMES = {
    "": ("",),  # each their own
    "whose names differ in letter case": (
        *("Aaron Abbott", "AARON ABBOTT", "AAron Abbott", "AaroN Abbott"),
        *("Aaron ABBOTT", "AaRon Abbott", "AarON Abbott", "AaRON ABBOTT"),
    ),
    "whose names have Greek letters": (
        *("Aaron \u03a9\u03b4", "Aaron \u03a9\u03b1", "Aaron \u03a9\u03b3"),
        *("Aaron \u03a9\u03b2", "Aaron \u03a9\u03b6", "Aaron \u03a9\u03b5"),
    ),
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
        "the longest details in Chinese": {
            "name": "\u674e" * limits.name,
            "nickname": "\u674e" * limits.nickname,
        },
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
        "half a character for a nickname": {"nickname": "Mal\ud800lory"},
        "an unknown field": {"__proto__": {"isAdmin": True}, "$where": "1==1"},
    }


FLAWS = tuple(flaws("", Limits()))


def differ(email: str, how: str) -> str:
    """Return an email that differs from another in one way of the closed table."""
    old, new = look_up(DIFFERENCES, how)
    if old not in email:
        raise StoryError(f"{email} cannot differ {how}")
    return email.replace(old, new, 1)


def look_up(table: Mapping[str, _T], phrase: str) -> _T:
    """Return what a phrase means; raises StoryError, with those that there are, for one that no table has."""
    try:
        return table[phrase]
    except KeyError:
        known = "; ".join(sorted(table))
        raise StoryError(f"no story may say {phrase!r}; it may say: {known}") from None
