"""What is left of a story when it is over: one record of plain values, made where the story ran.

`StoryRecorder` is a pytest plugin of the process that runs stories. It puts the record of each story on the
report of its last phase, as `report.story` (None on those before), so that it travels from worker to
controller; the worst phase decides. It also replaces the traceback of a failure by its explanation, unless
the caller asked for tracebacks with `--tb`. It writes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pytest

from support.errors import Failure
from support.report.course import planned_steps
from support.report.failure import explain, headline, needs_no_traceback, printable, reason_of
from support.report.pictures.convergence import is_measured, seen_after_s
from support.report.story import file_of, story_of
from support.secrets import REDACTOR
from support.target.known import KnownDeviations

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from support.report.course import Course, CourseObserver
    from support.report.coverage import Tally
    from support.report.coverage.tally import Counts
    from support.report.pictures.lags import LagSample
    from support.report.reproductions.reproducer import Reproduction
    from support.report.story import Story
    from support.target.known import Entry


class Verdict(StrEnum):
    """The five verdicts, from the best to the worst."""

    KEPT = "kept"
    NOT_APPLICABLE = "not_applicable"
    KNOWN = "known"  # broken, as the profile says that it is
    INCONCLUSIVE = "inconclusive"
    BROKEN = "broken"


_ORDER = list(Verdict)
NEEDS = "needs-"  # what a tag begins with that names a promise
# Properties of a story, also in JUnit's file: requests that processes of its own sent.
SENT_ELSEWHERE = "requests sent elsewhere"
REPEATED_ELSEWHERE = "of them repeated"


@dataclass(slots=True)
class StoryRecord:
    """How one story ended; only values that JSON has.

    `attempts` are the requests that were sent, `retries` those of them that repeated another, `lags` the
    measured lags, `of` how many stories of the same feature file were collected, `seconds` all phases
    together [s], `needs` the promises that it asks, `tried` what it sent and saw, counted
    (`support.report.coverage`).
    """

    ids: list[str]
    feature: str
    rule: str
    title: str
    example: dict[str, str]
    clauses: list[str]
    path: str
    nodeid: str
    of: int = 1
    verdict: str = Verdict.KEPT
    reason: str = ""
    seconds: float = 0.0
    attempts: int = 0
    retries: int = 0
    lags: list[LagSample] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    tried: Counts = field(default_factory=dict)

    def worsen(self, verdict: Verdict, reason: str) -> bool:
        """Take a verdict over if it is worse than the one so far; say whether it was."""
        if _ORDER.index(verdict) <= _ORDER.index(Verdict(self.verdict)):
            return False
        self.verdict, self.reason = verdict, reason
        return True


class StoryRecorder:
    """Makes the record of the story that runs; `record`, `message` and `deviation` are the current one's.

    `known` are the known deviations of the target; a story that one covers is reported as pytest reports
    what is expected to fail.
    """

    def __init__(self, observer: CourseObserver) -> None:
        self._observer = observer
        self._sizes: Counter[str] = Counter()
        self.known = KnownDeviations({})
        self.record: StoryRecord | None = None
        self.deviation: Entry | None = None  # the entry that covers the story, once it has deviated
        self.message = ""  # what to show on top of the report, empty while the story is kept
        # What makes a script of a broken promise, where there is something to make it with.
        self.reproduce: Callable[[Course, BaseException], Reproduction] | None = None
        self.reproduction: Reproduction | None = None
        self.tally: Tally | None = None  # what counts what a story tried

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the stories of each feature file, for the progress display."""
        self._sizes = Counter(filter(None, map(file_of, session.items)))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Begin a record."""
        story = story_of(item)
        self.record = _begin(story, self._sizes[story.path]) if story else None
        self.message, self.deviation, self.reproduction = "", None, None
        return (yield)

    # Innermost: what wraps this hook sees the explanation and not the traceback.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Judge a phase, explain its failure, and put the record on the last report."""
        error = call.excinfo.value if call.excinfo else None
        is_told = error is not None and needs_no_traceback(error)
        is_explained = is_told and item.config.option.tbstyle == "auto"
        if is_explained:
            # A traceback that nobody reads would cost more than most stories do.
            vars(item)["repr_failure"] = str
        report = yield
        course, record = self._observer.course, self.record
        if course is None or record is None:
            return report
        if call.excinfo is not None:
            if not course.steps:
                course.steps = planned_steps(item)
            self._judge(record, call.excinfo.value, report)
            if is_explained:
                made = self._reproduced(course, record, call.excinfo.value)
                report.longrepr = explain(course, call.excinfo.value, phase=report.when or "call") + made
        record.seconds += call.duration
        is_over = report.when == "teardown"
        if is_over:
            _count(record, course, dict(item.user_properties))
            if self.tally is not None and record.verdict != Verdict.NOT_APPLICABLE:
                # Names of members are the service's words.
                record.tried = json.loads(
                    REDACTOR.document(json.dumps(self.tally.count(course.operations), ensure_ascii=False))
                )
        # Through JSON: a worker can send plain types only, and no kinds of them.
        vars(report)["story"] = json.loads(json.dumps(asdict(record))) if is_over else None
        return report

    def _reproduced(self, course: Course, record: StoryRecord, error: BaseException) -> str:
        """Have a broken promise reproduced; return what the explanation says of that."""
        if record.verdict != Verdict.BROKEN or self.reproduce is None or self.reproduction is not None:
            return ""
        self.reproduction = self.reproduce(course, error)
        return printable(f"\n{self.reproduction.line}")

    def _judge(self, record: StoryRecord, error: BaseException, report: pytest.TestReport) -> None:
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(error)
            verdict, reason = Verdict.NOT_APPLICABLE, printable(reason.removeprefix("Skipped: "))
            message = reason
        else:
            verdict = Verdict.BROKEN if is_broken(error) else Verdict.INCONCLUSIVE
            reason, message = reason_of(error), headline(error)
            if verdict is Verdict.BROKEN and (entry := self.known.covering(record.ids, record.clauses)):
                self.deviation = entry
                reason = printable(f"{entry.headline}; {reason}")
                message = printable(f"{entry.headline}\n{message}")
                if not entry.is_expired:
                    verdict = Verdict.KNOWN
                    report.outcome, vars(report)["wasxfail"] = "skipped", reason
        vars(report)["verdict"] = str(verdict)
        if record.worsen(verdict, reason):
            self.message = message


def is_broken(error: BaseException) -> bool:
    """Return whether an error is evidence against the service: only what a judge asserted is.

    A time-out or any other `pytest.fail` is not: it says that the suite did not get done.
    """
    return isinstance(error, Failure | AssertionError)


def read_record(report: Any) -> StoryRecord | None:
    """Return the record that a report carries, if it carries one."""
    values: dict[str, Any] | None = getattr(report, "story", None)
    return StoryRecord(**values) if values else None


def _begin(story: Story, size: int) -> StoryRecord:
    return StoryRecord(
        ids=list(story.ids),
        feature=REDACTOR.text(story.feature),
        rule=REDACTOR.text(story.rule),
        title=REDACTOR.text(story.title),
        example={name: REDACTOR.text(value) for name, value in story.example.items()},
        clauses=list(story.clauses),
        path=story.path,
        nodeid=story.nodeid,
        of=max(size, 1),
        needs=[tag.removeprefix(NEEDS) for tag in story.tags if tag.startswith(NEEDS)],
    )


def _count(record: StoryRecord, course: Course, noted: Mapping[str, Any]) -> None:
    operations = course.operations
    record.attempts = sum(len(operation.exchanges) for operation in operations)
    record.retries = record.attempts - sum(1 for operation in operations if operation.exchanges)
    record.attempts += noted.get(SENT_ELSEWHERE, 0)
    record.retries += noted.get(REPEATED_ELSEWHERE, 0)
    record.seconds = round(record.seconds, 3)
    record.lags = [
        (line.verb, line.view, round(1000 * (seen_after_s(line) or 0.0), 1), line.bound_s * 1000)
        for line in course.timelines
        if line.bound_s and is_measured(line)  # a read of the newest state has no lag
    ]
