"""What nobody may be shown: a way in, somebody else's users, a password, what the service keeps to itself.

Judges what callers and the client were answered in a story; `support.behaviours.access.password_watch`
watches the whole run.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.behaviours.access.answer_rules import RULES, find_sharing
from support.errors import ForeignValue, SecretShown, UnexpectedContent
from support.http import Outcome
from support.http.retry import is_fault
from support.http.strict_json import MalformedAnswer, parse_json
from support.secrets.detector import Detector
from support.users.forms.paths import read, split, texts_in
from support.users.markers import find_mark
from support.users.refusal_text import find_internal_details
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.behaviours.access.answer_watch import AnswerWatch
    from support.behaviours.access.password_watch import PasswordWatch
    from support.convergence import Observer
    from support.http import Exchange, Operation, Response
    from support.users import Person

FORGED = "x-forged"
WHOLE_RUN = "of the whole run shows a password"
VIOLATIONS = {
    "may be stored by shared caches": "is_kept_from_shared_caches",
    "shows internal details": "shows_no_internal_details",
    "contains a line that the client wrote": "takes_no_lines",
    "shows a password": "keeps_passwords",
    WHOLE_RUN: "kept_passwords_all_day",
}
PHRASES = (*VIOLATIONS, *RULES)
REFUSAL_CONTENTS = ("says which credentials are needed", "reveals neither internal details nor credentials")
SHORTEST_SECRET = 8
SECRET_HEADERS = ("authorization", "proxy-authorization")


class Privacy:
    """Judges what answers give away."""

    def __init__(self, observer: Observer, watch: PasswordWatch, rules: AnswerWatch) -> None:
        self._api = observer.api
        self._target = observer.api.target
        self._validator = observer.validator
        self._history = observer.api.client.history
        self._watch = watch
        self._rules = rules

    def says_how_to_get_in(self, operation: Operation) -> None:
        """Require that a refusal of credentials names those that are wanted, where that is promised.

        (RFC 9110 §11.6.1)
        """
        if not self._api.target.promise("auth-challenge"):
            return
        response = self._validator.answered(operation)
        if response.status == 401 and not response.headers.get("www-authenticate", "").strip():
            raise UnexpectedContent(
                "a refused caller is told which credentials are wanted",
                "the refusal has no WWW-Authenticate",
                evidence=[operation],
            )

    def gives_nothing_away(self, operation: Operation) -> None:
        """Require that a refusal shows neither the internal details nor the credentials that were sent."""
        self._validator.reveals_nothing(operation)
        detector = Detector()
        for exchange in operation.exchanges:
            for secret in self._sent_secrets(exchange):
                detector.learn(secret, "credentials")
        for exchange in operation.exchanges:
            if exchange.response and detector.find(_everything(exchange.response)):
                raise SecretShown(
                    "a refusal does not repeat the credentials that were sent",
                    "the answer shows them",
                    evidence=[operation],
                )

    def shows_nothing_of(self, operations: Sequence[Operation], person: Person) -> None:
        """Require that answers show nothing that was written of a person; lists among them must be lists."""
        for operation in operations:
            if operation.verb == "list":
                self._validator.done(operation, self._target.listed)
            response = self._validator.answered(operation)
            if person.mark in response.body.decode("utf-8", "replace"):
                raise ForeignValue(
                    f"another tenant is shown nothing of {person.subject}",
                    f"{operation.verb} {operation.subject} was answered {clip(response.body, 80)}",
                    evidence=[operation],
                )

    def refusal(self, content: str, operation: Operation) -> None:
        """Require what a refusal of credentials must say, or must not."""
        if content == REFUSAL_CONTENTS[0]:
            self.says_how_to_get_in(operation)
        else:
            self.gives_nothing_away(operation)

    def no_answer(self, violation: str, story: str) -> None:
        """Require that no answer of a story, or of the whole run, shows or allows what it must not."""
        if violation in RULES:
            self._rules.judge(violation)
        elif violation == WHOLE_RUN:
            self.kept_passwords_all_day()
        else:
            getattr(self, VIOLATIONS[violation])(story)

    def is_kept_from_shared_caches(self, story: str) -> None:
        """Require that no answer to a read of a story may be kept for others (RFC 9111 §3.5)."""
        for operation, exchange, _ in self._answers(story):
            if exchange.request.method not in {"GET", "HEAD"} or exchange.outcome is not Outcome.OK:
                continue
            if sharing := find_sharing(exchange):
                raise UnexpectedContent(
                    "private answers are not for shared caches",
                    f"{operation.verb} {operation.subject}: {sharing}",
                    evidence=[operation],
                )

    def shows_no_internal_details(self, story: str) -> None:
        """Require that no answer of a story shows a stack frame, a query or a file path.

        What people wrote is theirs: users may be called anything, by other stories too.
        """
        for operation, _, response in self._answers(story):
            if found := find_internal_details(self._words_of_the_service(response)):
                raise UnexpectedContent(
                    "no answer shows the internal details",
                    f"{operation.verb} {operation.subject} shows {clip(found)}",
                    evidence=[operation],
                )

    def _words_of_the_service(self, response: Response) -> str:
        """Return the text of an answer without the details of users, and without users that no run made."""
        try:
            said = parse_json(response.body)
        except MalformedAnswer:
            return response.body.decode("utf-8", "replace")
        return json.dumps(self._without_details(said), ensure_ascii=False)

    def _without_details(self, said: Any) -> Any:
        if isinstance(said, list):
            return [self._without_details(item) for item in said]
        if not isinstance(said, dict):
            return said
        fields = self._target.fields
        if read(said, fields.email, None) is not None and not any(map(find_mark, texts_in(said))):
            return {}
        written = {split(path)[0] for path in (fields.name, fields.email, fields.nickname) if path}
        return {name: self._without_details(value) for name, value in said.items() if name not in written}

    def takes_no_lines(self, story: str) -> None:
        """Require that no line which the client wrote into a detail became a line of an answer."""
        for operation, _, response in self._answers(story):
            if FORGED in response.headers:
                raise UnexpectedContent(
                    "what the client writes never becomes a line of the service's own",
                    f"the answer to {operation.verb} {operation.subject} has the line {FORGED}: "
                    f"{clip(response.headers[FORGED])}",
                    evidence=[operation],
                )

    def keeps_passwords(self, story: str) -> None:
        """Require that no answer of a story has shown a password."""
        for fact in self._watch.shown:
            if fact["story"] == story:
                raise SecretShown(
                    "a password is never shown again",
                    f"the answer to {fact['verb']} {fact['subject']} shows {fact['what']}",
                    evidence=[fact["operation"]],
                )

    def kept_passwords_all_day(self) -> None:
        """Require that no answer of the whole run, in whatever process, has shown a password."""
        facts = self._watch.everything()
        if facts:
            first = facts[0]
            raise SecretShown(
                "no answer of the whole run shows a password",
                f"{len(facts)} do; the first to {first['verb']} {first['subject']} shows {first['what']} "
                f"({first['story']})",
                evidence=[fact["operation"] for fact in self._watch.shown[:1]],
            )

    def _answers(self, story: str) -> Iterator[tuple[Operation, Exchange, Response]]:
        """Return the answers of a story that are the service's own and not a passing fault."""
        for operation in self._history:
            for exchange in operation.exchanges if operation.story == story else ():
                if exchange.response is not None and not is_fault(exchange, self._target.faults):
                    yield operation, exchange, exchange.response

    def _sent_secrets(self, exchange: Exchange) -> Iterator[str]:
        auth = self._target.auth
        wanted = {*SECRET_HEADERS, auth.header.lower()}
        for name, value in exchange.request.headers.items():
            if name.lower() in wanted:
                secret = value.rpartition(" ")[2]
                if len(secret) >= SHORTEST_SECRET:
                    yield secret


def _everything(response: Response) -> str:
    lines = [f"{name}: {value}" for name, value in response.headers.items()]
    return "\n".join([*lines, response.body.decode("utf-8", "replace")])
