"""How a story went: its steps with their times and ends, and which operations belong to which.

`CourseObserver` is a pytest plugin that notes what pytest-bdd reports and nothing else: whoever renders or
records a story reads its `Course` afterwards. It never touches a verdict.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry

from support.report.story import example_of, story_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from support.convergence import Timeline
    from support.http import History, Operation
    from support.report.story import Story


@dataclass(slots=True)
class StepCourse:
    """One step: `begun` and `ended` are instants [s since the epoch], `ended` 0 while it runs or did not run.

    `operations` and `timelines` are the history's lengths at its begin and end; `error` what ended it early.
    """

    keyword: str
    sentence: str
    line: int
    table: list[list[str]] | None
    text: str | None
    begun: float = 0.0
    ended: float = 0.0
    operations: tuple[int, int] = (0, 0)
    timelines: tuple[int, int] = (0, 0)
    error: BaseException | None = None

    @property
    def name(self) -> str:
        """Keyword and sentence, as the feature file has them."""
        return f"{self.keyword} {self.sentence}"


@dataclass(slots=True)
class Course:
    """One story on its way: all its steps, those that never ran included."""

    story: Story
    history: History
    judged: list[Timeline]
    begun: float
    first_operation: int
    first_timeline: int
    steps: list[StepCourse] = field(default_factory=list)
    position: int = -1  # of the step that ran last
    is_in_step: bool = False

    def operations_of(self, step: StepCourse) -> list[Operation]:
        """Return the operations that were begun during a step."""
        begun, ended = step.operations
        return self.history.since(begun)[: ended - begun]

    def timelines_of(self, step: StepCourse) -> list[Timeline]:
        """Return the convergences that were judged during a step, each once."""
        begun, ended = step.timelines
        return list({id(line): line for line in self.judged[begun:ended]}.values())

    @property
    def operations(self) -> list[Operation]:
        """Every operation since the story began, those of its cleanup included."""
        return self.history.since(self.first_operation)

    @property
    def timelines(self) -> list[Timeline]:
        """Every convergence that was judged since the story began, each once."""
        return list({id(line): line for line in self.judged[self.first_timeline :]}.values())

    @property
    def failed_step(self) -> StepCourse | None:
        """The step that ended early, if one did."""
        return next((step for step in self.steps if step.error is not None), None)


def planned_steps(item: pytest.Item) -> list[StepCourse]:
    """Return the steps of a story that never came to its first one."""
    template: Any = scenario_wrapper_template_registry[item.obj]  # type: ignore[attr-defined]
    return [_plan(step) for step in template.render(example_of(item)).steps]


class CourseObserver:
    """Notes the course of the story that runs now; `course` is None while something else runs."""

    def __init__(self, history: History, judged: list[Timeline]) -> None:
        self.history = history
        self.judged = judged
        self.course: Course | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Begin the course of the story that is about to run."""
        story = story_of(item)
        marks = (len(self.history), len(self.judged))
        self.course = Course(story, self.history, self.judged, time.time(), *marks) if story else None
        return (yield)

    def pytest_bdd_before_scenario(self, scenario: Any) -> None:
        """Write down all steps, so that those that never run are known too."""
        if self.course is not None:
            self.course.steps = [_plan(step) for step in scenario.steps]

    @pytest.hookimpl(tryfirst=True)
    def pytest_bdd_before_step(self) -> None:
        """Start the next step."""
        course = self.course
        if course is not None:
            course.position += 1
            course.is_in_step = True
            step = course.steps[course.position]
            step.operations = (len(self.history), 0)
            step.timelines = (len(self.judged), 0)
            step.begun = time.time()

    @pytest.hookimpl(trylast=True)
    def pytest_bdd_after_step(self) -> None:
        """Stop a step that went well."""
        self._stop(None)

    @pytest.hookimpl(trylast=True)
    def pytest_bdd_step_error(self, exception: BaseException) -> None:
        """Stop a step that raised."""
        self._stop(exception)

    @pytest.hookimpl(trylast=True)
    def pytest_bdd_step_func_lookup_error(self, exception: BaseException) -> None:
        """Note a step that has no definition."""
        self.pytest_bdd_before_step()
        self._stop(exception)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """Stop a step that neither ended nor reported an error: skipped, timed out or interrupted."""
        if call.excinfo is not None and call.when == "call":
            self._stop(call.excinfo.value)

    def _stop(self, error: BaseException | None) -> None:
        course = self.course
        if course is not None and course.is_in_step:
            course.is_in_step = False
            step = course.steps[course.position]
            step.ended = time.time()
            step.operations = (step.operations[0], len(self.history))
            step.timelines = (step.timelines[0], len(self.judged))
            step.error = error


def _plan(step: Any) -> StepCourse:
    table = [list(row) for row in step.datatable.raw()] if step.datatable else None
    return StepCourse(step.keyword, step.name, step.line_number, table, step.docstring)
