"""The search of what a run left, made without the redactor: files, what is packed in them, what was said.

A secret is looked for in each of its encodings, each as it stands and as JSON, a repr or a page would write
it, and in what is there when percent signs, entities, JSON's escapes and base64 are undone. Most of a secret
counts as the secret.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ci.trials.planted_secrets.encodings import ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

PIECE = 12  # characters of a long secret that may not be left
LEAST_PIECE = 7
# The beginning of a token tells its algorithm, as that of anybody's token does.
PUBLIC = 50
_CODED = re.compile(r"[A-Za-z0-9+/_-]{12,}")
_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\"'\\/]))")


@dataclass(frozen=True, slots=True)
class Find:
    """A secret that stands in an output: of which shape, how it was written, and where."""

    shape: str
    how: str
    where: str


def read_outputs(folders: Iterable[Path]) -> dict[str, str]:
    """Return the texts of all files by their names, which are texts, too; packed ones are unpacked."""
    texts: dict[str, str] = {}
    for folder in folders:
        files = [path for path in folder.rglob("*") if path.is_file()]
        texts[f"names in {folder.name}"] = "\n".join(str(path.relative_to(folder)) for path in files)
        for path in files:
            for name, content in _unpack(path.name, path.read_bytes()):
                texts[f"{path.parent.name}/{name} ({len(texts)})"] = content.decode("utf-8", "replace")
    return texts


def _unpack(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    try:
        if content.startswith(b"\x1f\x8b"):
            yield from _unpack(f"{name}, unpacked", gzip.decompress(content))
        elif zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for member in archive.namelist():
                    yield from _unpack(f"{name}, {member}", archive.read(member))
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile):
        return


def find(secrets: dict[str, str], texts: dict[str, str]) -> list[Find]:
    """Return the secrets that stand in the texts."""
    found: list[Find] = []
    spelt = {shape: _spellings(secret) for shape, secret in secrets.items()}
    whole = {shape: _pieces(secret) for shape, secret in secrets.items()}
    for where, text in texts.items():
        lowered = text.lower()
        found += [
            Find(shape, how, where)
            for shape, spellings in spelt.items()
            for how, each in spellings.items()
            if each in lowered
        ]
        for how, undone in _undo(text):
            found += [Find(shape, how, where) for shape, pieces in whole.items() if pieces.are_in(undone)]
    return found


@lru_cache
def _spellings(secret: str) -> dict[str, str]:
    """Return how a secret may stand in a text, in small letters, by what was done to it."""
    found = {}
    for name, encode in ENCODINGS.items():
        text = encode(secret)
        written = {
            "": text,
            " in JSON": json.dumps(text)[1:-1],
            " in JSON, UTF-8": json.dumps(text, ensure_ascii=False)[1:-1],
            " in JSON twice": json.dumps(json.dumps(text)[1:-1])[1:-1],
            " in a repr": repr(text)[1:-1],
            " of bytes": repr(text.encode())[2:-1],
            " in a page": html.escape(text),
        }
        found.update({f"{name}{way}": each.lower() for way, each in written.items()})
    for shift in range(3):
        # What stands before and after changes the two ends.
        coded = base64.b64encode(b"\0" * shift + secret.encode()).decode().rstrip("=")[(shift * 4 + 2) // 3 :]
        for way, each in (("", coded), (" for URLs", coded.translate(str.maketrans("+/", "-_")))):
            found[f"base64{way}, shifted by {shift}"] = each[:-1].lower()
    return found


@dataclass(frozen=True, slots=True)
class Pieces:
    """The parts of a secret, one of which is left where too much is.

    Each holds one of the anchors, which are few: a text without any need not be searched for all.
    """

    every: tuple[str, ...]
    anchors: tuple[str, ...]

    def are_in(self, text: str) -> bool:
        """Return whether one of the parts stands in a text."""
        return any(each in text for each in self.anchors) and any(each in text for each in self.every)


@lru_cache
def _pieces(secret: str) -> Pieces:
    length = min(max(LEAST_PIECE, -(-2 * len(secret) // 3)), PIECE if len(secret) > PUBLIC else len(secret))
    first = PUBLIC if len(secret) > 2 * PUBLIC else 0
    every = tuple(secret[at : at + length] for at in range(first, len(secret) - length + 1))
    half = (length + 1) // 2
    return Pieces(every, tuple(secret[at : at + half] for at in range(first, len(secret) - half + 1, half)))


def _undo(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a text says, and what it says when something is undone."""
    yield "as it is", text
    steps: dict[str, Callable[[str], str]] = {
        "percent signs": unquote,
        "entities": html.unescape,
        "escapes": _unescape,
    }
    for name, step in steps.items():
        once = step(text)
        if once is not text and once != text:
            yield f"{name} undone", once
            for other, another in steps.items():
                yield f"{name} undone, then {other}", another(once)
    yield "base64 undone", "\n".join(_decode(text))


def _unescape(text: str) -> str:
    def read(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else match[3]

    return _ESCAPE.sub(read, text) if "\\" in text else text


def _decode(text: str) -> Iterator[str]:
    for run in {match[0] for match in _CODED.finditer(text)}:
        word = run.translate(str.maketrans("-_", "+/"))
        word = word[: len(word) - (len(word) % 4 == 1)]
        content = base64.b64decode(word + "=" * (-len(word) % 4))
        yield content.decode("utf-8", "replace")
        yield content.decode("utf-16-le", "replace")
