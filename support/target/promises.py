"""The promises that a profile may make, by name, and those that are made of parts.

A whole is promised by its name, or by all of its parts; a part is promised by its own name or by that of the
whole. So a service that keeps half of a promise says which half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Collection

PromiseName = Literal[
    "validation",
    "validation-required",  # a missing, null, empty or blank name or email is refused
    "validation-emails",  # what cannot be an email is refused
    "validation-kinds",  # a value of another JSON type is refused, never converted
    "validation-lengths",  # what is longer than the limits is refused
    "validation-forms",  # a body that is not one JSON object is refused
    "timestamps",
    "password",
    "location",
    "unique-email",
    "unique-email-exact",  # no two users have one email, as far as it is written alike
    "unique-email-case",  # nor if it is written in capitals
    "unique-email-blanks",  # nor with blanks around it
    "unicode-email",  # an email is the same however its accents are composed
    "head",
    "put",
    "put-writes",  # a replacement writes what it names
    "put-clears",  # and clears what it leaves out
    "put-known-only",  # and creates nobody under an id that does not exist
    "patch",
    "pagination",
    "stable-cursor",
    "filter-by-email",
    "sorting",
    "total-count",
    "media-types",
    "body-limit",
    "allow-header",
    "problem-json",
    "idempotency-key",
    "key-required",  # a creation without an idempotency key is refused
    "consistency-token",
    "strong-read",
    "etag",
    "precondition-required",  # a change, replacement or deletion that names no version is refused
    "auth",
    "auth-required",  # without credentials nothing is shown, changed or deleted
    "auth-registration",  # nor anybody created: registration is not open
    "auth-challenge",  # the refusal says how to get in (WWW-Authenticate)
    "auth-caching",  # private answers are not for shared caches
    "read-only-token",
    "tenants",
    "rate-limit",
    "correlation-id",
    "health",
    "slo",
]
PROMISES: tuple[str, ...] = get_args(PromiseName)
PARTS: dict[str, tuple[str, ...]] = {
    whole: tuple(name for name in PROMISES if name.startswith(f"{whole}-"))
    for whole in ("validation", "unique-email", "put", "auth")
}
WHOLES: dict[str, str] = {part: whole for whole, parts in PARTS.items() for part in parts}
# A part that says nothing without another one.
BASES: dict[str, str] = {
    "unique-email-case": "unique-email-exact",
    "unique-email-blanks": "unique-email-exact",
    "put-clears": "put-writes",
    "put-known-only": "put-writes",
    "auth-registration": "auth-required",
    "auth-challenge": "auth-required",
}


def is_promised(name: str, promises: Collection[str]) -> bool:
    """Return whether a promise is among those made, by its own name, its whole or all of its parts."""
    if name in promises or WHOLES.get(name) in promises:
        return True
    parts = PARTS.get(name, ())
    return bool(parts) and all(part in promises for part in parts)


def is_partly_promised(name: str, promises: Collection[str]) -> bool:
    """Return whether a promise or any part of it is among those made."""
    return is_promised(name, promises) or any(part in promises for part in PARTS.get(name, ()))


def find_contradiction(promises: Collection[str]) -> str | None:
    """Return what is wrong with a set of promises, in words; None if nothing is."""
    for part, base in BASES.items():
        if part in promises and not is_promised(base, promises):
            return f"promises {part!r} without {base!r}, on which it rests"
    if "key-required" in promises and "idempotency-key" not in promises:
        return "promises 'key-required' without 'idempotency-key', on which it rests"
    return None
