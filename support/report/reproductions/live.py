"""The service under test as a reproduction meets it during the run, which undoes whom it creates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import unquote

from support.http.raw.requests import SendingMode, WireTransport
from support.report.reproductions.script.answers import Answer
from support.report.reproductions.script.symbols import CannotTell
from support.report.reproductions.trial import Trial
from support.users.forms.paths import read
from support.users.markers import find_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.cast import People
    from support.cleanup import Journal
    from support.clock import Clock
    from support.http.gates.rate_limiter import Gates
    from support.http.transport import Transport
    from support.report.reproductions.recording.callers import Callers
    from support.target import Target
    from support.users import Normalizer


class LiveService:
    """Sends the requests of reproductions, noted in the journal, past the history of the run."""

    def __init__(
        self,
        base_url: str,
        target: Target,
        transport: Transport,
        gate: Gates,
        journal: Journal,
        callers: Callers,
        normalizer: Normalizer,
        clock: Clock,
        people: People,
    ) -> None:
        self.base_url = base_url
        self.clock = clock
        self._target = target
        self._transport = transport
        self._gate = gate
        self._journal = journal
        self._callers = callers
        self._normalizer = normalizer
        self._people = people

    def trial(self, seconds: float) -> Trial:
        """Return what plays plans for some seconds."""
        people = self._people
        mark, password = lambda _like, _number: people.next_mark(), people.password_of_length
        return Trial(self.clock, self.send, self._secret, mark, password, seconds)

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        hang_up: bool,
    ) -> Answer:
        """Send one request; whoever it may create stands in the journal before it goes."""
        caller = self._caller(headers)
        intents = (
            [self._journal.intend({"email": _email_of(body, self._target)}, caller)]
            if method == "POST"
            else []
        )
        sent: dict[str, str | bytes] = {name: value.encode() for name, value in headers.items()}
        way: Transport | WireTransport = self._transport
        if hang_up:
            way = WireTransport(self._transport, self._target, self.clock, manner=SendingMode(hang_up=1.0))
        self._gate.before()
        exchange = way.exchange(method, self.base_url + path, sent, body, 1)
        self._gate.after(exchange)
        response = exchange.response
        if response is None:
            raise OSError(exchange.fault or "no answer")
        if method == "POST" and response.status < 300:
            user_id = self._normalizer.created_id(response)
            if user_id is not None:
                self._journal.created(user_id, caller)
        if method == "POST" and response.status < 500:
            self._journal.settle(intents)
        if method == "DELETE" and response.status < 300:
            self._journal.deleted(unquote(path.partition("?")[0].rpartition("/")[2]), caller)
        return Answer(response.status, response.headers, response.body)

    def _caller(self, headers: Mapping[str, str]) -> str:
        """Return the variable of the token that a request bears; empty where there is none to bear."""
        if self._target.auth.scheme == "none":
            return ""
        shown = " ".join(headers.values())
        named = (
            symbol.partition(" ")[2]
            for symbol, value in self._callers.values.items()
            if value and value in shown
        )
        return next(named, self._target.auth.token)

    def _secret(self, name: str) -> str:
        value = self._callers.tokens.get(name)
        if value is None:
            raise CannotTell(f"{name} is given by an issuer")
        return value


def _email_of(body: bytes | None, target: Target) -> str:
    """Return the email that a creation asks for; a mark of its own where it cannot be read."""
    return (
        _read(body, target.fields.email) or find_mark((body or b"").decode("utf-8", "replace").lower()) or ""
    )


def _read(body: bytes | None, member: str | None) -> str:
    """Return a detail that a request writes; nothing where it cannot be read, or has no name."""
    try:
        return str(read(json.loads(body or b""), member, "")) if member else ""
    except (ValueError, RecursionError):
        return ""
