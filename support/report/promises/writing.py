"""Where the page of promises takes what it shows from, and where it is put, in the folder of a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support.report.promises.history import History
from support.report.promises.links import ReportLinks
from support.report.promises.page import PromisesPage

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "promises.html"


def write_page(folder: Path) -> Path:
    """Write the page of the run that a folder holds, and return where it is.

    Raises OSError when there is no summary or the page cannot be written, ValueError or KeyError when the
    summary or the history is not what it should be.
    """
    summary = json.loads((folder / "reports" / "summary.json").read_text(encoding="utf-8"))
    earlier = History(folder / ".allure" / "promises.jsonl").of_target(summary["target"])
    report = folder / "allure-report"
    page = PromisesPage(summary, earlier, ReportLinks(folder / "allure-results", report))
    report.mkdir(exist_ok=True)
    file = report / PAGE
    file.write_text(page.render(), encoding="utf-8")
    return file
