"""From the course of a story to its Allure result: steps, attachments and verdict.

Use: `config.pluginmanager.register(AllureBridge(history, timelines))` in each process that runs stories; it
brings `CourseObserver` and `StoryRecorder` along, and `bridge.observer` and `bridge.recorder` give access to
them. Without `--alluredir` only those two work. allure-pytest makes the result and writes it; this module
fills it in the moment before it is written, and so costs a story nothing while it runs. It judges nothing,
and hides no secrets: each name, message and attachment is searched when it is written, by
`support.report.allure.writer`.
"""

from __future__ import annotations

import csv
import io
import math
from operator import itemgetter
from typing import TYPE_CHECKING
from uuid import uuid4

import allure_commons
import pytest
from allure_commons.model2 import Attachment, Status, StatusDetails, TestStepResult

from support.http import Operation
from support.report.allure.labels import describe, mark_known
from support.report.allure.listener import QuietListener
from support.report.course import CourseObserver
from support.report.failure import headline
from support.report.operations import compose, compose_all, entitle
from support.report.pictures import convergence
from support.report.pictures.timeline import draw
from support.report.record import StoryRecorder, Verdict, is_broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from allure_commons.model2 import ExecutableItem, TestResult

    from support.convergence import Timeline
    from support.http import History
    from support.report.course import Course, StepCourse
    from support.report.reproductions.reproducer import Reproduction

MOST_SINGLE = 10  # operations of one step that get an attachment each; more of them share one

TEXT, SVG, CSV = ("text/plain", "txt"), ("image/svg+xml", "svg"), ("text/csv", "csv")
STATUSES = {
    Verdict.KEPT: Status.PASSED,
    Verdict.BROKEN: Status.FAILED,
    Verdict.KNOWN: Status.FAILED,
    Verdict.INCONCLUSIVE: Status.BROKEN,
    Verdict.NOT_APPLICABLE: Status.SKIPPED,
}


class AllureBridge:
    """Shows stories in Allure as their feature files have them."""

    def __init__(self, history: History, timelines: list[Timeline]) -> None:
        self.observer = CourseObserver(history, timelines)
        self.recorder = StoryRecorder(self.observer)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Bring the observer and the recorder along, and listen to Allure where results are wanted."""
        config.pluginmanager.register(self.observer, "story-observer")
        config.pluginmanager.register(self.recorder, "story-recorder")
        if config.getoption("allure_report_dir", None):
            allure_commons.plugin_manager.register(self, "story-bridge")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Quieten allure-pytest: by now it is there, in whatever order plugins were configured."""
        QuietListener.take_over(session.config)

    def pytest_unconfigure(self) -> None:
        """Stop listening to Allure."""
        if allure_commons.plugin_manager.is_registered(self):
            allure_commons.plugin_manager.unregister(self)

    @allure_commons.hookimpl(tryfirst=True)
    def report_result(self, result: TestResult) -> None:
        """Fill in a result that is about to be written."""
        course, record = self.observer.course, self.recorder.record
        if course is None or record is None:
            return
        describe(result, course.story)
        result.status = STATUSES[Verdict(record.verdict)]
        if self.recorder.message:
            trace = result.statusDetails.trace if result.statusDetails else None
            result.statusDetails = StatusDetails(message=self.recorder.message, trace=trace)
        if self.recorder.deviation is not None:
            mark_known(result, self.recorder.deviation)
        if self.recorder.reproduction is not None:
            _attach_reproduction(result, self.recorder.reproduction)
        is_brief = record.verdict == Verdict.KEPT
        result.steps = _steps(course, is_brief=is_brief)
        _attach_evidence(result, _outside_steps(course), (), is_brief=is_brief)


def _attach_reproduction(item: ExecutableItem, reproduction: Reproduction) -> None:
    """Attach the scripts that show the fault alone, or why there is none."""
    for name, text in reproduction.texts.items():
        _attach(item, name, text, TEXT)
    if not reproduction.texts:
        _attach(item, "why no script reproduces it", reproduction.reason, TEXT)


def _steps(course: Course, *, is_brief: bool) -> list[TestStepResult]:
    results = []
    moment = course.begun
    for step in course.steps:
        moment = step.ended or step.begun or moment
        results.append(_step(course, step, moment, is_brief=is_brief))
    count = course.story.background_steps
    return [_fold(results[:count]), *results[count:]] if count and results else results


def _step(course: Course, step: StepCourse, moment: float, *, is_brief: bool) -> TestStepResult:
    result = TestStepResult(
        name=step.name,
        status=_status(step),
        start=int((step.begun or moment) * 1000),
        stop=int(moment * 1000),
    )
    if step.error is not None:
        result.statusDetails = StatusDetails(message=headline(step.error))
    if step.table is not None:
        _attach(result, "table", _as_csv(step.table), CSV)
    if step.text is not None:
        _attach(result, "text", step.text, TEXT)
    if step.begun:
        _attach_evidence(result, course.operations_of(step), course.timelines_of(step), is_brief=is_brief)
    return result


def _status(step: StepCourse) -> str:
    if step.error is None:
        return str(Status.PASSED if step.ended else Status.SKIPPED)
    if isinstance(step.error, pytest.skip.Exception):
        return str(Status.SKIPPED)
    return str(Status.FAILED if is_broken(step.error) else Status.BROKEN)


def _fold(steps: Sequence[TestStepResult]) -> TestStepResult:
    """Put the Background's steps under one."""
    worst = next((step for step in steps if step.status not in {Status.PASSED, Status.SKIPPED}), None)
    ended = worst or (steps[-1] if steps[-1].status == Status.SKIPPED else steps[0])
    return TestStepResult(
        name="Background", status=ended.status, start=steps[0].start, stop=steps[-1].stop, steps=list(steps)
    )


def _outside_steps(course: Course) -> list[Operation]:
    """Return the operations that a story made before its first step, between two, or after its last."""
    inside = {id(operation) for step in course.steps for operation in course.operations_of(step)}
    return [operation for operation in course.operations if id(operation) not in inside]


def _attach_evidence(
    item: ExecutableItem, operations: Iterable[Operation], judged: Sequence[Timeline], *, is_brief: bool
) -> None:
    """Attach, in the order of time, each convergence and each operation that is no read of one.

    Of a story that was kept, many operations and the reads of a convergence are told in brief.
    """
    polled = {id(sample.operation) for line in judged for sample in line.samples}
    others = [operation for operation in operations if id(operation) not in polled]
    if len(others) > MOST_SINGLE:
        _attach(item, f"{len(others)} operations", compose_all(others, is_brief=is_brief), TEXT)
        others = []
    events: list[tuple[float, Operation | Timeline]] = [
        *((line.acknowledged_at, line) for line in judged),
        *((operation.sent_at if operation.exchanges else math.inf, operation) for operation in others),
    ]
    for _, event in sorted(events, key=itemgetter(0)):
        if isinstance(event, Operation):
            _attach(item, entitle(event), compose(event), TEXT)
        else:
            _attach_convergence(item, event, is_brief=is_brief)


def _attach_convergence(item: ExecutableItem, line: Timeline, *, is_brief: bool) -> None:
    """Attach a picture where there is something to see, and the reads."""
    sentence = convergence.describe(line)
    if len(line.samples) > 1 or (line.bound_s and not is_brief):
        _attach(item, sentence, draw(line), SVG)
        sentence = f"the {convergence.count(line)} in detail"
    _attach(item, sentence, convergence.tabulate(line, is_brief=is_brief), TEXT)


def _attach(item: ExecutableItem, name: str, body: str, kind: tuple[str, str]) -> None:
    media_type, extension = kind
    source = f"{uuid4()}-attachment.{extension}"
    item.attachments.append(Attachment(name=name, source=source, type=media_type))
    # Half a character, which a story may send on purpose, has no UTF-8.
    writable = body.encode("utf-8", "backslashreplace")
    allure_commons.plugin_manager.hook.report_attached_data(body=writable, file_name=source)


def _as_csv(table: Iterable[Sequence[str]]) -> str:
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\n").writerows(table)
    return sheet.getvalue()
