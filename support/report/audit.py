"""Searches what a run left for secrets: `python -m support.report.audit PATH…`.

Looks for every secret that the environment or `.env` holds and for every password of a people, also inside of
what is embedded as base64, as a report in one file does. Says where, never what. It changes nothing: a
finding is a defect of the redaction.
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
from support.secrets.escapes import reduce
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SECRET_NAME = re.compile(r".*(TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY)\d*", re.IGNORECASE)
_EMBEDDED = re.compile(r"[A-Za-z0-9+/]{64,}={0,2}")
# The beginning of every password that a cast makes, with the run's mark, as `reduce` leaves it.
_CAST = re.compile(rb"pwacc[0-9a-z]{8}")
CAST = "a password of the cast"


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret in a file, called by its label."""

    path: Path
    label: str

    def __str__(self) -> str:
        return f"{self.path}: {self.label}"


def audit(paths: Iterable[Path]) -> tuple[int, list[Finding]]:
    """Search files, and folders with all that is in them; return how many files that were and what was found.

    Raises OSError for a path that cannot be read.
    """
    count, findings = 0, []
    for path in _files(paths):
        count += 1
        text = path.read_bytes().decode("utf-8", "replace")
        labels = {label for part in _layers(text) for label in _labels(part)}
        findings += [Finding(path, label) for label in sorted(labels)]
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


def _layers(text: str) -> Iterator[str]:
    """Return a text and what is embedded in it, once decoded."""
    yield text
    for run in _EMBEDDED.findall(text):
        try:
            yield base64.b64decode(run + "=" * (-len(run) % 4)).decode("utf-8", "replace")
        except binascii.Error:
            continue  # a long word and no base64


def _labels(text: str) -> list[str]:
    labels = REDACTOR.contains_secret(text)
    return [*labels, CAST] if _CAST.search(reduce(text)) else labels


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
