"""The encodings in which HTTP messages and logs carry text, each from what is meant to what stands there."""

from __future__ import annotations

import base64
import gzip
import html
import json
import quopri
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Callable


def _units(text: str) -> list[int]:
    raw = text.encode("utf-16-be")
    return [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "URL": lambda s: quote(s, safe=""),
    "URL, every byte, small letters": lambda s: "".join(f"%{byte:02x}" for byte in s.encode()),
    "URL twice": lambda s: quote(quote(s, safe=""), safe=""),
    "form": quote_plus,
    "JSON": lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
    "JSON, every character": lambda s: "".join(f"\\u{unit:04X}" for unit in _units(s)),
    "JSON in JSON": lambda s: json.dumps(json.dumps(s)[1:-1])[1:-1],
    "HTML": lambda s: html.escape(s).encode("ascii", "xmlcharrefreplace").decode(),
    "HTML, every character": lambda s: "".join(f"&#x{ord(char):x};" for char in s),
    "base64": lambda s: _base64(s.encode()),
    "base64 behind a user": lambda s: _base64(f"ada:{s}".encode()),
    "base64 for URLs": lambda s: base64.urlsafe_b64encode(f"x{s}y".encode()).decode().rstrip("="),
    "base64 twice": lambda s: _base64(_base64(f"ada:{s}".encode()).encode()),
    "base32": lambda s: base64.b32encode(s.encode()).decode(),
    "hex": lambda s: s.encode().hex(),
    "hex, capitals": lambda s: s.encode().hex().upper(),
    "numbers in JSON": lambda s: json.dumps({"type": "Buffer", "data": [*s.encode()]}),
    "UTF-16 in base64": lambda s: _base64(s.encode("utf-16")),
    "gzip in base64": lambda s: _base64(gzip.compress(s.encode(), mtime=0)),
    "quoted-printable": lambda s: quopri.encodestring(s.encode()).decode(),
    "Latin-1 for UTF-8": lambda s: s.encode().decode("latin-1"),
}
