"""The table of hard conditions, measured again: `python -m ci.trials.conditions [C5 C6 …]`.

Prints each row as soon as it is measured, as a Markdown table; exit code 1 when a row is not as promised.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ci.trials.conditions.answers import answers
from ci.trials.conditions.broken_list import broken_list
from ci.trials.conditions.credentials import credentials
from ci.trials.conditions.endings import full_disks, lost_output, stopped_early, told_to_end
from ci.trials.conditions.habits import again, habits
from ci.trials.conditions.outages import gateways, outages, stopped
from ci.trials.conditions.printed import much, secrets_in_addresses
from ci.trials.conditions.redaction import encodings, long_texts
from ci.trials.conditions.results_folders import foreign_files, last_results
from ci.trials.conditions.rows import HEAD
from ci.trials.conditions.set_ups import mistakes
from ci.trials.conditions.sweeps import sweeps
from ci.trials.projects import copy_project
from ci.trials.runs import heed_signals
from ci.trials.tables import write_row, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci.trials.conditions.rows import Measure

ROWS: dict[str, Measure] = {
    "C1": foreign_files,
    "C2": last_results,
    "C3": full_disks,
    "C4": told_to_end,
    "C5": outages,
    "C6": stopped,
    "C7": answers,
    "C8": gateways,
    "C9": credentials,
    "C10": sweeps,
    "C11": secrets_in_addresses,
    "C12": encodings,
    "C13": long_texts,
    "C14": much,
    "C15": mistakes,
    "C16": lost_output,
    "C17": stopped_early,
    "C18": broken_list,
    "C20": habits,
    "C21": again,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure rows and print them."""
    parser = argparse.ArgumentParser(prog="python -m ci.trials.conditions", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; default: all")
    chosen = parser.parse_args(arguments).rows or list(ROWS)
    if unknown := set(chosen) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    heed_signals()
    print(write_table(HEAD, []), flush=True)
    wrong = 0
    for name in chosen:
        with tempfile.TemporaryDirectory(prefix="conditions-") as folder:
            for row in ROWS[name](copy_project(Path(folder) / "project")):
                print(write_row(row.cells()), flush=True)
                wrong += not row.is_ok
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
