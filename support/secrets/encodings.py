"""The shapes in which a secret can stand in a text: written out in any charset and escaping, and encoded.

Base64, once or twice, base32, hex and numbers are found by the middle that stays the same whatever stands
around the secret; what was compressed before has to be decoded (`support.secrets.compressed`).

Knows nothing of labels, headers or reports: `support.secrets.redaction` does.
"""

from __future__ import annotations

import base64
import html.entities
import json
import quopri
import re
from functools import lru_cache
from urllib.parse import quote

from support.secrets.escapes import AMPERSAND, BACKSLASHES, HASH, LETTERS, LOWER, SEMICOLON, Folding, fold

# The quotes with which a shell's quoting is interrupted, escaped in turn.
_QUOTE = rf"(?:{BACKSLASHES})?(?:'|u0027|{AMPERSAND}(?:{HASH}0*39|{HASH}x0*27|apos){SEMICOLON}|%(?:25)*27)"
_QUOTES = rf'(?:{BACKSLASHES})?(?:"|u0022|{AMPERSAND}(?:{HASH}0*34|{HASH}x0*22|quot){SEMICOLON}|%(?:25)*22)'
SHORT_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
_SHORTEST_CODED = 8  # characters of base64 or hex; fewer are found by chance
_NEWLINE = r"[ \t]*(?:\r?\n|\\+n)(?:[E>] )?[ \t]*"
_WRAP = rf"(?:\\*[\"']{_NEWLINE}b?\\*[\"']|{_NEWLINE})?"


def readings(secret: str, folding: Folding = LETTERS) -> set[bytes]:
    """Return the folded forms of a secret that is written out, escaped or not."""
    forms = {fold(secret, folding)}
    if not (secret.isalnum() and secret.isascii()):
        forms |= {
            fold(written, folding)
            for written in (
                quote(secret, safe="", errors="surrogatepass"),
                json.dumps(secret),
                secret.upper(),
                *_quoted_printable(secret),
            )
        }
        raw = secret.encode("utf-8", "surrogatepass")
        forms |= {_unescaped(form, folding) for form in (raw, *_charsets(secret))}
    # After a backslash that is not its own, a first letter may be read as part of an escape.
    return forms | {form[1:] for form in forms if form[:1] in {b"n", b"r", b"t", b"b", b"f"}}


def _unescaped(raw: bytes, folding: Folding) -> bytes:
    return raw.translate(None, folding.dropped).lower()


def _charsets(secret: str) -> set[bytes]:
    """Return the bytes that a secret becomes by Latin-1 and by charsets that are taken for each other."""
    raw = secret.encode("utf-8", "surrogatepass")
    texts = {raw.decode(charset, "replace") for charset in ("latin-1", "cp1252")}
    garbled = {text.encode() for text in texts}
    # A repr writes as bytes what cannot be printed, and as it is what can.
    garbled |= {
        b"".join(char.encode() if char.isprintable() else bytes([ord(char)]) for char in text)
        for text in texts
    }
    chars = [(char, ord(char)) for char in secret]
    mixed = b"".join(
        bytes([code]) if code < 256 else char.encode("utf-8", "surrogatepass") for char, code in chars
    )
    units = secret.encode("utf-16-be", "surrogatepass")
    pairs = "".join(chr(int.from_bytes(units[at : at + 2])) for at in range(0, len(units), 2))
    return {*garbled, mixed, pairs.encode("utf-8", "surrogatepass")}


def _quoted_printable(secret: str) -> set[str]:
    """Return how mail and forms of several parts write a secret (RFC 2045 §6.7, RFC 2047 §4.2)."""
    raw = secret.encode("utf-8", "surrogatepass")
    return {quopri.encodestring(raw, header=header).decode().replace("=\n", "") for header in (False, True)}


def codings(secret: str) -> set[str]:
    """Return the stable middle of each base64 and hex spelling of a secret, whatever stands around it."""
    return _long_enough({spelling for raw in _encoded(secret) for spelling in (raw.hex(), *_base64(raw))})


def rare_codings(secret: str) -> set[str]:
    """Return the stable middles of what is rarer.

    Base64 of base64, base32, UTF-16 in base64 or hex, and the numbers as which Node.js writes bytes in JSON.
    """
    raw = secret.encode("utf-8", "surrogatepass")
    once = _base64(raw)
    once |= {spelling.translate(str.maketrans("+/", "-_")) for spelling in once}
    spellings = {spelling for inner in once for spelling in _base64(inner.encode())} | _base32(raw)
    spellings.add(",".join(map(str, raw)))
    for charset in ("utf-16-le", "utf-16-be"):
        # Without the zero byte at one end both are the same, at another offset.
        wide = secret.encode(charset, "surrogatepass").strip(b"\0")
        spellings |= {wide.hex(), *_base64(wide)}
    return _long_enough(spellings)


def reduce_coding(spelling: str) -> bytes:
    """Return the letters and digits of base64, base32 or hex, in which nothing is escaped."""
    return spelling.encode().translate(LOWER, LETTERS.dropped)


def _long_enough(spellings: set[str]) -> set[str]:
    return {spelling for spelling in spellings if len(reduce_coding(spelling)) >= _SHORTEST_CODED}


def _base64(raw: bytes) -> set[str]:
    found = set()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        end = len(coded) - bool((before + len(raw)) % 3)
        found.add(coded[(0, 2, 3)[before] : end])
    return found


def _base32(raw: bytes) -> set[str]:
    found = set()
    for before in range(5):
        coded = base64.b32encode(b"\0" * before + raw).decode()
        found.add(coded[-(-8 * before // 5) : 8 * (before + len(raw)) // 5])
    return found


def _encoded(secret: str) -> set[bytes]:
    raw = {secret.encode("utf-8", "surrogatepass")}
    if not secret.isascii():
        raw.add(secret.encode("latin-1", "ignore"))
    return raw


def edges(secret: str, folding: Folding) -> tuple[str, str]:
    """Return the patterns of what folding drops at the two ends of a secret."""
    kept = [bool(char.encode("utf-8", "surrogatepass").translate(None, folding.dropped)) for char in secret]
    if True not in kept:
        return "", ""
    first, last = kept.index(True), len(kept) - kept[::-1].index(True)
    before, after = (re.sub(r"\\+", r"\\", edge) for edge in (secret[:first], secret[last:]))
    return "".join(map(alternatives, before)), "".join(map(alternatives, after))


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
        "".join(rf"{BACKSLASHES}x{byte:02x}" for byte in raw),
        "".join(f"={byte:02x}" for byte in raw),
        "".join(rf"{BACKSLASHES}u{units[at : at + 4]}" for at in range(0, len(units), 4)),
        rf"{BACKSLASHES}U{code:08x}",
        f"{AMPERSAND}{HASH}0*{code}{SEMICOLON}",
        f"{AMPERSAND}{HASH}x0*{code:x}{SEMICOLON}",
    ]
    ways += [f"{AMPERSAND}{name}{SEMICOLON}" for name in _entity_names(char)]
    if code < 256:
        ways += [rf"{BACKSLASHES}x{code:02x}", f"%(?:25)*{code:02x}"]
    if char in SHORT_ESCAPES:
        ways.append(BACKSLASHES + SHORT_ESCAPES[char])
    if char == " ":
        ways.append(r"\+")
    if char == "'":
        ways += [rf"{_QUOTE}{BACKSLASHES}{_QUOTE}{_QUOTE}", _QUOTE + _QUOTES + _QUOTE + _QUOTES + _QUOTE]
    for charset in ("latin-1", "cp1252"):
        garbled = raw.decode(charset, "replace")
        if garbled != char:
            ways.append(re.escape(garbled))
            ways.append(re.escape(json.dumps(garbled)[1:-1]).replace(r"\\", r"\\+"))
    ways.append(BACKSLASHES if char == "\\" else re.escape(char))
    escaped = f"(?:{BACKSLASHES}{_WRAP})?" if char in "\"'`$/" else ""
    return f"{escaped}(?:{'|'.join(dict.fromkeys(ways))})"


def _entity_names(char: str) -> list[str]:
    return sorted(
        name.rstrip(";") for name, value in html.entities.html5.items() if value == char and name[-1] == ";"
    )
