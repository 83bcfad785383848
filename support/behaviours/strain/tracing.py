"""Tracing: by which mark an answer can be told to belong to its request, and what a bad one may not do.

Other headers that are garbled are sent here too, as they must do no harm either.
The mark is the correlation id of the profile; a trace is that of W3C Trace Context.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import UnexpectedContent
from support.http import Call
from support.http.retry import is_fault
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from support.convergence import Observer
    from support.http import Exchange, Operation
    from support.users import Person

TRACES = {
    "is garbled": "garbage",
    "is empty": "",
    "is of an unknown version": "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "is all zeros": f"00-{'0' * 32}-{'0' * 16}-00",
    "is cut short": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f0",
    "is very long": "00-" + "4" * 1000,
    "is in capitals": "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
}
# Headers that mean something to HTTP, with values that mean nothing.
ODD_HEADERS = {
    "a condition that names no version": {"If-None-Match": '"'},
    "a condition that names no date": {"If-Modified-Since": "yesterday"},
    "a range that no user has": {"Range": "bytes=999999-"},
    "a garbled list of formats": {"Accept": ";q=x,,"},
    "a garbled list of languages": {"Accept-Language": ";q=x,,"},
}
# Headers of the API's own, by their keys under [headers], with values that mean nothing.
ODD_OWN_HEADERS = {
    "a consistency token that was never given": ("consistency_token", "garbage"),
    "a correlation id of odd letters": ("correlation_id", '\u00e9;"={}'),
    "a very long correlation id": ("correlation_id", "x" * 1000),
}
OWN_ID, SAME_ID = "a correlation id of its own", "the correlation id of its request"
CORRELATION_RULES = (OWN_ID, SAME_ID)


class Tracing:
    """Sends requests with and without marks, and judges those of the answers."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._api = observer.api
        self._validator = observer.validator
        self._target = observer.api.target

    def look_up(self, person: Person, wording: str) -> list[Operation]:
        """Look a person up with an odd trace or header, or so many times without a correlation id."""
        if wording.startswith("with a trace that "):
            trace = TRACES[wording.removeprefix("with a trace that ")]
            return [self.look_up_with(person, {"traceparent": trace})]
        oddity = wording.removeprefix("with ")
        if oddity in ODD_HEADERS:
            return [self.look_up_with(person, ODD_HEADERS[oddity])]
        if oddity in ODD_OWN_HEADERS:
            key, value = ODD_OWN_HEADERS[oddity]
            # Who asks for the newest state needs no token: it would not be read.
            headers = {getattr(self._target.headers, key): value}
            return [self._api.look_up(person.id, person.subject, headers=headers)]
        return self.look_up_without(person, int(wording.split(maxsplit=1)[0]))

    def look_up_without(self, person: Person, count: int) -> list[Operation]:
        """Look a person up so often without any mark to trace the request by."""
        own = frozenset({self._target.headers.correlation_id, "traceparent"})
        call = Call(*self._api.route("look_up", person.id), without=own)
        return [self._api.send(call, "look up", person.subject) for _ in range(count)]

    def look_up_with(self, person: Person, headers: Mapping[str, str]) -> Operation:
        """Look a person up with headers that are not as they should be."""
        self._observer.settle(person.acknowledged_at, self._target.bounds.single_s)
        return self._api.look_up(
            person.id, person.subject, strong=self._observer.has_strong_reads, headers=headers
        )

    def answers_have(self, rule: str, story: str, operations: list[Operation]) -> None:
        """Require that answers have the ids of their requests, or ids of their own where these had none."""
        if rule == SAME_ID:
            self.lead_back(story)
        else:
            self.are_told_apart(operations)

    def lead_back(self, story: str) -> None:
        """Require that every answer of a story carries the mark of its request."""
        header = self._target.headers.correlation_id
        for operation, exchange in self._answers(story):
            sent = exchange.request.headers.get(header)
            echoed = exchange.response.headers.get(header.lower()) if exchange.response else None
            if sent and echoed != sent:
                raise UnexpectedContent(
                    "every answer carries the mark of its request",
                    f"{operation.verb} {operation.subject} was sent with {clip(sent)} and answered with "
                    f"{clip(echoed) if echoed else 'none'}",
                    evidence=[operation],
                )

    def are_told_apart(self, operations: list[Operation]) -> None:
        """Require that each of some answers has a mark that no other has."""
        header = self._target.headers.correlation_id.lower()
        known: dict[str, Operation] = {}
        for operation in operations:
            mark = self._validator.answered(operation).headers.get(header, "")
            if not mark or mark in known:
                raise UnexpectedContent(
                    "a request without a mark is answered with one of its own",
                    f"two answers have the mark {clip(mark)}" if mark else "an answer has no mark",
                    evidence=[*([known[mark]] if mark else []), operation],
                )
            known[mark] = operation

    def _answers(self, story: str) -> Iterator[tuple[Operation, Exchange]]:
        for operation in self._api.client.history:
            for exchange in operation.exchanges if operation.story == story else ():
                if exchange.response is not None and not is_fault(exchange, self._target.faults):
                    yield operation, exchange
