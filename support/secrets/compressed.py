"""What stands in a text encoded so that its letters say nothing: base64 of little, base64 or hex of gzip.

Gives the places and what is there. Decodes a bounded amount, whatever a text holds.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_UNPACKED = 1 << 20  # bytes out of one text
_SHORTEST_PACKED = 16
# What gzip and zlib begin with, in base64 and in hex.
_PACKED = re.compile(r"(?:H4sI|eJ|eN|eA|eF)[0-9A-Za-z+/_-]+|(?:1f8b08|78(?:01|5e|9c|da))[0-9a-f]+")
_PACKED_UPPER = re.compile(r"(?:1F8B08|78(?:01|5E|9C|DA))[0-9A-F]+")
# The same by parts that begin with a plain letter, which are looked for fastest.
_SIGNS = tuple(map(re.compile, ("H4sI", "e[JNAF]", "1[fF]8[bB]08", "78(?:01|5[eE]|9[cC]|[dD][aA])")))
_CODED = re.compile(r"(?<![0-9A-Za-z+/_-])[0-9A-Za-z+/_-]{6,}")
_AUTO = 32 + zlib.MAX_WBITS  # gzip or zlib, as its header says
Part = tuple[int, int, str]  # begin, end, what is there


def unpack(text: str) -> Iterator[Part]:
    """Yield what was compressed and then written as base64 or hex."""
    if not any(sign.search(text) for sign in _SIGNS):
        return
    room = MOST_UNPACKED
    for pattern in (_PACKED, _PACKED_UPPER):
        for match in pattern.finditer(text):
            if len(match[0]) < _SHORTEST_PACKED or room <= 0:
                continue
            unpacker = zlib.decompressobj(_AUTO)
            try:
                content = unpacker.decompress(_decode(match[0]), room)
            except (zlib.error, ValueError):
                continue
            room -= len(content)
            yield match.start(), match.end(), content.decode("utf-8", "replace")


def decode(text: str) -> Iterator[Part]:
    """Yield what each word is as base64; for secrets so short that their base64 has no stable middle."""
    for match in _CODED.finditer(text):
        try:
            content = _decode_base64(match[0])
        except ValueError:
            continue
        yield match.start(), match.end(), content.decode("utf-8", "replace")


def _decode(word: str) -> bytes:
    return binascii.unhexlify(word[: len(word) // 2 * 2]) if word[0] in "17" else _decode_base64(word)


def _decode_base64(word: str) -> bytes:
    whole = word.translate(str.maketrans("-_", "+/"))
    whole = whole[: len(whole) - (len(whole) % 4 == 1)]
    return base64.b64decode(whole + "=" * (-len(whole) % 4))
