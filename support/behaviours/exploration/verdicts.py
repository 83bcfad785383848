"""What a write has to be answered, given what may be true, and whether it was answered so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from support.behaviours.concurrency.versions import NEVER_GIVEN, spoil
from support.behaviours.exploration.addresses import key_of
from support.behaviours.exploration.texts import Fate, Sample
from support.errors import DuplicateEffect, ForeignValue, Inconclusive, UnexpectedContent
from support.http import Outcome
from support.http.retry import is_fault
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from support.behaviours.exploration.model import Known
    from support.convergence import Observer
    from support.http import Operation
    from support.target.part import Statuses
    from support.users import Person

INVALID = "the details are not valid"
TAKEN = "the email is already in use"
OUTDATED = "the version is outdated"
NOBODY = "there is no such user"
OTHER_REQUEST = "the key belongs to another request"


@dataclass(slots=True)
class Expected:
    """What a write has to be answered: one fate, and the reasons for which it must be refused.

    `is_clear`: nothing about it may be refused for a reason that the contract does not decide. `is_free`:
    nobody can have its email, so that it may be refused for many a reason, but not as one that is in use.
    """

    fate: Fate = Fate.TAKEN
    reasons: tuple[str, ...] = ()
    is_clear: bool = True
    is_free: bool = False

    def refuse(self, reason: str) -> None:
        """Have it refused, for this reason or another one that stands already."""
        self.fate = Fate.REFUSED
        self.reasons += (reason,)

    def excuse(self) -> None:
        """Allow a refusal."""
        self.is_clear = False
        if self.fate is Fate.TAKEN:
            self.fate = Fate.EITHER


class Verdicts:
    """Says what writes have to be answered, and judges the answers."""

    def __init__(self, observer: Observer, ids: set[str] | None = None) -> None:
        self._target = observer.api.target
        self._validator = observer.validator
        self._normalizer = observer.normalizer
        self._ids = set() if ids is None else ids

    def key(self, email: str) -> str:
        """Return what all spellings of an address have in common."""
        return key_of(email, composes=self._target.promise("unicode-email"))

    def heed_value(self, name: str, value: Sample | object, expected: Expected) -> None:
        """Take account of one value; what is no text is never converted (clause 1.2)."""
        if isinstance(value, Sample):
            fate = value.fate
        elif value is None and name in self._target.fields.nullable:
            fate = Fate.TAKEN
        else:
            fate = Fate.REFUSED if self._target.promise("validation") else Fate.EITHER
        if fate is Fate.REFUSED:
            expected.refuse(INVALID)
        elif fate is Fate.EITHER:
            expected.excuse()

    def heed_missing(self, texts: Mapping[str, Any], expected: Expected) -> None:
        """Take account of details that every user has and that were not sent (clauses 1.2 and 3.1)."""
        for name in ("name", "email"):
            if name in texts or getattr(self._target.fields, name) is None:
                continue
            if self._target.promise("validation"):
                expected.refuse(INVALID)
            else:
                expected.excuse()

    def heed_email(
        self, email: str, others: Iterable[Known], unsure: Collection[str], expected: Expected
    ) -> None:
        """Have a write refused whose email somebody else has, and excused where somebody may have it."""
        key = self.key(email)
        held = [({self.key(each) for each in other.emails()}, other) for other in others]
        holders = [(keys, other) for keys, other in held if key in keys]
        if any(keys == {key} and other.is_there for keys, other in holders):
            if self._target.promise("unique-email"):
                expected.refuse(TAKEN)
            else:
                expected.excuse()
        elif holders or any(mark in email for mark in unsure):
            expected.excuse()
        else:
            expected.is_free = self._target.promise("unique-email-exact")

    def condition(self, known: Known, guard: str, expected: Expected) -> dict[str, str]:
        """Return the condition that a write goes under, if there is a version to name."""
        current = known.current
        if not guard or current is None or not current.tag:
            return {}
        if guard == "current":
            return {"If-Match": current.tag}
        if guard in NEVER_GIVEN:
            expected.refuse(OUTDATED)
            if guard.endswith("no quotes"):
                expected.excuse()  # from being that reason: it cannot even be read
            return {"If-Match": spoil(current.tag, guard)}
        outdated = [glance.tag for glance in known.glances if glance.tag != current.tag]
        if not outdated:
            return {}
        expected.refuse(OUTDATED)
        return {"If-Match": outdated[-1]}

    def answered(self, operation: Operation, judge: Callable[[], Any]) -> None:
        """Judge an answer; what got none, or was refused because of its own lost attempt, tells nothing."""
        if not operation.persists and is_fault(operation.last, self._target.faults):
            return
        try:
            judge()
        except Inconclusive:
            return

    def require(self, operation: Operation, expected: Expected, accepted: Statuses) -> None:
        """Require that a write was answered as it has to be."""
        self.answered(operation, lambda: self._judge(operation, expected, accepted))

    def refused(self, operation: Operation, reason: str) -> None:
        """Require that a request was refused for a reason."""
        self.answered(operation, lambda: self._validator.refused(operation, reason))

    def finds_no(self, person: Person, operation: Operation, items: Iterable[object] | None) -> None:
        """Require that a search by somebody who may not see a user does not find them."""
        if any(self._normalizer.id_of(item) == person.id for item in items or ()):
            raise ForeignValue(
                f"{person.subject} does not exist for another tenant",
                "a search finds them",
                evidence=[operation],
            )

    def free(self, user_id: object) -> None:
        """Allow the id of a user who was deleted to be given to another."""
        self._ids.discard(str(user_id))

    def shows_newest(self, known: Known, operation: Operation) -> None:
        """Require that what an accepted write answers is the newest state (clause 5.7)."""
        response = operation.response
        if operation.outcome is not Outcome.OK or response is None or not response.body:
            return
        if not self._target.shows_user(operation.verb):
            return
        shown = self._normalizer.readable(self._validator.user(operation))
        if not known.allows(shown):
            words = ", ".join(f"{name} {clip(value)}" for name, value in shown.items())
            raise UnexpectedContent(
                f"{operation.verb} {operation.subject} is answered with the user as they are now",
                f"the answer shows {words}",
                evidence=[operation],
            )

    def made(self, known: Known, operation: Operation, also: Mapping[str, Any]) -> None:
        """Judge the answer to a creation that was accepted: the user as sent, with an id of their own."""
        person = known.person
        if not self._target.shows_user(operation.verb):
            return
        user = self._validator.user(operation)
        self._validator.details(operation, user, person.writes[-1].details)
        if str(user.id) in self._ids:
            raise DuplicateEffect(
                f"{person.subject} has an id that nobody else ever had",
                f"the id {clip(user.id)} was given before",
                evidence=[operation],
            )
        self._ids.add(str(user.id))
        for name in ("id", "role"):
            shown = getattr(user, name)
            if shown is not None and shown == also.get(name):
                raise UnexpectedContent(
                    f"nobody chooses their own {name}",
                    f"the answer shows {clip(shown)}",
                    evidence=[operation],
                )
        if self._target.promise("timestamps"):
            self._validator.created_now(operation, user)
        if self._target.promise("location"):
            self._leads_to(person, operation)

    @staticmethod
    def _leads_to(person: Person, operation: Operation) -> None:
        """Require that the answer to a creation ends its Location with the id of the new user."""
        response = operation.response
        located = "" if response is None else response.headers.get("location", "")
        if unquote(located.partition("?")[0].rstrip("/").rpartition("/")[2]) != str(person.id):
            raise UnexpectedContent(
                f"the answer leads to {person.subject}", f"it leads to {clip(located)}", evidence=[operation]
            )

    def _judge(self, operation: Operation, expected: Expected, accepted: Statuses) -> None:
        self._validator.answered(operation)
        is_first = not operation.may_have_happened_before
        is_done = operation.outcome is Outcome.OK or operation.adopted
        if expected.fate is Fate.TAKEN or (expected.fate is Fate.EITHER and is_done):
            self._validator.done(operation, accepted)
        elif expected.is_clear and len(set(expected.reasons)) == 1 and is_first:
            self._validator.refused(operation, expected.reasons[0])
        else:
            response = self._validator.refused_cleanly(operation)
            self._validator.reveals_nothing(operation)
            says_taken = response.status in self._statuses_of_taken()
            if expected.is_free and not expected.reasons and is_first and says_taken:
                raise UnexpectedContent(
                    "an email that nobody has is not in use",
                    f"{operation.verb} {operation.subject} was answered {response.status}",
                    evidence=[operation],
                )

    def _statuses_of_taken(self) -> set[int]:
        """Return the statuses that refuse an email as one in use, and not as one that is none."""
        return set(self._target.refusal(TAKEN)) - set(self._target.refusal(INVALID))
