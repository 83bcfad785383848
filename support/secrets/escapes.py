"""How a text reads when every escape in it is undone, and where in the text each character of that stands.

A *folded* text is in lower case and lacks what escaping, quoting and wrapping put in or take away. Folded to
its ASCII letters and digits it serves for secrets that have enough of them; folded to its visible signs, for
the others. Each piece of a text is looked at once: a run of backslashes, of `%5c` or of blanks is one piece.

Knows nothing of secrets.
"""

from __future__ import annotations

import html.entities
import re
import string
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

# What stands for one character, or for none: terminal colours, backslash, URL and HTML escapes, however often
# they were escaped again, and what stands before the next line of a text or of bytes in pytest's output.
# Atomic where a longer run could be read again from each of its characters; possessive groups would say the
# same, but are not read rightly before Python 3.11.5.
_AGAIN = "(?>(?:25)*)"  # of a percent sign
BACKSLASHES = rf"(?>(?:\\|%{_AGAIN}5[cC])+)"
SEMICOLON = rf"(?:;|%{_AGAIN}3[bB])"
AMPERSAND = rf"(?:&|%{_AGAIN}26)(?:amp{SEMICOLON})*"
HASH = rf"(?:#|%{_AGAIN}23)"
_ESCAPES = (
    # Beginning with a plain set of characters makes the search four times as fast as with a choice.
    r"[\\%&\x1b\n](?:"
    rf"(?:(?<=\\)|(?<=%){_AGAIN}5[cC])(?>(?:{BACKSLASHES})?)(?:(?:x1[bB]|u001[bB]|033)\[[0-9;]*m"
    r"|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|U(000[0-9A-Fa-f]{5})"
    r"|n(?:E? *+b(?=\\*[\"']))?|[rtbf])?"
    rf"|(?:(?<=&)|(?<=%){_AGAIN}26)(?:amp{SEMICOLON})*"
    rf"(?:{HASH}([0-9]{{1,7}})|{HASH}[xX]([0-9A-Fa-f]{{1,6}})|([A-Za-z]{{2,8}}[0-9]{{0,2}})){SEMICOLON}"
    r"|(?<=%)(?>(?:25(?=[0-9A-Fa-f]{2}))*)([0-9A-Fa-f]{2})"
    r"|(?<=\x1b)\[[0-9;]*m"
    r"|(?<=\n)(?:(?>(?:[E>] ++)?) *+b(?=\\*[\"'])|[E>] ++))"
)
_X, _DECIMAL, _NAME, _PERCENT, _RUN, _SINGLE = 2, 4, 6, 7, 8, 9
_ESCAPE = re.compile(_ESCAPES.encode())
_SIGNS = (b"\\", b"%", b"&", b"\nE", b"\n>", b"\x1b")  # no text without any of them has an escape
LOWER = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())
_ALNUM = (string.ascii_letters + string.digits).encode()
# Dropped with what is invisible: what escaping adds, what quoting interrupts, and what a blank becomes.
_UNSTEADY = b"\\\"'+"


class Folding(NamedTuple):
    """What of a text is kept."""

    pieces: re.Pattern[str]
    dropped: bytes


LETTERS = Folding(
    re.compile(_ESCAPES + r"|([0-9A-Za-z]+)"),
    bytes(set(range(256)) - set(_ALNUM)),
)
VISIBLE = Folding(
    re.compile(
        _ESCAPES + r"|((?>(?:[0-9A-Za-z!#$(-*,-/:-@\[\]-`{-~]|%(?![0-9A-Fa-f])|&(?![#%A-Za-z]))+))"
        r"|([%&]|[^\x00-\x7f])"
    ),
    bytes([*range(0x21), 0x7F, *_UNSTEADY]),
)


def reduce(text: str) -> bytes:
    """Return the letters and digits of a text in lower case, its escapes undone."""
    return undo(text).translate(LOWER, LETTERS.dropped)


def undo(text: str) -> bytes:
    """Return a text with its escapes undone, and blanks in place of those that stand for nothing."""
    raw = text.encode("utf-8", "surrogatepass")
    has_bytes = b"b'" in raw or b'b"' in raw or b"b\\" in raw
    if has_bytes or any(sign in raw for sign in _SIGNS):
        # The commonest one first, for speed; it is more than a newline where bytes are wrapped.
        raw = _ESCAPE.sub(_undo, raw if has_bytes else raw.replace(rb"\n", b" "))
    return raw


def _undo(match: re.Match[bytes]) -> bytes:
    kind = match.lastindex
    if kind is None:
        return b" "
    char = _read(kind, match[kind].decode())
    return match[kind] if char is None else char


@lru_cache(4096)
def _read(kind: int, told: str) -> bytes | None:
    """Return the character that an escape stands for; None where it is none: there is no such name."""
    if kind == _NAME:
        named = html.entities.html5.get(f"{told};")
        return None if named is None else named.encode()
    code = int(told, 10 if kind == _DECIMAL else 16)
    if code > 0x10FFFF:
        return b""
    # What was escaped byte by byte is a byte.
    return bytes([code]) if kind in {_X, _PERCENT} else chr(code).encode("utf-8", "surrogatepass")


class Folded:
    """A folded text and the way back from there."""

    __slots__ = ("_offsets", "_places", "form")

    def __init__(self, text: str, folding: Folding = LETTERS) -> None:
        # Of each piece: how many folded characters come before it; where it begins in the text, and where it
        # ends if it is an escape and indivisible. A run of letters counts its characters.
        self._offsets: list[int] = []
        self._places: list[tuple[int, int]] = []
        parts: list[bytes] = []
        length, dropped = 0, folding.dropped
        for match in folding.pieces.finditer(text):
            kind = match.lastindex
            if kind is None:
                continue
            if kind == _RUN:
                part, place = match[_RUN].encode(), (match.start(), 0)
            elif kind == _SINGLE:
                part, place = match[_SINGLE].encode("utf-8", "surrogatepass"), match.span()
            else:
                char = _keep(kind, match[kind], dropped)
                part, place = char or b"", match.span()
                if char is None:
                    part, place = match[kind].encode(), (match.start(kind), 0)
            if part:
                self._offsets.append(length)
                self._places.append(place)
                parts.append(part)
                length += len(part)
        self.form = b"".join(parts).translate(LOWER)

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return where in the text the folded characters from `begin` to before `end` stand."""
        return self._place(begin)[0], self._place(end - 1)[1]

    def index(self, place: int) -> int:
        """Return how many folded characters stand before a place in the text."""
        piece = bisect_right(self._places, (place,)) - 1
        if piece < 0:
            return 0
        end = self._end(piece)
        begin, whole = self._places[piece]
        return end if whole else min(self._offsets[piece] + place - begin, end)

    def is_within_word(self, begin: int, end: int) -> bool:
        """Return whether the same run goes on before or after these folded characters with a word's sign."""
        piece, last = self._piece(begin), self._piece(end - 1)
        before = self.form[begin - 1 : begin] if begin > self._offsets[piece] else b""
        after = self.form[end : end + 1] if end < self._end(last) else b""
        return _is_of_word(before) or _is_of_word(after)

    def _piece(self, index: int) -> int:
        return bisect_right(self._offsets, index) - 1

    def _end(self, piece: int) -> int:
        return self._offsets[piece + 1] if piece + 1 < len(self._offsets) else len(self.form)

    def _place(self, index: int) -> tuple[int, int]:
        piece = self._piece(index)
        begin, end = self._places[piece]
        if end:
            return begin, end
        begin += index - self._offsets[piece]
        return begin, begin + 1


@lru_cache(4096)
def _keep(kind: int, told: str, dropped: bytes) -> bytes | None:
    char = _read(kind, told)
    return None if char is None else char.translate(None, dropped)


def _is_of_word(char: bytes) -> bool:
    return char.isalnum() or char == b"_"


def fold(text: str, folding: Folding) -> bytes:
    """Return a text folded."""
    return undo(text).translate(LOWER, folding.dropped)
