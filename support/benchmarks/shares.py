"""Where the processor time of a run of stories goes, by area: `-p support.benchmarks.shares`.

Samples the stack of the main thread by a timer of processor time while stories run, and charges each sample
to the innermost module that has an area. Writes the shares beside the tests; what shows them is
`support.benchmarks.story_cost`. What other threads do is not seen.
"""

from __future__ import annotations

import json
import signal
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    import pytest

OUTPUT = "shares.json"
EVERY_S = 0.001
# By the beginning of a module's name; the first that fits counts.
AREAS = {
    "support.report.allure.writer": "report: files",
    "support.secrets.redaction": "redaction",
    "support.secrets.detector": "redaction",
    "support.secrets.encodings": "redaction",
    "support.report": "report: contents",
    "support.runner.run_log": "log, journal, facts",
    "support.cleanup.journal": "log, journal, facts",
    "support.audit.facts": "log, journal, facts",
    "support.http.transport": "requests and urllib3",
    "support.http.connections": "requests and urllib3",
    "requests.": "requests and urllib3",
    "urllib3.": "requests and urllib3",
    "http.": "requests and urllib3",
    "support.cleanup": "sweep at the end",
    "support.": "client, judge, cast and the rest of support",
    "steps.": "steps",
    "tenacity": "tenacity",
    "pytest_bdd": "pytest-bdd",
    "allure": "allure-pytest",
    "_pytest.junitxml": "JUnit",
    "_pytest": "pytest",
    "pluggy": "pytest",
}
_samples: Counter[str] = Counter()
_known: dict[str, str] = {}


def area_of(module: str) -> str:
    """Return the area of a module by its name; empty for one that works for any caller."""
    if module not in _known:
        _known[module] = next((area for start, area in AREAS.items() if module.startswith(start)), "")
    return _known[module]


def pytest_collection_finish() -> None:
    """Begin."""
    signal.signal(signal.SIGPROF, _take)
    signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop, and write the shares, the largest first."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    total = sum(_samples.values()) or 1
    shares = {area: count / total for area, count in _samples.most_common()}
    beside = session.startpath / session.config.args[0]
    beside.with_name(OUTPUT).write_text(json.dumps(shares), encoding="utf-8")


def _take(_signal: int, frame: FrameType | None) -> None:
    while frame is not None:
        area = area_of(frame.f_globals.get("__name__", ""))
        if area:
            _samples[area] += 1
            return
        frame = frame.f_back
    _samples["the rest"] += 1
