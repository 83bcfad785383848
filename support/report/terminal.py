"""What people see in the terminal: progress by feature, failures in full, and the result of the run.

Use: `install(config, summary)` in the process that the caller started, when pytest's own reporter is there:
in a `trylast` `pytest_configure` or later. Markup follows pytest: none into a file, none with NO_COLOR.
Whatever is no story is shown as pytest shows it. Nothing is judged here. What arrives is redacted already;
what is written is so once more, whoever shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from _pytest.terminal import TerminalReporter

from support.report.allure.guard import guard_terminal
from support.report.progress import MARKS, WORDS, FeatureProgress, Progress, tally
from support.report.record import StoryRecord, Verdict, read_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.report.summary import RunSummary

COLOURS = {
    Verdict.KEPT: "green",
    Verdict.BROKEN: "red",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.KNOWN: "purple",
    Verdict.NOT_APPLICABLE: "cyan",
}
HEADLINES = {
    Verdict.KEPT: "every promise was kept",
    Verdict.BROKEN: "promises were broken",
    Verdict.INCONCLUSIVE: "not everything could be decided",
    Verdict.KNOWN: "nothing deviates but what is known to",
    Verdict.NOT_APPLICABLE: "no story applies to this target",
}
KEPT_BUT_KNOWN = "every promise was kept but those that are known not to be"
TO_BE_CHANGED = "known deviations of the profile have to be changed"
SECTIONS = {Verdict.BROKEN: "BROKEN PROMISES", Verdict.INCONCLUSIVE: "INCONCLUSIVE"}
MOST_REASONS = 12
LONGEST_NAME = 36
MOST_MARKS = 24
LABEL = 12  # width of the summary's first column


def install(config: pytest.Config, summary: RunSummary) -> None:
    """Put the display of stories in place of pytest's, unless another plugin already has its own there."""
    current = config.pluginmanager.get_plugin("terminalreporter")
    if type(current) is TerminalReporter and not config.getoption("gherkin_terminal_reporter", default=False):
        config.pluginmanager.unregister(current)
        config.pluginmanager.register(StoryTerminal(config, summary), "terminalreporter")
    guard_terminal(config)


# Final for type checkers only; pytest-bdd's own reporter is made and put in place in the same way.
class StoryTerminal(TerminalReporter):  # type: ignore[misc]
    """pytest's reporter with stories in place of tests."""

    def __init__(self, config: pytest.Config, summary: RunSummary) -> None:
        super().__init__(config)
        self._summary = summary
        self._progress = Progress()
        self._failures: dict[str, list[pytest.TestReport]] = {}
        self._has_status_line = False
        self.showfspath = False

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note where a run was interrupted, which pytest cannot tell of an instruction without a line."""
        try:
            super().pytest_keyboard_interrupt(excinfo)
        except TypeError:
            self._keyboardinterrupt_memo = None

    def _report_keyboardinterrupt(self) -> None:
        """Show what interrupted a run; what kept it from beginning has been said in one line already."""
        if self._summary.run is None:
            return
        if self._keyboardinterrupt_memo is not None:
            super()._report_keyboardinterrupt()
        else:
            self.write_sep("!", "KeyboardInterrupt")

    def pytest_runtest_logstart(self, nodeid: str, location: tuple[str, int | None, str]) -> None:
        """Show nothing yet: a story is shown when it is over."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Show a story that is over; leave what is no story to pytest."""
        if not hasattr(report, "story"):
            super().pytest_runtest_logreport(report)
            return
        if report.failed:
            self._failures.setdefault(report.nodeid, []).append(report)
        record = read_record(report)
        if record is not None:
            self._tests_ran = True
            feature = self._progress.add(record)
            if self.verbosity > 0:
                self._show_story(record)
            elif self.verbosity == 0:
                self._show_progress(feature)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Iterator[None]:  # type: ignore[override]
        """Show the features that did not come to their end, when all is over."""
        self.ensure_newline()
        self.write_line("")
        result = yield
        self._clear_status_line()
        if self.verbosity == 0:
            for feature in self._progress.rest():
                self._show_feature(feature)
        return result

    def summary_failures(self) -> None:
        """Show what pytest has to show, then each story that was not kept, the broken ones first."""
        super().summary_failures()
        if self.config.option.tbstyle == "no":
            return
        for verdict, title in SECTIONS.items():
            records = [
                record for record in self._summary.of_verdict(verdict) if record.nodeid in self._failures
            ]
            if records:
                self.write_sep("=", title, bold=True, **{COLOURS[verdict]: True})
            for record in records:
                self._show_failure(record)

    def summary_stats(self) -> None:
        """Show the result of the run."""
        if self._summary.records or self._summary.problems:
            verdict = self._summary.verdict
            markup = {"bold": True, COLOURS[verdict]: True}
            if self.verbosity > -2:
                self.write_sep("=", self._headline(), **markup)
                for label, text in self._result():
                    self.write_line(f"{label:<{LABEL}}{text}")
            counts = {Verdict(name): count for name, count in self._summary.counts.items()}
            self.write_line(f"{'verdict':<{LABEL}}{tally(counts) or 'no story ran'}", **markup)
        else:
            super().summary_stats()

    def _headline(self) -> str:
        verdict, counts = self._summary.verdict, self._summary.counts
        if verdict is Verdict.BROKEN and not counts[Verdict.BROKEN]:
            return TO_BE_CHANGED
        return KEPT_BUT_KNOWN if verdict is Verdict.KEPT and counts[Verdict.KNOWN] else HEADLINES[verdict]

    def _show_story(self, record: StoryRecord) -> None:
        verdict = Verdict(record.verdict)
        example = f" [{', '.join(record.example.values())}]" if record.example else ""
        self.ensure_newline()
        self.write(f"{WORDS[verdict]:<15}", **{COLOURS[verdict]: True})
        self.write(f"{record.feature}: {record.title}{example} ({record.seconds:.2f} s)")
        if record.reason and (self.verbosity > 1 or verdict is not Verdict.NOT_APPLICABLE):
            self.write(f"\n{'':<15}{record.reason}")
        self.write("\n", flush=True)

    def _show_progress(self, feature: FeatureProgress | None) -> None:
        if feature is not None:
            self._clear_status_line()
            self._show_feature(feature)
        if self.isatty():
            counts = {Verdict(name): count for name, count in self._summary.counts.items()}
            self.rewrite(f"  {self._progress.over} stories: {tally(counts)}", erase=True)
            self._has_status_line = True

    def _show_feature(self, feature: FeatureProgress) -> None:
        name = feature.name if len(feature.name) <= LONGEST_NAME else f"{feature.name[: LONGEST_NAME - 1]}…"
        worst = next(verdict for verdict in WORDS if verdict in {*feature.verdicts, Verdict.NOT_APPLICABLE})
        self.ensure_newline()
        self.write(f"  {name:<{LONGEST_NAME}} ")
        for verdict in feature.verdicts[:MOST_MARKS]:
            self.write(MARKS[verdict], **{COLOURS[verdict]: True})
        more = len(feature.verdicts) - MOST_MARKS
        self.write(f"{'…' if more > 0 else '':<{max(-more, 0) + 2}}")
        missing = f", {feature.of - len(feature.verdicts)} did not run" if not feature.is_complete else ""
        self.write(f"{feature.tally}{missing}\n", flush=True, **{COLOURS[worst]: True})

    def _clear_status_line(self) -> None:
        if self._has_status_line:
            self.rewrite("", erase=True)
            self._has_status_line = False

    def _show_failure(self, record: StoryRecord) -> None:
        name = " ".join([*record.ids, record.title])
        self.write_sep("_", name, **{COLOURS[Verdict(record.verdict)]: True})
        for report in self._failures[record.nodeid]:
            if self.verbosity <= 0:
                vars(report).pop("node", None)  # or a line about the worker's interpreter comes first
            self._outrep_summary(report)

    def _result(self) -> Iterator[tuple[str, str]]:
        summary = self._summary
        reasons: dict[str, int] = {}
        for record in summary.of_verdict(Verdict.NOT_APPLICABLE):
            reasons[record.reason] = reasons.get(record.reason, 0) + 1
        for reason, count in list(reasons.items())[: MOST_REASONS if self.verbosity >= 0 else 0]:
            yield "not asked", f"{reason} ({count} {'story' if count == 1 else 'stories'})"
        for outcome in summary.deviations:
            yield "broken" if outcome.is_wrong else "known", outcome.sentence
        for problem in summary.problems:
            yield "problem", problem
        again = f", {summary.retries} of them again after a passing fault" if summary.retries else ""
        yield "requests", f"{summary.requests}{again}"
        if (lag := summary.lag) is not None:
            figures = (
                f"{lag.p50:.0f} ms, 95 of 100 after {lag.p95:.0f} ms, the slowest after {lag.max:.0f} ms"
            )
            yield "lag", f"half of {lag.count} changes seen after {figures}; promised: {lag.bound:.0f} ms"
        users = summary.users
        yield "users", ", ".join(f"{_number(users.get(name, 0))} {name}" for name in users)
        for note in summary.notes:
            yield "note", note
        if (run := summary.run) is not None:
            yield "target", run.target.name
            yield "seed", f"{run.seed} (--seed {run.seed} makes the same data and weather again)"
        yield "results", self._where()
        yield "time", f"{summary.seconds:.1f} s"

    def _where(self) -> str:
        results = self.config.getoption("allure_report_dir", None)
        report = f"; {results} (ci/report.sh makes allure-report/index.html of it)" if results else ""
        return f"{self._summary.place}{report}"


def _number(count: int | None) -> str:
    """Write a number that was measured, or say that it was not."""
    return "not known how many" if count is None else str(count)
