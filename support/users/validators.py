"""What must hold of an answer: the single place of rules.

Every method judges one operation against the profile and raises the Failure that fits, or Inconclusive
when the operation does not tell. Nothing is sent here; what is true of a user over time is
`support.convergence.observer`' part.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from support.errors import Inconclusive, PersistentFault, UnexpectedAnswer, UnexpectedContent
from support.http import Outcome
from support.http.retry import COLLISIONS, is_fault, parse_http_date
from support.http.strict_json import MalformedAnswer
from support.secrets import REDACTOR
from support.users.forms.differences import first_difference
from support.users.forms.paths import split
from support.users.refusal_text import explanation, find_internal_details, require_room, was_sent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.http import Operation, Response
    from support.target import Target
    from support.target.part import Statuses
    from support.users.contract import Problem, User
    from support.users.normalizers import Normalizer

JSON_TYPES = re.compile(r"application/([\w.+-]+\+)?json")
LONGEST_EXPLANATION = 200


class Validator:
    """Judges answers by one target's profile."""

    def __init__(self, target: Target, normalizer: Normalizer) -> None:
        self._target = target
        self._normalizer = normalizer

    def answered(self, operation: Operation) -> Response:
        """Require a final answer of any kind; a server fault that does not pass is a broken promise."""
        response = operation.response
        if operation.last.is_oversized:
            self._oversized(operation)
        if operation.persists:
            raise PersistentFault(
                f"what fails in passing succeeds within {len(operation.exchanges)} attempts",
                f"{operation.verb} {operation.subject} never did ({operation.last.describe()}), "
                f"while other requests in between were answered",
                evidence=[operation],
            )
        if response is None or is_fault(operation.last, self._target.faults):
            raise Inconclusive(
                f"{operation.verb} {operation.subject} got no final answer in "
                f"{len(operation.exchanges)} attempts: {operation.last.describe()}",
                evidence=[operation],
            )
        if response.status >= 500 and response.status != 501:
            raise UnexpectedAnswer(
                "no request, however odd, is answered with a fault of the service",
                f"{operation.verb} {operation.subject} was answered {response.status}",
                evidence=[operation],
            )
        return response

    def _oversized(self, operation: Operation) -> NoReturn:
        """Accuse an answer larger than is read; a list may be long that others fill, or that has no pages."""
        target, rule = self._target, self._target.answer_limits.rule
        seen = f"the answer to {operation.verb} {operation.subject} was larger and was not read to its end"
        is_long = operation.verb == "list" and not (target.exclusive and target.promise("pagination"))
        if is_long or not operation.persists:
            raise Inconclusive(f"{seen}; expected: {rule}", evidence=[operation])
        raise UnexpectedContent(rule, f"{seen}, while other requests were answered", evidence=[operation])

    def done(self, operation: Operation, statuses: Statuses, *, also: Statuses = ()) -> Response:
        """Require that the service did what was asked and said so with one of the statuses."""
        response = self.answered(operation)
        if response.status in statuses or response.status in also:
            return response
        if operation.adopted or self._is_repeat(operation, response):
            return response
        if response.status in {409, 412} and self._may_have_refused_itself(operation):
            raise Inconclusive(
                f"an attempt at {operation.verb} {operation.subject} whose answer was lost may have been "
                f"the reason for refusing the next",
                evidence=[operation],
            )
        require_room(self._target, operation, response)
        expected = " or ".join(str(status) for status in statuses)
        raise UnexpectedAnswer(
            f"{operation.verb} {operation.subject} is accepted ({expected})",
            f"it was answered {response.status}{self._explanation(response)}",
            evidence=[operation],
            statuses=(*statuses, *also),
        )

    @staticmethod
    def _is_repeat(operation: Operation, response: Response) -> bool:
        """Return whether a creation was sent again, and answered as something that is there already."""
        return operation.verb == "create" and operation.may_have_happened_before and response.status == 200

    def _may_have_refused_itself(self, operation: Operation) -> bool:
        """Return whether an attempt whose answer was lost can be why the last one was refused.

        With a key, and for a change without conditions, only while that attempt is still in hand; a creation
        under another email does not collide with it.
        """
        if not operation.may_have_happened_before:
            return False
        request = operation.last.request
        names = {name.lower() for name in request.headers}
        if self._target.promise("idempotency-key") and self._target.idempotency.header.lower() in names:
            return operation.refusals < COLLISIONS
        if names & {"if-match", "if-unmodified-since"}:
            return True
        if request.method == "POST":
            return any(exchange.request.body == request.body for exchange in operation.exchanges[:-1])
        return operation.refusals < COLLISIONS

    def refused(self, operation: Operation, *reasons: str) -> Response:
        """Require a refusal for one of the reasons of the closed list (`support.target.REFUSALS`)."""
        statuses = sorted({status for reason in reasons for status in self._target.refusal(reason)})
        response = operation.response
        if response is None or response.status not in statuses:
            response = self.answered(operation)
        if response.status in statuses:
            return response
        if "there is no such user" in reasons and self.is_gone(operation):
            return response
        expected = " or ".join(str(status) for status in statuses)
        seen = "it was accepted" if operation.outcome is Outcome.OK else "it was refused otherwise"
        raise UnexpectedAnswer(
            f"{operation.verb} {operation.subject} is refused because {' or '.join(reasons)} ({expected})",
            f"{seen}: {response.status}{self._explanation(response)}",
            evidence=[operation],
            statuses=statuses,
        )

    def is_gone(self, operation: Operation) -> bool:
        """Return whether a look-up says that the user is gone: by its status, or by the profile's `gone`."""
        return operation.verb == "look up" and self._normalizer.shows_gone(operation.response)

    def refused_cleanly(self, operation: Operation) -> Response:
        """Require a refusal for whatever reason: an answer with a 4xx."""
        response = self.answered(operation)
        if not 400 <= response.status < 500:
            raise UnexpectedAnswer(
                f"{operation.verb} {operation.subject} is refused",
                f"it was answered {response.status}",
                evidence=[operation],
                statuses=range(400, 500),
            )
        return response

    def user(self, operation: Operation) -> User:
        """Require an answer that shows one user, in strict JSON with a JSON content type."""
        view = operation.view
        response = self.done(view, self._target.accepted.look_up) if view else self.answered(operation)
        self.json(view or operation, response)
        try:
            return self._normalizer.one(response)
        except MalformedAnswer as error:
            self._malformed(operation, "an answer about a user shows that user", error)

    def item(self, operation: Operation, raw: Any) -> User:
        """Require that one item of a list, or of another view, is a user."""
        try:
            return self._normalizer.user(raw)
        except MalformedAnswer as error:
            self._malformed(operation, "what stands for a user shows one", error)

    def json(self, operation: Operation, response: Response) -> None:
        """Require a JSON content type (RFC 6839 suffixes included)."""
        if not JSON_TYPES.fullmatch(response.media_type):
            raise UnexpectedContent(
                "answers have a JSON content type",
                f"{operation.verb} {operation.subject} came as {response.written_type or 'no type at all'}",
                evidence=[operation],
            )

    def details(self, operation: Operation, user: User, expected: Mapping[str, Any]) -> None:
        """Require that a user shows the details as they were sent, as far as the target keeps them so."""
        kept, shown = self._normalizer.stored(expected), self._normalizer.readable(user)
        for name, value in kept.items():
            if shown.get(name) != value:
                raise UnexpectedContent(
                    f"{operation.subject} has the {name} {clip(value)}",
                    f"the answer shows {clip(shown.get(name))}{first_difference(value, shown.get(name))}",
                    evidence=[operation],
                )

    def problem(self, operation: Operation) -> Problem:
        """Require a refusal that explains itself as problem details (RFC 9457) and gives nothing away."""
        response = self.refused_cleanly(operation)
        rule = "a refusal explains itself as problem details"
        if response.media_type != "application/problem+json":
            said = response.media_type or "no type"
            raise UnexpectedContent(rule, f"it came as {said}", evidence=[operation])
        try:
            problem = self._normalizer.problem(response)
        except MalformedAnswer as error:
            self._malformed(operation, rule, error)
        # A gateway may change the status line, never the body (RFC 9457 §3.1.2).
        if problem.status is not None and problem.status != response.status and "via" not in response.headers:
            raise UnexpectedContent(
                "the status in the body is that of the answer",
                f"the body says {problem.status}, the answer {response.status}",
                evidence=[operation],
            )
        missing = [name for name in ("title", "status", "detail") if getattr(problem, name) is None]
        if missing or "type" not in problem.model_fields_set:
            raise UnexpectedContent(
                "problem details have type, title, status and detail",
                f"missing: {', '.join(missing) or 'type'}",
                evidence=[operation],
            )
        self.reveals_nothing(operation)
        return problem

    def reveals_nothing(self, operation: Operation) -> None:
        """Require that an answer shows no stack frame, query or file path, but for what was sent."""
        response = self.answered(operation)
        found = find_internal_details(response.body.decode("utf-8", "replace"))
        if found and not was_sent(found, operation):
            raise UnexpectedContent(
                "an answer shows nothing of the internal details",
                f"it shows {clip(found)}",
                evidence=[operation],
            )

    def names_detail(self, operation: Operation, detail: str) -> None:
        """Require that a refusal of invalid details names the field, where the target promises to."""
        response = self.answered(operation)
        if response.status != 422 or not self._target.promise("problem-json"):
            return
        theirs = split(getattr(self._target.fields, detail, detail) or detail)[-1]
        try:
            named = [str(error.get("field", "")) for error in self._normalizer.problem(response).errors]
        except MalformedAnswer as error:
            self._malformed(operation, "a refusal explains itself as problem details", error)
        if not any(re.split(r"[./]", name)[-1] == theirs for name in named):
            raise UnexpectedContent(
                f"a refusal names every bad detail, here the {detail}",
                f"it names {', '.join(named) or 'none'}",
                evidence=[operation],
            )

    def instant(self, operation: Operation, value: Any, name: str) -> datetime:
        """Require a moment with a zone in the declared format."""
        try:
            return self._normalizer.instant(value)
        except MalformedAnswer as error:
            self._malformed(operation, f"{name} is a moment with a zone", error)

    def created_now(self, operation: Operation, user: User) -> None:
        """Require that the creation date lies between sending and answer, by the service's clock or by ours.

        The service's clock is read from the answer's Date where it has one, so that a clock that is
        minutes off is nobody's defect. A gateway may write Date by a clock of its own: then the date may be
        right by ours, or as far from Date as the profile says (`clock.difference_s`).
        """
        moment = self.instant(operation, user.created_at, "the creation date")
        answer = operation.last
        response = self.answered(operation)
        ours = answer.at.astimezone(UTC)
        theirs = parse_http_date(response.headers.get("date", ""))
        clock = self._target.clock
        allowed_s = answer.seconds + clock.tolerance_s
        off_s = {"ours": abs((moment - ours).total_seconds())}
        if theirs is not None:
            off_s["Date"] = abs((moment - theirs).total_seconds()) - clock.difference_s
        if min(off_s.values()) > allowed_s:
            said = theirs or ours
            raise UnexpectedContent(
                "the creation date is the moment of creation",
                f"{user.created_at!r}, while the service's clock said {said.isoformat()}: "
                f"{abs((moment - said).total_seconds()):.1f} s apart",
                evidence=[operation],
            )

    @staticmethod
    def _explanation(response: Response) -> str:
        """Quote what a refusal says about itself, for people; never judged."""
        said = explanation(response)
        return f" ({clip(said, LONGEST_EXPLANATION)})" if said else ""

    @staticmethod
    def _malformed(operation: Operation, rule: str, error: MalformedAnswer) -> NoReturn:
        raise UnexpectedContent(
            rule, f"{operation.verb} {operation.subject}: {error}", evidence=[operation]
        ) from None


def clip(value: Any, length: int = 60) -> str:
    """Quote a value for a message, its secrets hidden before it is shortened in the middle."""
    text = REDACTOR.text(repr(value))
    return text if len(text) <= length else f"{text[: length // 2]}…{text[-length // 2 + 1 :]}"
