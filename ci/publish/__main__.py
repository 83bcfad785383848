"""Publish what the last run left: `python -m ci.publish`.

Writes the page of promises, searches everything that would be published for secrets, holds the run against
the quality gate, and remembers it. Exit 0 when it is published, 1 when it is refused, with a line for each
reason. A refused search changes nothing; a run that fails the gate is remembered as such, so that the page
can say since when a promise is broken.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci.publish.gate import count_stories, least_of, object_to
from ci.publish.search import register_secrets
from support.errors import ConfigurationError
from support.report.audit import audit
from support.report.promises import History, entry_of
from support.report.promises.writing import write_page
from support.runner.command_line.own_stories import require_folders
from support.target.known import feature_places
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.target import Target

SHOWN = ("allure-results", "allure-report", "reports", ".allure")
SUMMARY = "reports/summary.json"
REPORT = "allure-report/index.html"
READ = ("target", "seed", "ended", "verdict", "counts", "known", "scenarios")


class RefusedError(Exception):
    """Nothing is published; each line says why."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Publish, or say in one line each what speaks against it."""
    options = _parse(arguments)
    try:
        publish(options)
    except (RefusedError, ConfigurationError) as error:
        for line in error.lines if isinstance(error, RefusedError) else [str(error)]:
            print(f"refused: {line}", file=sys.stderr)
        return 1
    return 0


def publish(options: argparse.Namespace) -> None:
    """Take all steps in their order; raises RefusedError, or ConfigurationError for a wrong set-up."""
    folder: Path = options.folder
    require_folders(options.stories)
    summary = _read_summary(folder)
    target, unset = register_secrets(options.target)
    if summary["target"] != target.name:
        raise RefusedError(
            f"the results are those of target {summary['target']}, "
            f"and only the secrets of {target.name} are known here: give the --target of the run"
        )
    for variable in unset:
        print(f"audit: {variable} is not set, so it was not searched for")
    _write_page(folder)
    _search(folder)
    if options.audit_only:
        return
    if not (folder / REPORT).is_file():
        raise RefusedError(f"there is no {REPORT}: build it with ci/report.sh first")
    objections = _hold_against_gate(summary, target, options.least)
    _remember(folder, summary, "refused" if objections else "passed")
    if objections:
        raise RefusedError(*objections)
    if options.to:
        shutil.copytree(folder / "allure-report", options.to, dirs_exist_ok=True)
    print(f"published: {options.to or 'allure-report'}")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ci.publish",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--target", metavar="NAME|FILE.toml", help="of the run; default: TARGET")
    parser.add_argument(
        "--least", type=int, metavar="N", help="decided stories; default: nine of ten that apply"
    )
    parser.add_argument(
        "--stories", action="append", default=[], metavar="PATH", help="of your own, as the run had them"
    )
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="copy the report there when all is well")
    parser.add_argument("--audit-only", action="store_true", help="search for secrets and do no more")
    parser.add_argument(
        "--folder", type=Path, default=ROOT, help="where the run's folders are; default: the project"
    )
    return parser.parse_args(arguments)


def _read_summary(folder: Path) -> dict[str, Any]:
    try:
        summary: dict[str, Any] = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RefusedError(f"there is no {SUMMARY}: run the stories to their end first") from None
    except ValueError as error:
        raise RefusedError(f"{SUMMARY} cannot be read: {error}") from None
    if missing := [name for name in READ if name not in summary]:
        raise RefusedError(f"{SUMMARY} says nothing of {', '.join(missing)}: it is of another version")
    return summary


def _write_page(folder: Path) -> None:
    try:
        write_page(folder)
    except (OSError, ValueError, KeyError) as error:
        raise RefusedError(f"the page of promises could not be written: {error}") from None


def _search(folder: Path) -> None:
    try:
        count, findings = audit(path for name in SHOWN if (path := folder / name).exists())
    except OSError as error:
        raise RefusedError(f"{error.filename} cannot be read: {error.strerror}") from None
    if findings:
        shown = (replace(finding, path=finding.path.relative_to(folder)) for finding in findings)
        raise RefusedError(*(f"secret shown: {finding}" for finding in shown))
    print(f"audit: no secret in {count} files")


def _hold_against_gate(summary: dict[str, Any], target: Target, least: int | None) -> list[str]:
    wanted = least_of(summary, count_stories(feature_places())) if least is None else least
    objections = list(object_to(summary, target, wanted))
    if not objections:
        told = ", ".join(
            f"{count} {name.replace('_', ' ')}" for name, count in summary["counts"].items() if count
        )
        print(f"gate: passed ({told})")
    return objections


def _remember(folder: Path, summary: dict[str, Any], gate: str) -> None:
    file = folder / ".allure" / "promises.jsonl"
    try:
        history = History(file)
        history.add(entry_of(summary, gate))
    except (ValueError, OSError) as error:
        raise RefusedError(f"the history cannot be written: {error}") from None
    print(f"history: {len(history.of_target(summary['target']))} runs against {summary['target']}")


if __name__ == "__main__":
    raise SystemExit(main())
