"""Email addresses: which text is one, and which two of them are the same (clauses 1.2, 2.3)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.reference.faults.switches import Switches

EMAIL_MAX = 254


def find_fault(value: str, switches: Switches) -> str | None:
    """Say what is wrong with an address, or None when nothing is."""
    address = value.strip()
    if len(address) > EMAIL_MAX:
        return f"must have at most {EMAIL_MAX} characters"
    local, at, domain = address.partition("@")
    is_right = at and _is_local_part(local) and _is_domain(domain)
    if is_right or switches.on("M124", at and local):
        return None
    return "must be an email address"


def key_of(email: str, switches: Switches) -> str:
    """Return what two spellings of one address have in common: trimmed, composed, without case.

    Sign by sign and without case folding, which would make different people's addresses equal: dotless
    i stays apart from i, and sharp s from ss (compare CVE-2019-19844).
    """
    on = switches.on
    key = email if on("M67", email != email.strip()) else email.strip()
    if not on("M66", key != key.lower()):
        key = "".join(sign.lower() for sign in _compose(key, switches))
    key = _compose(key, switches)
    local, at, domain = key.partition("@")
    if on("N28", "+" in local):
        key = local.partition("+")[0] + at + domain
    if on("N29", "." in local):
        key = local.replace(".", "") + at + domain
    if on("N30", "\u0131" in local):
        key = local.replace("\u0131", "i") + at + domain
    if switches.has("N71") and on("N71", key != (plain := _without_accents(key))):
        key = plain
    return key


def _compose(text: str, switches: Switches) -> str:
    composed = unicodedata.normalize("NFC", text)
    return text if switches.on("M68", composed != text) else composed


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


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
