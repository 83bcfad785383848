"""The choke points: everything that pytest hands on passes the redactor before anybody writes it.

Reports of phases and of collection, with tracebacks, locals and captured output; names of tests; log
records; warnings; exceptions that nobody caught; Allure's files (`support.report.allure.writer`). It works in
the process that ran the story, which knows all of its secrets. What a story prints past pytest's capturing
(`-s`, or a child process that inherits the terminal) does not pass here.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from _pytest._code.code import TerminalRepr

from support.report.allure.writer import GuardedWriter
from support.secrets import REDACTOR
from support.secrets.output import RedactedStream, guard_exceptions

if TYPE_CHECKING:
    import warnings
    from collections.abc import Callable, Generator, Iterator

    Report = pytest.TestReport | pytest.CollectReport

# What pytest and its plugins recognise a report by; names are hidden when they are collected.
_FIXED = frozenset(
    {"nodeid", "location", "keywords", "outcome", "when", "duration", "start", "stop", "result"}
)
BETWEEN = "\0"  # texts that are searched together; no escape goes over it
SUMMARY = "acceptance-summary"
PROBLEM = "unwritten_results"


class SecretGuard:
    """Hides secrets in whatever pytest reports; register it in every process of a run."""

    def __init__(self) -> None:
        self._writer: GuardedWriter | None = None
        self._undo: list[Callable[[], None]] = []
        self._config: pytest.Config | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Stand between log records or exceptions and those who print them."""
        self._config = config
        self._undo = [guard_logging(), guard_exceptions()]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Take Allure's writer over: by now it is there, in whatever order plugins were configured."""
        self._writer = GuardedWriter.take_over()

    def pytest_unconfigure(self) -> None:
        """Return everything back."""
        if self._writer is not None:
            self._writer.flush()
        for undo in self._undo:
            undo()
        self._undo = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Hide what example values brought into a test's name, before anybody goes by it."""
        together = "\n".join(item.nodeid for item in items)
        if REDACTOR.text(together) is together:
            return
        for item in items:
            name = item.nodeid
            hidden = REDACTOR.text(name)
            if hidden is not name:
                # Tests cannot be renamed in public; a self-test guards that this goes on working.
                item._id = type(item.id).parse(hidden)  # noqa: SLF001
                item.name = REDACTOR.text(item.name)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Hide secrets in the report of a phase, when everyone else is done with it."""
        report = yield
        guard_report(report)
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Hide secrets in the report of a collection."""
        report = yield
        guard_report(report)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Hide secrets in a warning."""
        text = str(warning_message.message)
        hidden = REDACTOR.text(text)
        if hidden is not text:
            warning_message.message = hidden

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:
        """Hide secrets in the traceback of a mistake of the suite's or of pytest's."""
        hide(excrepr)

    def pytest_sessionfinish(self) -> None:
        """Tell the controller what kept the results from being written."""
        if self._config is None or self._writer is None:
            return
        self._writer.flush()
        if not self._writer.problem:
            return
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput[PROBLEM] = self._writer.problem
        else:
            self._note(self._writer.problem)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take from a worker that ended what kept its results from being written."""
        problem = getattr(node, "workeroutput", {}).get(PROBLEM)
        if problem:
            self._note(problem)

    def _note(self, problem: str) -> None:
        summary = self._config.pluginmanager.get_plugin(SUMMARY) if self._config else None
        if summary is not None and problem not in summary.problems:
            summary.problems.append(problem)


def guard_report(report: Report) -> None:
    """Hide secrets in everything that a report carries."""
    for name, value in vars(report).items():
        if value and name not in _FIXED and not _is_clean(value):
            setattr(report, name, hide(value))


def hide(value: Any) -> Any:
    """Hide secrets in a value of any depth: texts, collections, and pytest's representations in place.

    The lines of a traceback are taken together: a secret may be wrapped.
    """
    if isinstance(value, str):
        return REDACTOR.text(value)
    if isinstance(value, list):
        if value and all(isinstance(part, str) for part in value):
            text = "\n".join(value)
            hidden = REDACTOR.text(text)
            return value if hidden is text else hidden.split("\n")
        return [hide(part) for part in value]
    if isinstance(value, tuple):
        return tuple(hide(part) for part in value)
    if isinstance(value, dict):
        return {hide(key): hide(part) for key, part in value.items()}
    if isinstance(value, TerminalRepr):
        for name, part in vars(value).items():
            object.__setattr__(value, name, hide(part))
    return value


def _is_clean(value: Any) -> bool:
    """Return whether one search through all texts of a value finds nothing, as in most reports."""
    try:
        text = BETWEEN.join(_texts(value))
    except TypeError:
        return False
    return REDACTOR.text(text) is text


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts of plain values; raises TypeError for those of pytest's representations."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(part, str) for part in value):
        yield "\n".join(value)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _texts(pair)
    elif isinstance(value, TerminalRepr):
        raise TypeError


def guard_logging() -> Callable[[], None]:
    """Hide secrets in every log record from now on; return what ends that.

    Values given as `extra` are set after a record was made, and are not looked at.
    """
    make = logging.getLogRecordFactory()
    formatter = logging.Formatter()

    def make_guarded(*arguments: Any, **named: Any) -> logging.LogRecord:
        record = make(*arguments, **named)
        message = record.getMessage()
        hidden = REDACTOR.text(message)
        if hidden is not message:
            record.msg, record.args = hidden, None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = REDACTOR.text(formatter.formatException(record.exc_info))
        if record.stack_info:
            record.stack_info = REDACTOR.text(record.stack_info)
        return record

    logging.setLogRecordFactory(make_guarded)
    return lambda: logging.setLogRecordFactory(make)


def guard_terminal(config: pytest.Config) -> None:
    """Hide secrets in everything that the terminal shows, the words of a run's own process included."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    writer = getattr(reporter, "_tw", None)
    if writer is not None:
        # Of a writer nothing is public but what writes; a self-test guards that this goes on working.
        writer._file = RedactedStream(writer._file)  # noqa: SLF001
