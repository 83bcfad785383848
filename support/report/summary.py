"""The result of the whole run: `reports/summary.json`, `reports/summary.md`, the lag picture, the exit code.

Use: `config.pluginmanager.register(RunSummary(run))` in the process that the caller started, never in a
worker. Set `users` in a plain `pytest_sessionfinish` hook, after cleanup: the files are written when all of
those are done. What a record says is taken as it is; nothing is judged again.
"""

from __future__ import annotations

import json
import platform
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import allure_commons
import pytest
from _pytest.junitxml import xml_key

from support.command_line.files import write_whole
from support.report.markdown import write_markdown
from support.report.pictures.lags import draw
from support.report.record import Verdict, read_record
from support.report.result import RunResult
from support.secrets import REDACTOR
from support.target.known import feature_places

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from _pytest.junitxml import LogXML

    from support.cleanup import Run

FOLDER = Path("reports")
FEATURES = Path("features")
INCONCLUSIVE_EXIT = 10
# The columns of a scenario, as pipelines rely on them.
SCENARIO = (
    "ids",
    "feature",
    "rule",
    "title",
    "example",
    "verdict",
    "reason",
    "clauses",
    "seconds",
    "attempts",
    "needs",
    "tried",
)


class RunSummary(RunResult):
    """Collects the records of a run's stories and writes what is left of the run.

    A run that was never opened leaves no files. `folder` counts from pytest's root.
    """

    def __init__(self, run: Run | None, folder: Path = FOLDER) -> None:
        super().__init__(run)
        # Called once when all stories have ended, whatever else has failed, before anything is written.
        self.at_end: list[Callable[[], None]] = []
        # And these when all of it is written, with the exit code.
        self.at_last: list[Callable[[int], None]] = []
        self._folder = folder
        self.weather: str | None = None  # of a service that was brought along
        self._begun = time.monotonic()
        self._failed: set[str] = set()  # without a record so far

    @property
    def place(self) -> Path:
        """Where the summary is, as seen from where the run was started if it is below."""
        file = self._folder / "summary.json"
        return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file

    def pytest_configure(self, config: pytest.Config) -> None:
        """Note where pytest's JUnit file is found once there is one."""
        self._stash = config.stash

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, None, None]:
        """Take the record of a story that is over, or note that its worker has died over it."""
        record = read_record(report)
        if record is not None:
            self.records.append(record)
            self._failed.discard(report.nodeid)
        elif report.when not in {"setup", "call", "teardown"}:
            self.problems.append(f"the process that ran {report.nodeid} died")
        elif report.failed:
            self._failed.add(report.nodeid)
        yield
        junit = self._stash.get(xml_key, None)
        if junit is not None and getattr(report, "verdict", "") == Verdict.INCONCLUSIVE:
            _show_as_error(junit, report)

    # Innermost of the wrappers: after every plain hook, cleanup among them, and before the terminal.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Decide about the exit code and write the files; a full disk is one more problem, no traceback."""
        try:
            return (yield)
        except OSError as error:
            self._note_unwritten(error)
        finally:
            self._folder = session.config.rootpath / self._folder
            for close in self.at_end:
                self._call(close)
            self.seconds = round(time.monotonic() - self._begun, 3)
            self.problems += [f"{nodeid} failed and left no record" for nodeid in sorted(self._failed)]
            self.conclude([session.config.rootpath / FEATURES, *feature_places()[1:]])
            code = int(session.exitstatus)
            if self.run is not None and (self.records or self.problems):
                self.write()
                for tell in self.at_last:
                    self._call(partial(tell, self.exit_code(code)))
            session.exitstatus = self.exit_code(code)
        return None

    def exit_code(self, code: int) -> int:
        """Return the exit code for one of pytest's: 0 kept, 1 broken, 10 inconclusive; others stay."""
        if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            return code
        if self.verdict is Verdict.BROKEN:
            return int(pytest.ExitCode.TESTS_FAILED)
        return INCONCLUSIVE_EXIT if self.verdict is Verdict.INCONCLUSIVE else int(pytest.ExitCode.OK)

    def as_dict(self) -> dict[str, Any]:
        """Return what stands in summary.json."""
        lag = self.lag
        records = sorted(self.records, key=lambda record: (record.path, record.nodeid))
        return {
            "verdict": str(self.verdict),
            "seed": self.run.seed if self.run else None,
            "target": self.run.target.name if self.run else None,
            "weather": self.weather,
            "versions": {"python": platform.python_version(), "pytest": pytest.__version__},
            "promises": sorted(self.run.target.promises) if self.run else [],
            "shard": str(self.run.shard) if self.run and self.run.shard else None,
            "counts": self.counts,
            "scenarios": [{name: getattr(record, name) for name in SCENARIO} for record in records],
            "not_run": self.not_run,
            "requests": self.requests,
            "retries": self.retries,
            "lag_ms": {name: getattr(lag, name) if lag else None for name in ("p50", "p95", "max")},
            "users": self.users,
            "known": [outcome.as_dict() for outcome in self.deviations],
            "seconds": self.seconds,
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def write(self) -> None:
        """Write the files; a full disk is one more problem."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            text = REDACTOR.document(json.dumps(self.as_dict(), ensure_ascii=False, indent=1))
            write_whole(self._folder / "summary.json", text + "\n")
            write_whole(self._folder / "summary.md", REDACTOR.text(write_markdown(self)))
            self._add_to_report()
        except OSError as error:
            self._note_unwritten(error)

    def _add_to_report(self) -> None:
        """Return Allure what belongs to no story; without `--alluredir` nobody listens."""
        hook = allure_commons.plugin_manager.hook
        if self.lags:
            name = "How long it took until a change was seen"
            hook.global_attach_data(
                body=draw(self.lags), name=name, attachment_type="image/svg+xml", extension="svg"
            )
        wrong = [f"known deviation {outcome.sentence}" for outcome in self.deviations if outcome.is_wrong]
        for problem in (*self.problems, *wrong):
            hook.global_error(message=REDACTOR.text(problem), trace=None)

    def _call(self, close: Callable[[], None]) -> None:
        try:
            close()
        except OSError as error:
            self._note_unwritten(error)
        except Exception as error:  # noqa: BLE001 - what comes after it must still happen, and be told
            self.problems.append(f"the run did not end as it should ({type(error).__name__}: {error})")

    def _note_unwritten(self, error: OSError) -> None:
        what = f"{error.strerror or error}: {error.filename or self._folder}"
        self.problems.append(f"the results could not be written ({what})")


def _show_as_error(junit: LogXML, report: pytest.TestReport) -> None:
    """Have JUnit say *error* where nobody could tell: to pytest all that a test raises is a failure."""
    for node in junit.node_reporter(report).nodes if report.when == "call" else ():
        if node.tag == "failure":
            node.tag = "error"
            junit.stats["failure"] -= 1
            junit.stats["error"] += 1
