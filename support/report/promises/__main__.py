"""Write the page of promises from what the last run left: `python -m support.report.promises`."""

from __future__ import annotations

import sys

from support.report.promises.writing import write_page
from support.target.settings import ROOT


def main() -> int:
    """Write it; return 0, or 1 with a line that says why it could not be."""
    try:
        print(f"promises: {write_page(ROOT).relative_to(ROOT)}")  # noqa: T201 - what this command is for
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"promises: the page could not be written ({error})\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
