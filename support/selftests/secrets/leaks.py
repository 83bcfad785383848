"""An independent search for secrets: every encoding of a secret, made without the redactor."""

from __future__ import annotations

import base64
import html
import json
import re
from functools import lru_cache
from urllib.parse import quote, quote_plus


@lru_cache
def needles(secret: str) -> frozenset[str]:
    """Return the spellings to search for, in lower case."""
    utf = secret.encode()
    found = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
    }
    found |= {quote(secret, safe=""), quote_plus(secret), quote(secret), html.escape(secret), utf.hex()}
    found |= {repr(utf)[2:-1], utf.decode("latin-1"), json.dumps(json.dumps(secret)[1:-1])[1:-1]}
    found |= {html.escape(json.dumps(secret)[1:-1]), html.escape(repr(secret)[1:-1])}
    for before in (b"", b"x", b"xx"):
        coded = base64.b64encode(before + utf).decode().rstrip("=")
        found |= {coded[4:-4], coded[4:-4].replace("+", "-").replace("/", "_")}
    return frozenset(needle.lower() for needle in found if len(needle) >= 4)


def find_leaks(text: str, secret: str) -> list[str]:
    """Return the spellings of a secret that stand in a text, whatever their case."""
    lowered = text.lower()
    return [needle for needle in needles(secret) if needle in lowered]


def find_pieces(text: str, secret: str, length: int = 8) -> list[str]:
    """Return the runs of letters and digits of a secret, at least that long, that stand in a text."""
    return [run for run in re.findall(rf"[A-Za-z0-9]{{{length},}}", secret) if run in text]
