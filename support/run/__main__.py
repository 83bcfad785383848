"""The command: `python -m support.run [pytest arguments]`, from the checkout.

Ends with pytest's exit code, always: 0 kept, 1 broken, 4 wrong configuration, 10 inconclusive.
"""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from support.run.report import REPORT, NoReportError, build, clear
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

WORKERS = "8"
OWN_WORKERS = ("-n", "--numprocesses", "no:xdist", "-pno:xdist", "--pdb", "--trace")
WITH_VALUES = ("--target", "--stories", "--shard", "--run-id")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run pytest, in parallel unless told otherwise, and build the report from what it left."""
    given = join(sys.argv[1:] if arguments is None else arguments)
    os.chdir(ROOT)
    before = _results()
    code = int(pytest.main([*_workers(given), *given]))
    _report(given, is_new=bool(_results() - before))
    return code


def join(arguments: Sequence[str]) -> list[str]:
    """Return arguments with some values in one word with their options.

    pytest would take a path that stands alone for the folder of the tests.
    """
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] in WITH_VALUES:
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def _workers(arguments: Sequence[str]) -> list[str]:
    """Return how many workers there are, unless the caller decides about them."""
    words = [*arguments, *shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))]
    if any(word.startswith(OWN_WORKERS) for word in words):
        return []
    return ["-n", os.environ.get("WORKERS") or WORKERS]


def _results() -> set[str]:
    """Return the names of the results that are there, of which none is ever used twice."""
    return {file.name for file in (ROOT / "allure-results").glob("*-result.json")}


def _report(arguments: Sequence[str], *, is_new: bool) -> None:
    """Build the report of this run; where it left no results, an earlier one's stand, and their report."""
    # Late: it needs pytest-bdd, and pytest warns of a plugin that was imported before it.
    from support.report.promises.writing import write_page  # noqa: PLC0415

    if is_new:
        clear(REPORT)
    if any(argument.startswith("--shard") for argument in arguments):
        sys.stdout.write("report: python -m ci.merge FOLDER... --into FOLDER puts the shards together\n")
        return
    if not is_new:
        return
    try:
        sys.stdout.write(f"report: {build()}\n")
    except NoReportError as error:
        sys.stderr.write(f"report: {error}\n")
    try:
        sys.stdout.write(f"promises: {write_page(ROOT).relative_to(ROOT)}\n")
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"promises: the page could not be written ({error})\n")


if __name__ == "__main__":
    raise SystemExit(main())
