"""From a broken promise to a script that shows the fault alone.

The story's requests are taken down as steps; what is wrong with the answer is said as data; the fewest steps
that show it are found by trying them; and the script is written. Where one of these is not possible, the
report says why there is no script.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from support.errors import Failure
from support.http import Outcome
from support.report.reproductions.expectations.answers import Expectations
from support.report.reproductions.plans import Plans, Slicer, facts_of
from support.report.reproductions.recording.recorder import Recording
from support.report.reproductions.recording.steps import joined_walks
from support.report.reproductions.recording.substitution import Unsayable
from support.report.reproductions.script.checks import Checks
from support.report.reproductions.shell import NotForShells, ShellScript
from support.report.reproductions.trial import Shown
from support.report.reproductions.writing import HoldsSecret, checked, write_script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from support.http import Operation
    from support.report.course import Course
    from support.report.reproductions.live import LiveService
    from support.report.reproductions.plans import Check
    from support.report.reproductions.recording.callers import Callers
    from support.report.reproductions.recording.steps import Step
    from support.target import Target
    from support.users import Normalizer

FOLDER = "reproductions"
MOST_OPERATIONS = 600  # of a story, the last ones, among which a cause is looked for
SECONDS = 10.0  # for finding the fewest steps of one finding [s]
# Users who have to be there, where a check is about what a list or a search shows of anybody.
NEEDED = {"only_email": 1, "elsewhere": 2}
SECONDS_IN_ALL = 60.0  # for all findings of one process [s]


class Premises:
    """What a check rests on, so that no step is left out without which it would be another one.

    No write that is kept may come to mean something else either: one on top of a version that is outdated
    must not come to be on top of the current one.
    """

    def __init__(self, target: Target, steps: Sequence[Step], check: Check, failure: Failure) -> None:
        self._target = target
        self._check = check
        self._failure = failure
        self._whole, _ = self._look(steps)
        self._needed = min(NEEDED.get(check["that"], 0), _created(steps))

    def hold_for(self, steps: Sequence[Step]) -> bool:
        """Return whether the check follows from fewer steps as well."""
        situations, follows = self._look(steps)
        is_same = all(situations[name] == self._whole[name] for name in situations)
        return follows and is_same and _created(steps) >= self._needed

    def _look(self, steps: Sequence[Step]) -> tuple[dict[str, object], bool]:
        """Return in which situation each write was, and the judged answer; and whether the check follows."""
        expectations = Expectations(self._target)
        situations: dict[str, object] = {}
        for step in steps:
            is_judged = step.name == self._check["of"]
            if step.is_write or is_judged:
                situations[step.name] = expectations.situation(step)
            checks = expectations.of(step, self._failure if is_judged else None)
            if is_judged:
                return situations, any(_bare(check) == _bare(self._check) for check in checks)
        return situations, False


def _bare(check: Check) -> Check:
    """Return a check without the lists of steps that fewer steps may shorten."""
    return {name: value for name, value in check.items() if name not in {"unlike", "users"}}


class NoScript(Exception):
    """There is no script for a finding; says why."""


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What a finding left: the texts of its scripts by their file names, or why there is none."""

    texts: dict[str, str]
    reason: str = ""
    place: str = ""

    @property
    def line(self) -> str:
        """What the report says of it, in one line."""
        if self.texts:
            return f"  reproduce it: python {self.place}"
        return f"  no script reproduces it: {self.reason}"


class Reproducer:
    """Makes the reproductions of one process; `folder` is where the reports of the run are."""

    def __init__(
        self,
        folder: Path,
        target: Target,
        normalizer: Normalizer,
        callers: Callers,
        live: LiveService,
        *,
        is_embedded: bool,
    ) -> None:
        self._folder = folder / FOLDER
        self._target = target
        self._normalizer = normalizer
        self._callers = callers
        self._live = live
        self._base_url = "" if is_embedded else live.base_url
        self._left_s = SECONDS_IN_ALL

    def reproduce(self, course: Course, failure: BaseException) -> Reproduction:
        """Return what a finding left; never raises, for the finding stands without it."""
        try:
            return self._reproduce(course, failure)
        except (NoScript, Unsayable) as reason:
            return Reproduction({}, str(reason))
        except HoldsSecret:
            return Reproduction({}, "the requests hold a secret that no variable of the profile stands for")
        except OSError as error:
            return Reproduction({}, f"it could not be written ({error.strerror or error})")
        except Exception as error:  # noqa: BLE001 - it would end the whole run, and hide the finding
            return Reproduction({}, f"the suite failed to make one ({type(error).__name__}: {error})")

    def _reproduce(self, course: Course, failure: BaseException) -> Reproduction:
        if not isinstance(failure, Failure):
            raise NoScript("what was seen is not told in a form that can be judged again")
        recording = Recording(self._target, self._live.base_url, self._callers, self._normalizer)
        steps = joined_walks(recording.take(self._operations(course, failure)), self._normalizer)
        checks = self._telling(recording, steps, failure)
        if not checks:
            raise NoScript("no single answer of the story shows it")
        plans = Plans(self._target, recording, self._base_url)
        slicer = Slicer(steps, checks, Premises(self._target, steps, checks[0], failure).hold_for)
        begun = self._live.clock.monotonic()
        trial = self._live.trial(min(SECONDS, self._left_s))
        shortest = trial.shortest(slicer, lambda some: plans.plan(some, checks))
        self._left_s = max(0.0, self._left_s - (self._live.clock.monotonic() - begun))
        chosen, shown = shortest or (slicer.candidates()[0], Shown())
        plan = plans.plan(chosen, checks)
        plan |= shown.attempts(plan)
        title, name = self._names(course)
        how = _how(plan, shown)
        words = [f"  {number}. {step.data['what']}" for number, step in enumerate(chosen, 1)]
        description = "\n".join(
            [f"promised: {failure.promised}", f"seen: {failure.seen}", "", *words, "", how]
        )
        return self._write(title, name, description, plan)

    def _operations(self, course: Course, failure: Failure) -> list[Operation]:
        """Return the operations among which the cause is: those of the story, up to the evidence."""
        since = course.first_operation if failure.since is None else failure.since
        operations = course.history.since(since)
        shown = [operations.index(each) for each in failure.evidence if each in operations]
        if not shown:
            raise NoScript("what shows it was asked for by another story")
        chosen = operations[: max(shown) + 1][-MOST_OPERATIONS:]
        # Where everybody is shown, somebody has to be there: whom earlier stories have made.
        missing = max(NEEDED.values()) - sum(_creates(operation) for operation in chosen)
        earlier = (each for each in reversed(course.history.since(0)[:since]) if _creates(each))
        return [*islice(earlier, max(0, missing)), *chosen]

    def _telling(self, recording: Recording, steps: Sequence[Step], failure: Failure) -> list[Check]:
        """Return the check that the evidence fails; of several the first, which says most."""
        expectations = Expectations(self._target)
        answers = {step.name: step.answer for step in steps}
        symbols = recording.symbols
        judge = Checks(facts_of(self._target), answers, symbols.value)
        of_step: dict[str, list[Check]] = {}
        for step in steps:
            telling = failure if step.operation is failure.evidence[-1] else None
            of_step[step.name] = [check for check in expectations.of(step, telling) if judge.complaint(check)]
            statuses = [check["in"] for check in of_step[step.name] if "in" in check]
            step.data |= {"right": statuses[0]} if statuses else {}
        shown = {id(operation) for operation in failure.evidence}
        for step in reversed(steps):
            if shown & {id(each) for each in (step.operation, *step.pages)} and of_step[step.name]:
                return [_pinned(of_step[step.name][0], judge)]
        for step in reversed(steps):
            if of_step[step.name] and (step.is_write or step.is_newest):
                return [_pinned(of_step[step.name][0], judge)]
        return []

    def _names(self, course: Course) -> tuple[str, str]:
        story = course.story
        title = f"{' '.join(story.ids)} {story.name}".strip()
        slug = re.sub(r"[^a-z0-9]+", "-", story.name.lower()).strip("-")[:60].strip("-")
        return title, f"{story.ids[0] if story.ids else 'STORY'}-{slug or 'story'}"

    def _write(self, title: str, name: str, description: str, plan: dict[str, object]) -> Reproduction:
        self._folder.mkdir(parents=True, exist_ok=True)
        number = 0
        while (file := self._folder / f"{name}{f'-{number}' if number else ''}.py").exists():
            number += 1
        command = f"python {file.name}"
        if not self._base_url:
            command = f"BASE_URL=http://host/api {command}"
        texts = {file.name: write_script(title, description, command, plan)}
        with contextlib.suppress(NotForShells):
            texts[file.with_suffix(".sh").name] = checked(ShellScript(plan).write(title, description))
        for text_name, text in texts.items():
            (self._folder / text_name).write_text(text, encoding="utf-8")
        return Reproduction(texts, place=f"{self._folder.parent.name}/{FOLDER}/{file.name}")


def _created(steps: Sequence[Step]) -> int:
    """Return how many users steps have made."""
    return sum(_creates(step.operation) for step in steps)


def _creates(operation: Operation) -> bool:
    return operation.verb == "create" and bool(operation.exchanges) and operation.outcome is Outcome.OK


def _pinned(check: Check, judge: Checks) -> Check:
    """Return a check about an id that was given before with the one answer that had given it."""
    if check["that"] != "new_id":
        return check
    telling = [name for name in check["unlike"] if judge.complaint({**check, "unlike": [name]})]
    return {**check, "unlike": telling[:1]}


def _how(plan: Mapping[str, Any], shown: Shown) -> str:
    """Say how sure it is that a script shows the fault."""
    if plan["attempts"] == 1:
        return "Right after the run had seen it, these requests showed it again each time."
    times = "each time" if shown.is_certain else f"{shown.times} times of {shown.of}"
    seen = f"showed it again {times}" if shown.of else "did not show it again"
    never = "takes it for mended" if plan["enough"] else "cannot tell"
    return (
        f"Right after the run had seen it, these requests {seen}:\n"
        f"the script tries {plan['attempts']} times, and {never} where it never shows."
    )
