"""Searches what a run left for secrets: `python -m support.report.audit PATH…`.

Looks for every secret that the environment or `.env` holds and for every password of a people, also inside of
what is embedded as base64, as a report in one file does, and in the names of files. Says where, never what.
It changes nothing: a finding is a defect of the redaction.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from support.secrets import REDACTOR
from support.secrets.escapes import LETTERS, reduce
from support.secrets.folded import Reading
from support.target.settings import ROOT
from support.users.markers import find_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SECRET_NAME = re.compile(r".*(TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY)\d*", re.IGNORECASE)
# Two dozen signs may hold a short secret with one escape; shorter runs are words.
_EMBEDDED = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
# The beginning of every password that a cast makes, with the run's mark, as `reduce` leaves it.
_CAST = re.compile(rb"pw(acc[0-9a-z]{8})")
CAST = "a password of the cast"


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret in a file, called by its label, and where it stands first: line and column count from 1.

    Line 0 is the name of the file, which is not shown then. A secret that is embedded in something has the
    place of that.
    """

    path: Path
    label: str
    line: int
    column: int
    is_embedded: bool = False
    more: int = 0  # further places in the same file

    def __str__(self) -> str:
        if not self.line:
            return f"{self.path.parent}: {self.label} in the name of a file"
        embedded = " (embedded as base64)" if self.is_embedded else ""
        more = f", and {self.more} more in this file" if self.more else ""
        return f"{self.path}:{self.line}:{self.column}: {self.label}{embedded}{more}"


def audit(paths: Iterable[Path]) -> tuple[int, list[Finding]]:
    """Search files, and folders with all that is in them; return how many files that were and what was found.

    Each secret of a file is one finding, at its first place. Raises OSError for a path that cannot be read.
    """
    count, findings = 0, []
    for path in _files(paths):
        count += 1
        in_name = {label for _, label in _places(path.name)}
        findings += [Finding(path, label, 0, 0) for label in sorted(in_name)]
        # What is found inside is shown without a name that is a secret itself.
        findings += [] if in_name else _search(path, path.read_bytes().decode("utf-8", "replace"))
    return count, findings


def register_environment() -> int:
    """Register what the environment and `.env` hold under a telling name; return how many there were."""
    values = {**dotenv_values(ROOT / ".env"), **os.environ}
    secrets = {name: value for name, value in values.items() if value and _SECRET_NAME.fullmatch(name)}
    for name, value in secrets.items():
        REDACTOR.register(value, name)
    return len(secrets)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file())
        else:
            yield path


def _search(path: Path, text: str) -> Iterator[Finding]:
    """Return one finding for each secret in a text, at the first of its places."""
    places: dict[str, list[tuple[int, bool]]] = {}
    for begin, label in _places(text):
        places.setdefault(label, []).append((begin, False))
    for begin, end, part in _embedded(text):
        for label in {label for _, label in _places(part)}:
            # Known by its coded form as well, it is still one place.
            others = [place for place in places.get(label, ()) if not begin <= place[0] < end]
            places[label] = [*others, (begin, True)]
    for label, found in sorted(places.items()):
        begin, is_embedded = min(found)
        line, column = text.count("\n", 0, begin) + 1, begin - text.rfind("\n", 0, begin)
        yield Finding(path, label, line, column, is_embedded, len(found) - 1)


def _embedded(text: str) -> Iterator[tuple[int, int, str]]:
    """Return what is embedded in a text: where it begins and ends, and what it says."""
    for run in _EMBEDDED.finditer(text):
        coded = run[0].rstrip("=")
        try:
            said = base64.b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-8", "replace")
        except binascii.Error:
            continue  # a long word and no base64
        yield *run.span(), said


def _places(text: str) -> Iterator[tuple[int, str]]:
    """Return where each secret begins, and its label."""
    for begin, _, label in REDACTOR.places(text):
        yield begin, label
    if _CAST.search(reduce(text)):
        reduced = Reading(text).folded(LETTERS)
        for match in _CAST.finditer(reduced.form):
            # "…pw" and then "Accept: appl…" read alike: only a run's mark tells of a time when runs began.
            if find_run(match[1].decode()):
                yield reduced.span(*match.span())[0], CAST


def main(arguments: list[str]) -> int:
    """Search the given paths; return 0 when nothing was found, 1 otherwise, 2 when a path cannot be read."""
    if not arguments:
        sys.stderr.write("usage: python -m support.report.audit PATH...\n")
        return 2
    known = register_environment()
    try:
        count, findings = audit(Path(argument) for argument in arguments)
    except OSError as error:
        sys.stderr.write(f"{error.filename} cannot be read: {error.strerror}\n")
        return 2
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    result = f"{len(findings)} secrets shown" if findings else "no secret"
    sys.stdout.write(
        f"{result} in {count} files ({known} variables with secrets, and the casts' passwords)\n"
    )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
