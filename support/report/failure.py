"""Why a story was not kept, in the order in which people ask.

The sentence, the promise, what was seen, the redacted exchanges, and how to run the story alone. A promise
that was broken and a verdict that was not possible need no traceback; any other exception is a mistake in
the suite and keeps the one that pytest makes. Nothing is judged here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd.exceptions import StepDefinitionNotFoundError

from support.errors import Failure, Inconclusive, SuiteError
from support.report.operations import render_briefly
from support.report.pictures.convergence import describe
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from support.http import Operation
    from support.report.course import Course

MOST_EXCHANGES = 3


def needs_no_traceback(error: BaseException) -> bool:
    """Return whether the error's own words are all that is needed."""
    return isinstance(error, Failure | SuiteError | StepDefinitionNotFoundError)


def explain(course: Course, error: BaseException, *, phase: str = "call") -> str:
    """Return the whole story of a failure as plain text, redacted."""
    lines = [*_sentence(course, phase), "", *_expectations(error)]
    timeline = getattr(error, "timeline", None)
    if timeline is not None:
        lines.append(f"  timeline: {describe(timeline)}")
    lines += getattr(error, "__notes__", [])
    text = printable("\n".join(lines))
    exchanges = [_indented(printable(render_briefly(operation))) for operation in _telling(course, error)]
    alone = printable(f"  run it alone: {course.story.rerun()}")
    return "\n\n".join([text, *exchanges, alone])


def reason_of(error: BaseException) -> str:
    """Return the reason in one line, redacted: for summaries."""
    if isinstance(error, Failure):
        text = f"promised: {error.promised}; seen: {error.seen}"
    elif isinstance(error, Inconclusive):
        text = error.reason
    elif isinstance(error, SuiteError):
        text = str(error)
    else:
        text = f"{type(error).__name__}: {error}"
    return printable(" ".join(text.split()))


def headline(error: BaseException) -> str:
    """Return the message that the report shows on top, redacted.

    A broken promise is in plain words with its kind last; anything else begins with its kind, by which the
    report's categories tell a doubt from a mistake in the suite.
    """
    kind = type(error).__name__
    if isinstance(error, Failure):
        return printable(f"promised: {error.promised}\nseen: {error.seen}\n({kind})")
    return printable(f"{kind}: {error.reason if isinstance(error, Inconclusive) else error}")


def printable(text: str) -> str:
    """Return a text redacted, with half characters spelt out: no file and no worker could take them."""
    return REDACTOR.text(text).encode("utf-8", "backslashreplace").decode()


def _sentence(course: Course, phase: str) -> list[str]:
    story, step = course.story, course.failed_step
    title = f"{story.feature}: {story.name}"
    if step is None or phase != "call":
        moment = {"setup": "before its first sentence", "teardown": "after its last sentence"}.get(phase, "")
        return [title, f"  {moment}  ({story.path}:{story.line})".rstrip()]
    return [title, f"  {step.name}  ({story.path}:{step.line})"]


def _expectations(error: BaseException) -> list[str]:
    if isinstance(error, Failure):
        return [f"  promised: {error.promised}", f"  seen: {error.seen}"]
    word = "could not be decided" if isinstance(error, Inconclusive) else type(error).__name__
    first, *rest = (error.reason if isinstance(error, Inconclusive) else str(error)).splitlines() or [""]
    return [f"  {word}: {first}", *(f"    {line}" for line in rest)]


def _telling(course: Course, error: BaseException) -> tuple[Operation, ...]:
    """Return the operations that show it; without any, the last one that the story made."""
    evidence: tuple[Operation, ...] = getattr(error, "evidence", ())
    if evidence:
        return evidence[-MOST_EXCHANGES:]
    return tuple(course.operations[-1:])


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.splitlines())
