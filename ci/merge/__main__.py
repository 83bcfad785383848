"""Put the shards of a run together: `python -m ci.merge FOLDER... --into FOLDER`.

Each FOLDER holds the allure-results and the reports of a shard, as `ci/run_tests.sh --shard I/N` leaves them.
What one run would have written is written into the other folder, from where `ci/report.sh` and `python -m
ci.publish` go on. Ends as one run would have: 0 kept, 1 broken, 10 inconclusive, which a missing shard makes
it; 4 for folders that do not belong together.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from ci.merge.results import RunFacts, merge_allure, merge_junit, merge_lines, merge_scripts
from ci.merge.summary import sum_up
from support.errors import ConfigurationError
from support.report.alerts import Alerts
from support.report.audit import register_environment
from support.report.progress import tally
from support.report.record import Verdict
from support.runner.command_line.own_stories import require_folders
from support.runner.results import LINES, begin_afresh, check_ours
from support.runner.shards.manifest import FILE, Manifest, read_manifest
from support.runner.shards.plan import durations_of, note_durations
from support.secrets.output import redacted_output
from support.target.known import feature_places
from support.target.settings import hide_addresses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.report.summary import RunSummary

EXIT_SET_UP = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Merge, say what came of it, and return the exit code of the whole run."""
    options = _parse(arguments)
    with redacted_output():
        try:
            require_folders(options.stories)
            hide_addresses()
            register_environment()
            summary = merge(options.folders, options.into)
        except ConfigurationError as error:
            print(f"merge: {error}", file=sys.stderr)
            return EXIT_SET_UP
        except OSError as error:
            print(f"merge: {error.strerror or error} ({error.filename})", file=sys.stderr)
            return EXIT_SET_UP
        _tell(summary)
        return summary.exit_code(0)


def merge(folders: Sequence[Path], into: Path) -> RunSummary:
    """Put shards together; raises ConfigurationError for what does not belong together, and OSError."""
    found = {folder: shard for folder in folders if (shard := _read(folder, into)) is not None}
    shards = sorted(found.values(), key=lambda shard: shard.shard.number)
    _require_one_run(shards)
    allure, reports = into / "allure-results", into / "reports"
    for folder in (allure, reports):
        folder.mkdir(parents=True, exist_ok=True)
    check_ours(allure)
    begin_afresh(allure, reports)
    merge_allure([folder / "allure-results" for folder in found], allure)
    try:
        junit = [file for folder in found if (file := folder / "reports/junit.xml").is_file()]
        merge_junit(junit, reports / "junit.xml")
    except ParseError as error:
        raise ConfigurationError(f"a reports/junit.xml is no XML ({error})") from None
    for name in LINES:
        lines = [(folder / "reports" / name, shard.ahead_s) for folder, shard in found.items()]
        merge_lines(lines, reports / name)
    merge_scripts([folder / "reports" for folder in found], reports)
    summary = sum_up(shards, into)
    summary.conclude(feature_places())
    with RunFacts(allure):
        summary.write()
    assert summary.run is not None
    try:
        Alerts.of(summary.run.target).tell(summary, summary.exit_code(0))
    except ConfigurationError as error:  # the verdict stands
        summary.notes.append(f"nobody was alerted: {error}")
    seconds = {record.nodeid: record.seconds for record in summary.records}
    note_durations(durations_of(shards[0].target, into), seconds)
    return summary


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ci.merge", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="of one shard each")
    parser.add_argument(
        "--stories", action="append", default=[], metavar="PATH", help="of your own, as the run had them"
    )
    parser.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="of the whole run")
    return parser.parse_args(arguments)


def _read(folder: Path, into: Path) -> Manifest | None:
    if folder.resolve() == into.resolve():
        raise ConfigurationError(f"--into {into}: is the folder of a shard; give another one")
    file = folder / "reports" / FILE
    try:
        return read_manifest(file)
    except FileNotFoundError:
        print(f"merge: {folder} holds no {FILE}: that shard did not come to its end, or left nothing")
        return None
    except (ValueError, json.JSONDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from None


def _require_one_run(shards: Sequence[Manifest]) -> None:
    if not shards:
        raise ConfigurationError(
            "no folder holds what a shard leaves: run the stories with --shard I/N first"
        )
    runs = {(shard.shard.of_run, shard.shard.of, shard.target) for shard in shards}
    if len(runs) > 1:
        named = ", ".join(f"{run!r} in {of} shards against {target}" for run, of, target in sorted(runs))
        raise ConfigurationError(f"these are shards of several runs: {named}")
    numbers = [shard.shard.number for shard in shards]
    if twice := {number for number in numbers if numbers.count(number) > 1}:
        raise ConfigurationError(f"shard {min(twice)} is there twice")


def _tell(summary: RunSummary) -> None:
    for problem in summary.problems:
        print(f"problem     {problem}")
    for outcome in summary.deviations:
        print(f"{'broken' if outcome.is_wrong else 'known':<12}{outcome.sentence}")
    for note in summary.notes:
        print(f"note        {note}")
    print(f"results     {summary.place}")
    counts = {Verdict(name): count for name, count in summary.counts.items()}
    print(f"verdict     {tally(counts) or 'no story ran'}")


if __name__ == "__main__":
    raise SystemExit(main())
