"""The shapes in which a secret can stand in a text: how they are recognised and where they begin and end.

A text is *reduced* to its ASCII letters and digits in lower case, with every escape undone or dropped.
Quoting, escaping (JSON, HTML, URL, `repr`, shell, once or many times), wrong charsets, other case and wrapped
lines all vanish that way, so that one comparison serves for all of them. Base64 and hex are further
spellings that are reduced likewise. What has too few letters and digits is matched character by character.

Knows nothing of labels, headers or reports: `support.secrets.redaction` does.
"""

from __future__ import annotations

import base64
import html.entities
import json
import re
import string
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

# What stands for one character, or for none: terminal colours, backslash, URL and HTML escapes, however often
# they were escaped again, and what stands before the next line of a text or of bytes in pytest's output.
_BACKSLASHES = r"(?:\\|%(?:25)*5[cC])+"
_SEMICOLON = r"(?:;|%(?:25)*3[bB])"
_AMPERSAND = rf"(?:&|%(?:25)*26)(?:amp{_SEMICOLON})*"
_HASH = r"(?:#|%(?:25)*23)"
# The quotes with which a shell's quoting is interrupted, escaped in turn.
_QUOTE = (
    rf"(?:{_BACKSLASHES})?(?:'|u0027|{_AMPERSAND}(?:{_HASH}0*39|{_HASH}x0*27|apos){_SEMICOLON}|%(?:25)*27)"
)
_QUOTES = (
    rf'(?:{_BACKSLASHES})?(?:"|u0022|{_AMPERSAND}(?:{_HASH}0*34|{_HASH}x0*22|quot){_SEMICOLON}|%(?:25)*22)'
)
_ESCAPES = (
    # Beginning with a plain set of characters makes the search four times as fast as with a choice.
    r"[\\%&\x1b\n](?:"
    rf"(?:(?<=\\)|(?<=%)(?:25)*5[cC])(?:{_BACKSLASHES})?(?:(?:x1[bB]|u001[bB]|033)\[[0-9;]*m"
    r"|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|U000[0-9A-Fa-f]{5}"
    r"|n(?:E? *b(?=\\*[\"']))?|[rtbf])"
    rf"|(?:(?<=&)|(?<=%)(?:25)*26)(?:amp{_SEMICOLON})*"
    rf"(?:{_HASH}([0-9]{{1,7}})|{_HASH}[xX]([0-9A-Fa-f]{{1,6}})|([A-Za-z]{{2,8}}[0-9]{{0,2}})){_SEMICOLON}"
    r"|(?<=%)(?:25)*([0-9A-Fa-f]{2})"
    r"|(?<=\x1b)\[[0-9;]*m"
    r"|(?<=\n)(?:(?:[E>] +)? *b(?=\\*[\"'])|[E>] +))"
)
_ESCAPE = re.compile(_ESCAPES.encode())
_SIGNS = (b"\\", b"%", b"&", b"\nE", b"\n>", b"\x1b")  # no text without any of them has an escape
_PIECE = re.compile(_ESCAPES + r"|([0-9A-Za-z]+)")
_DECIMAL, _NAME, _RUN = 3, 5, 7
SHORT_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
_LOWER = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())
_ALNUM = (string.ascii_letters + string.digits).encode()
_REST = bytes(set(range(256)) - set(_ALNUM))
_SHORTEST_CODED = 8  # characters of base64 or hex; fewer are found by chance
_NEWLINE = r"[ \t]*(?:\r?\n|\\+n)(?:[E>] )?[ \t]*"
_WRAP = rf"(?:\\*[\"']{_NEWLINE}b?\\*[\"']|{_NEWLINE})?"


def reduce(text: str) -> bytes:
    """Return the letters and digits of a text in lower case, its escapes undone."""
    raw = text.encode("utf-8", "surrogatepass")
    has_bytes = b"b'" in raw or b'b"' in raw or b"b\\" in raw
    if has_bytes or any(sign in raw for sign in _SIGNS):
        # The commonest one first, for speed; it is more than a newline where bytes are wrapped.
        raw = _ESCAPE.sub(_undo, raw if has_bytes else raw.replace(rb"\n", b"?"))
    return raw.translate(_LOWER, _REST)


def _undo(match: re.Match[bytes]) -> bytes:
    kind = match.lastindex
    if kind is None:
        return b"?"
    if kind == _NAME:
        return b"?" if match[kind].decode() + ";" in html.entities.html5 else match[kind]
    code = int(match[kind], 10 if kind == _DECIMAL else 16)
    return bytes([code]) if code < 128 and code in _ALNUM else b"?"


class Reduced:
    """A text with its reduced form and the way back from there."""

    __slots__ = ("_begins", "_ends", "_offsets", "form")

    def __init__(self, text: str) -> None:
        self._offsets: list[int] = []
        self._begins: list[int] = []
        self._ends: list[int] = []
        parts: list[str] = []
        length = 0
        for match in _PIECE.finditer(text):
            part, group = _undone(match)
            if part:
                self._offsets.append(length)
                self._begins.append(match.start(group))
                # A run of letters counts its characters; an escape is one and indivisible.
                self._ends.append(0 if group else match.end())
                parts.append(part)
                length += len(part)
        self.form = "".join(parts).lower().encode()

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return where in the text the reduced characters from `begin` to before `end` stand."""
        return self._place(begin)[0], self._place(end - 1)[1]

    def index(self, place: int) -> int:
        """Return how many reduced characters stand before a place in the text."""
        piece = bisect_right(self._begins, place - 1) - 1
        if piece < 0:
            return 0
        end = self._offsets[piece + 1] if piece + 1 < len(self._offsets) else len(self.form)
        if self._ends[piece]:
            return end
        return min(self._offsets[piece] + place - self._begins[piece], end)

    def _place(self, index: int) -> tuple[int, int]:
        piece = bisect_right(self._offsets, index) - 1
        begin = self._begins[piece]
        if self._ends[piece]:
            return begin, self._ends[piece]
        begin += index - self._offsets[piece]
        return begin, begin + 1


def _undone(match: re.Match[str]) -> tuple[str, int]:
    """Return what a piece reads as, and the group that holds it letter by letter, or 0 for an escape."""
    kind = match.lastindex
    if kind is None:
        return "", 0
    if kind == _RUN:
        return match[_RUN], _RUN
    if kind == _NAME:
        return ("", 0) if match[_NAME] + ";" in html.entities.html5 else (match[_NAME], _NAME)
    code = int(match[kind], 10 if kind == _DECIMAL else 16)
    return (chr(code), 0) if code < 128 and code in _ALNUM else ("", 0)


def readings(secret: str) -> set[bytes]:
    """Return the reduced forms of a secret that is written out, escaped or not."""
    forms = {reduce(secret)}
    if not secret.isalnum():
        forms.add(reduce(quote(secret, safe="")))
        forms.add(reduce(json.dumps(secret)))
        forms.add("".join(char for char in secret if char.isascii() and char.isalnum()).lower().encode())
        forms.add(reduce(secret.upper()))
    # After a backslash that is not its own, a first letter may be read as part of an escape.
    return forms | {form[1:] for form in forms if form[:1] in {b"n", b"r", b"t", b"b", b"f"}}


def codings(secret: str) -> set[str]:
    """Return the stable middle of each base64 and hex spelling of a secret, whatever stands around it."""
    spellings = set()
    for raw in _encoded(secret):
        spellings.add(raw.hex())
        for before in range(3):
            coded = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
            end = len(coded) - bool((before + len(raw)) % 3)
            spellings.add(coded[(0, 2, 3)[before] : end])
    return {spelling for spelling in spellings if len(spelling) >= _SHORTEST_CODED}


def _encoded(secret: str) -> set[bytes]:
    raw = {secret.encode("utf-8", "surrogatepass")}
    if not secret.isascii():
        raw.add(secret.encode("latin-1", "ignore"))
    return raw


@dataclass(frozen=True, slots=True)
class Literal:
    """A secret with too few letters and digits to be reduced, matched character by character.

    One of `readings` must be in a reduced text before the pattern is tried.
    """

    pattern: re.Pattern[str]
    readings: tuple[bytes, ...]
    codings: tuple[str, ...]


def spell_out(secret: str) -> Literal:
    """Make the pattern of a secret in any mixture of escapes."""
    pattern = _WRAP.join(alternatives(char) for char in secret)
    coded = set(codings(secret))
    coded |= {spelling.upper() for spelling in coded if re.fullmatch(r"[0-9a-f]+", spelling)}
    coded |= {spelling.translate(str.maketrans("+/", "-_")) for spelling in coded}
    return Literal(re.compile(pattern, re.IGNORECASE), tuple(readings(secret)), tuple(sorted(coded)))


@lru_cache(1024)
def alternatives(char: str) -> str:
    """Return the pattern of one character as any of the escapings may have left it."""
    if char.isascii() and char.isalnum():
        return char
    code = ord(char)
    raw = char.encode("utf-8", "surrogatepass")
    units = char.encode("utf-16-be", "surrogatepass").hex()
    ways = [
        "".join(f"%(?:25)*{byte:02x}" for byte in raw),
        "".join(rf"{_BACKSLASHES}x{byte:02x}" for byte in raw),
        "".join(rf"{_BACKSLASHES}u{units[at : at + 4]}" for at in range(0, len(units), 4)),
        rf"{_BACKSLASHES}U{code:08x}",
        f"{_AMPERSAND}{_HASH}0*{code}{_SEMICOLON}",
        f"{_AMPERSAND}{_HASH}x0*{code:x}{_SEMICOLON}",
    ]
    ways += [f"{_AMPERSAND}{name}{_SEMICOLON}" for name in _entity_names(char)]
    if code < 256:
        ways += [rf"{_BACKSLASHES}x{code:02x}", f"%(?:25)*{code:02x}"]
    if char in SHORT_ESCAPES:
        ways.append(_BACKSLASHES + SHORT_ESCAPES[char])
    if char == " ":
        ways.append(r"\+")
    if char == "'":
        ways += [rf"{_QUOTE}{_BACKSLASHES}{_QUOTE}{_QUOTE}", _QUOTE + _QUOTES + _QUOTE + _QUOTES + _QUOTE]
    for charset in ("latin-1", "cp1252"):
        garbled = raw.decode(charset, "replace")
        if garbled != char:
            ways.append(re.escape(garbled))
            ways.append(re.escape(json.dumps(garbled)[1:-1]).replace(r"\\", r"\\+"))
    ways.append(_BACKSLASHES if char == "\\" else re.escape(char))
    escaped = f"(?:{_BACKSLASHES}{_WRAP})?" if char in "\"'`$/" else ""
    return f"{escaped}(?:{'|'.join(dict.fromkeys(ways))})"


def _entity_names(char: str) -> list[str]:
    return sorted(
        name.rstrip(";") for name, value in html.entities.html5.items() if value == char and name[-1] == ";"
    )
