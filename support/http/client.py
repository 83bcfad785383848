"""The session client: sends one operation, attempt by attempt, and keeps every attempt.

It knows HTTP and the profile's numbers, not users. It raises nothing for what a service answers or
fails to answer: the operation says how it ended. Redirects are followed only where they keep the method and
stay with the service; the environment's proxies, `.netrc` and certificate switches are ignored.
"""

from __future__ import annotations

import itertools
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

from support.errors import SuiteError
from support.http.adaptation import adapt_answer, adapt_request
from support.http.authentication.standing import Standing
from support.http.call import Call, write_url
from support.http.gateway_pages import PageFilter
from support.http.history import Operation, Outcome
from support.http.persistence import Persistence
from support.http.retry import Repeat
from support.target.adapters import Asked
from support.target.settings import Constants

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.http.authentication.credentials import Credentials
    from support.http.history import Exchange, History
    from support.http.retry import FaultRetries
    from support.target import Target

ACCEPT = "application/json, application/problem+json;q=0.9"  # of a request that says nothing else
REDIRECTS = frozenset({301, 302, 307, 308})
MOST_REDIRECTS = 5
NO_END = "redirects without an end"
NO_CONSTANTS = Constants()


class Gate(Protocol):
    """What stands between the client and the target: the circuit breaker, the rate limiter."""

    def before(self) -> None:
        """Wait for a turn; raise Inconclusive when the target is known to be out."""

    def after(self, exchange: Exchange) -> None:
        """Take note of how an attempt ended."""


class AttemptTransport(Protocol):
    """How single attempts get to the target and back; `tls` is what they show and trust."""

    tls: Mapping[str, Any]

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str | bytes], body: bytes | None, attempt: int
    ) -> Exchange:
        """Make one attempt and say how it ended; a fault is told, not raised."""

    def twin(self) -> AttemptTransport:
        """Return a way to the same target with connections of its own."""

    def close(self) -> None:
        """Close what is open."""


class SessionClient:
    """Sends operations over one pool of connections, as one caller.

    `story` is the id of the running test; it is stamped on every operation. A client that is not patient
    makes a single attempt at everything. `sees_list` says that its caller is known to be shown the list.
    """

    def __init__(
        self,
        base_url: str,
        target: Target,
        *,
        transport: AttemptTransport,
        history: History,
        retries: FaultRetries,
        credentials: Credentials | None = None,
        gate: Gate | None = None,
        constants: Constants = NO_CONSTANTS,
        sees_list: bool = False,
    ) -> None:
        self.base_url = base_url
        self.target = target
        self.history = history
        self.story = ""
        self.is_patient = True
        self.control: Callable[[Operation], bool] | None = None
        self._transport = transport
        self._retries = retries
        self._credentials = credentials
        self._gate = gate
        self._constants = constants
        self._standing = Standing(sees_list=sees_list)
        self._trace = secrets.token_hex(16)
        self._count = itertools.count(1)
        self._pages = PageFilter()
        self._persistence = Persistence(target.faults, self._pages)
        self._diversion: tuple[Callable[[AttemptTransport], AttemptTransport], bool] | None = None

    def twin(self) -> SessionClient:
        """Return another client with the same credentials and connections of its own."""
        return self.as_caller(self._credentials)

    def as_caller(self, credentials: Credentials | None, *, is_apart: bool = True) -> SessionClient:
        """Return a client of the same target with other credentials, or none, and connections of its own.

        One that is not apart uses this one's: no two requests of a connection need to be of one caller
        (RFC 9110 §3.3).
        """
        return self._like(self._transport.twin() if is_apart else self._transport, credentials)

    def over(self, change: Callable[[AttemptTransport], AttemptTransport]) -> SessionClient:
        """Return a client of the same caller whose attempts take another way, made from one of its own."""
        return self._like(change(self._transport.twin()), self._credentials)

    def divert(self, change: Callable[[AttemptTransport], AttemptTransport], *, once: bool) -> None:
        """Send the next operation, and only that, another way; `once` without repeating it."""
        self._diversion = (change, once)

    def _like(self, transport: AttemptTransport, credentials: Credentials | None) -> SessionClient:
        other = SessionClient(
            self.base_url,
            self.target,
            transport=transport,
            history=self.history,
            retries=self._retries,
            credentials=credentials,
            gate=self._gate,
            constants=self._constants,
        )
        other.story, other.control = self.story, self.control
        other._pages, other._persistence = self._pages, self._persistence
        if credentials is self._credentials:
            other._standing = self._standing
        return other

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.close()

    def start_story(self, story: str) -> None:
        """Stamp what follows with the id of a test and return it a trace of its own (W3C Trace Context)."""
        self.story = story
        self._trace = secrets.token_hex(16)
        self._diversion = None

    def send(
        self,
        call: Call,
        verb: str,
        subject: str,
        *,
        fresh: bool = False,
        once: bool = False,
        within_s: float | None = None,
    ) -> Operation:
        """Make one operation: send the call and repeat it as far as that is safe.

        `fresh` uses a connection of its own for every attempt; `once` makes a single attempt; `within_s` is
        how long it may be repeated [s], where that is less than the profile allows.
        """
        if self._diversion is not None:
            (change, once), self._diversion = self._diversion, None
            diverted = self.over(change)
            try:
                return diverted.send(call, verb, subject, once=once)
            finally:
                diverted.close()
        operation = self.history.begin(Operation(verb, subject, self.story))
        repeat = Repeat(call.method, has_key=call.has_key, is_renewed=call.renew is not None)

        def attempt() -> Exchange:
            body = call.renew() if call.renew and operation.exchanges else call.body
            exchange = self._attempt(verb, call, body, len(operation.exchanges) + 1, fresh=fresh)
            self.history.record(operation, exchange)
            return exchange

        is_single = once or not self.is_patient
        try:
            if is_single:
                attempt()
            else:
                self._retries.run(attempt, operation, repeat, within_s)
            self._settle_refusal(operation)
        except SuiteError:  # the gate is shut, or nobody gives a token
            if not operation.exchanges:
                self.history.drop(operation)
            raise
        if not is_single:
            self._persistence.note(operation, call, repeat, attempt, self.control)
        return operation

    def _settle_refusal(self, operation: Operation) -> None:
        """Tell a refusal of the service's own from that of a gateway that took over, which refuses all."""
        last = operation.last
        if self._is_doubtful(last):
            operation.exchanges[-1] = self._pages.settle(last, self._look_in())

    def _is_doubtful(self, exchange: Exchange) -> bool:
        return self._standing.sees_list and self._pages.is_doubtful(exchange, self.target.faults)

    def _attempt(self, verb: str, call: Call, body: bytes | None, number: int, *, fresh: bool) -> Exchange:
        exchange = self._exchange(verb, call, body, number, fresh=fresh)
        credentials = self._credentials
        is_list = call.method == "GET" and call.path.partition("?")[0] == self.target.landmark
        self._standing.note(exchange, is_list=is_list)
        if credentials is None:
            return exchange
        if not self._standing.is_doubtful(exchange):
            return exchange
        return self._standing.settle(
            exchange,
            credentials,
            lambda: self._exchange(verb, call, body, number, fresh=fresh),
            self._look_in,
        )

    def _look_in(self) -> Exchange:
        """Ask for something that the credentials must let the client see; whatever it finds is an answer."""
        operation = self.history.begin(Operation("control", "the credentials", self.story))
        exchange = self._exchange("control", Call("GET", self.target.landmark), None, 1, fresh=True)
        self.history.record(operation, exchange)
        return exchange

    def _exchange(self, verb: str, call: Call, body: bytes | None, number: int, *, fresh: bool) -> Exchange:
        if self._gate:
            self._gate.before()
        credentials = self._credentials
        query = {**self._constants.query, **call.query, **(credentials.query() if credentials else {})}
        headers: dict[str, str | bytes] = {
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": "users-acceptance/1.0",
            "Cache-Control": "no-cache",
            self.target.headers.correlation_id: str(uuid4()),
            "traceparent": f"00-{self._trace}-{next(self._count):016x}-01",
            **self._constants.headers,
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        if credentials:
            headers.update(credentials.headers())
        headers.update(call.headers)
        for name in call.without:
            headers.pop(name, None)
        adapter = self.target.wire
        asked = adapt_request(adapter, Asked(verb, call.method, call.path, query, headers, body))
        url, headers = write_url(self.base_url + asked.path, asked.query), dict(asked.headers)
        transport = self._transport.twin() if fresh else self._transport
        try:
            exchange = transport.exchange(asked.method, url, headers, asked.body, number)
            for _ in range(MOST_REDIRECTS):
                moved = self._moved(exchange)
                if moved is None:
                    break
                exchange = transport.exchange(asked.method, moved, headers, asked.body, number)
            else:
                if self._moved(exchange) is not None:
                    exchange = replace(exchange, response=None, fault=NO_END, outcome=Outcome.UNKNOWN)
        finally:
            if fresh:
                transport.close()
        exchange = adapt_answer(adapter, asked, exchange, self.target.faults)
        exchange = self._pages.filter(exchange, call.shape or verb)
        if self._gate:
            self._gate.after(self._pages.as_fault(exchange) if self._is_doubtful(exchange) else exchange)
        return exchange

    def _moved(self, exchange: Exchange) -> str | None:
        """Return where a redirect leads, if following it keeps method, credentials and service."""
        response = exchange.response
        if response is None or response.status not in REDIRECTS or "location" not in response.headers:
            return None
        here = exchange.request.url
        try:
            there = urljoin(here, response.headers["location"])
            same_place = urlsplit(here)[:2] == urlsplit(there)[:2]
        except ValueError:  # no URL at all
            return None
        same_path = urlsplit(here).path.rstrip("/") == urlsplit(there).path.rstrip("/")
        if same_place and (same_path or exchange.request.method in {"GET", "HEAD"}):
            return there
        return None
