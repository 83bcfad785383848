"""What becomes of text on its way into the store: nothing, unless a switch says otherwise (clause 1.3)."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

from support.reference.http import problems

if TYPE_CHECKING:
    from support.reference.faults.switches import Switches

_MARKUP = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:e[0-9]{1,2})?")


def keep(field: str, text: str, switches: Switches) -> str:
    """Return the text of a field as it is stored: as it was sent."""
    if field == "password":
        return text
    if switches.on("B15", text != text.strip()):
        text = text.strip()
    if switches.on("B16", text != unicodedata.normalize("NFC", text)):
        text = unicodedata.normalize("NFC", text)
    if field == "email":
        return text.lower() if switches.on("B14", text != text.lower()) else text
    return _spoil(field, text, switches)


def _spoil(field: str, text: str, switches: Switches) -> str:
    on = switches.on
    if on("M132", "'" in text):
        raise problems.unexpected()
    if on("M04", "  " in text):
        text = re.sub(" +", " ", text)
    if on("M05", any(sign > "\uffff" for sign in text)):
        text = "".join(sign for sign in text if sign <= "\uffff")
    if on("M06", any(sign > "\xff" for sign in text)):
        text = text.encode("latin-1", "replace").decode("latin-1")
    if on("M08", html.escape(text, quote=False) != text):
        text = html.escape(text, quote=False)
    if on("M09", field == "name" and len(text) > 50):
        text = text[:50]
    if on("N02", text != text.strip()):
        text = text.strip()
    if on("N03", _NUMBER.fullmatch(text)):
        text = f"{float(text):g}"
    if on("N04", _MARKUP.search(text)):
        text = _MARKUP.sub("", text)
    return text
