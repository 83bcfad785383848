"""The two error trees, and nothing else: what went wrong, in whose house.

A :class:`Failure` is positive evidence that the service broke a promise; Allure shows it as
*failed*. A :class:`SuiteError` says that we could not tell, or that the suite or its set-up is
wrong; Allure shows it as *broken*. Only the leaves are raised.

::

    AssertionError
    └── Failure                  the service broke a promise
        ├── UnexpectedAnswer     accepted, refused or failed where the opposite was promised
        ├── UnexpectedContent    a body, field or header that is not what was promised
        ├── TraceLeft            a refused request has had an effect
        ├── DuplicateEffect      one request had the effect of several
        ├── ForeignValue         somebody sees what nobody wrote there
        ├── TornRead             half of one version, half of another
        ├── LateConvergence      caught up, but after the promised time
        ├── NeverConverged       did not catch up at all
        ├── DivergedAgain        had caught up and fell behind again
        ├── CameBack             a deleted user is there again
        ├── Disagreement         views that should agree do not
        ├── PersistentFault      a fault that cannot be weather
        ├── SecretShown          a secret came back in an answer
        └── SlowAnswers          more slow answers than the objective allows

    Exception
    └── SuiteError
        ├── ConfigurationError   stops the run before any story, exit 4
        ├── Inconclusive         weather, outage, full target, no answer: exit 10
        ├── LeftBehind           users that cleanup could not remove
        └── StoryError           a feature file says something that the steps do not know
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Failure(AssertionError):
    """The service broke a promise.

    `promised` and `seen` are one line each; `evidence` are the operations of the history that show it, the
    most telling one last; `timeline` is the convergence that was judged when the finding is about time.
    Neither type is named here, because everything else imports this module. `statuses` are those of which one
    was promised, where that is what is broken; `check` is what the most telling operation fails, as data that
    a script can judge by, where its finder can say it; `since` is where in the history the requests begin
    that have led to it, None for the beginning of the story.
    """

    def __init__(
        self,
        promised: str,
        seen: str,
        *,
        evidence: Sequence[Any] = (),
        timeline: Any = None,
        statuses: Sequence[int] = (),
        check: Mapping[str, Any] | None = None,
        since: int | None = None,
    ) -> None:
        self.promised = promised
        self.seen = seen
        self.evidence = tuple(evidence)
        self.timeline = timeline
        self.statuses = statuses
        self.check = check
        self.since = since
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [f"promised: {self.promised}", f"seen: {self.seen}"]
        if self.evidence:
            lines.append(f"look at: {self.evidence[-1].describe()}")
        return "\n".join(lines)


class UnexpectedAnswer(Failure):
    """Accepted, refused or failed where the opposite was promised."""


class UnexpectedContent(Failure):
    """A body, field or header that is not what was promised."""


class TraceLeft(Failure):
    """A refused request has had an effect."""


class DuplicateEffect(Failure):
    """One request had the effect of several."""


class ForeignValue(Failure):
    """Somebody sees what nobody wrote there."""


class TornRead(Failure):
    """A read shows half of one version and half of another."""


class LateConvergence(Failure):
    """A write became visible, but only after the promised time."""


class NeverConverged(Failure):
    """A write did not become visible for as long as we looked."""


class DivergedAgain(Failure):
    """A write was visible after the promised time, and then an older state was."""


class CameBack(Failure):
    """A deleted user is there again."""


class Disagreement(Failure):
    """UserViews of one user that should agree by now do not."""


class PersistentFault(Failure):
    """An operation fails again and again while others succeed: that is no weather."""


class SecretShown(Failure):
    """A secret came back in an answer."""


class SlowAnswers(Failure):
    """More slow answers than the declared objective allows by chance."""


def one_line(text: str) -> str:
    """Return a text as one line; characters that cannot be printed stand in it as their escapes."""
    line = " ".join(text.split())
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)


class SuiteError(Exception):
    """We could not tell, or the suite or its set-up is wrong."""


class ConfigurationError(SuiteError):
    """Something that the caller must put right; the run stops before any story, exit 4.

    What is said is one line that does nothing to a terminal, whatever stands in what is wrong.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(one_line(reason))


class Inconclusive(SuiteError):
    """No verdict was possible; `reason` is one line that says what stood in the way."""

    def __init__(self, reason: str, *, evidence: Sequence[Any] = ()) -> None:
        self.reason = reason
        self.evidence = tuple(evidence)
        super().__init__(str(self))

    def __str__(self) -> str:
        if not self.evidence:
            return self.reason
        return f"{self.reason}\nlook at: {self.evidence[-1].describe()}"


class NotApplicable(SuiteError):
    """The story asks for what the target does not have, as shows only while it is told."""


class LeftBehind(SuiteError):
    """Users of a run that cleanup could not remove."""


class StoryError(SuiteError):
    """A feature file says something that the steps do not know."""
