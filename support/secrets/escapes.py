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
    # What cannot begin any escape is told by its next character, before each kind of them is tried.
    r"[\\%&\x1b\n](?<!%(?![0-9A-Fa-f]))(?<!&(?![#%A-Za-z]))(?<!\n(?![E> b]))(?:"
    rf"(?:(?<=\\)|(?<=%){_AGAIN}5[cC])(?>(?:{BACKSLASHES})?)(?:(?:x1[bB]|u001[bB]|033)\[[0-9;]*m"
    r"|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|U(000[0-9A-Fa-f]{5})"
    r"|n(?:E? *+b(?=\\*[\"']))?|[rtbf])?"
    rf"|(?:(?<=&)|(?<=%){_AGAIN}26)(?:amp{SEMICOLON})*"
    rf"(?:{HASH}([0-9]{{1,7}})|{HASH}[xX]([0-9A-Fa-f]{{1,6}})|([A-Za-z]{{2,8}}[0-9]{{0,2}})){SEMICOLON}"
    r"|(?<=%)(?>(?:25(?=[0-9A-Fa-f]{2}))*)([0-9A-Fa-f]{2})"
    r"|(?<=\x1b)\[[0-9;]*m"
    r"|(?<=\n)(?:(?>(?:[E>] ++)?) *+b(?=\\*[\"'])|[E>] ++))"
)
_X, _DECIMAL, _NAME, _PERCENT = 2, 4, 6, 7
RUN, SINGLE = 8, 9  # the groups of a folding's pieces that are no escapes
_ESCAPE = re.compile(_ESCAPES.encode())
_COMMON = (rb"\n", rb"\"", rb"\'")  # of which no folding keeps anything
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
        if not has_bytes:
            # The commonest ones first, for speed; they are more than that where bytes are wrapped.
            for escape in _COMMON:
                raw = raw.replace(escape, b" ")
        raw = _ESCAPE.sub(_undo, raw)
    return raw


def _undo(match: re.Match[bytes]) -> bytes:
    kind = match.lastindex
    if kind is None:
        return b" "
    char = read(kind, match[kind].decode())
    return match[kind] if char is None else char


@lru_cache(4096)
def read(kind: int, told: str) -> bytes | None:
    """Return the character that an escape stands for; None where it is none: there is no such name."""
    if kind == _NAME:
        named = html.entities.html5.get(f"{told};")
        return None if named is None else named.encode()
    code = int(told, 10 if kind == _DECIMAL else 16)
    if code > 0x10FFFF:
        return b""
    # What was escaped byte by byte is a byte.
    return bytes([code]) if kind in {_X, _PERCENT} else chr(code).encode("utf-8", "surrogatepass")


def fold(text: str, folding: Folding) -> bytes:
    """Return a text folded."""
    return undo(text).translate(LOWER, folding.dropped)
