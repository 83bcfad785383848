"""Tokens that a request of their own gives: asked for when one is needed, renewed before it expires.

Every token is registered for redaction before it is given away.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from support.errors import ConfigurationError, Inconclusive
from support.http.transport import NO_TRUST
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from support.clock import Clock
    from support.http.history import Exchange
    from support.http.transport import Transport

MOST_ASKED = 5
FIRST_PAUSE_S = 0.2
PASSING = frozenset({429, 500, 502, 503, 504})
EARLY_S = 30.0  # before its end a token is renewed, and no earlier than at half its life


class TokenSource(ABC):
    """Gives one caller's token; the same one to all threads until it must be renewed.

    `url` is asked, with `method`. `kind` is what the token is called in messages, and `variable` names where
    the caller's name and secret came from. What the target makes of a token is not seen here.
    """

    def __init__(
        self, url: str, method: str, kind: str, variable: str, transport: Transport, clock: Clock
    ) -> None:
        self.url = url
        self.variable = variable
        self._method = method
        self._kind = kind
        self._transport = transport
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._has_given = False
        self._renew_at: float | None = None

    def token(self) -> str:
        """Return a token that has not expired, as far as its life is known.

        Raises ConfigurationError when the first request is refused or gives no token, Inconclusive when a
        later one is, or when there is no answer.
        """
        with self._lock:
            asked_at = self._clock.monotonic()
            if not self._token or (self._renew_at is not None and asked_at >= self._renew_at):
                token, life_s = self._ask()
                REDACTOR.register(token, self._kind)
                self._token = token
                self._has_given = True
                self._renew_at = None if life_s is None else asked_at + max(life_s / 2, life_s - EARLY_S)
            return self._token

    def drop(self, token: str) -> None:
        """Forget a token that was refused, unless another one has taken its place already."""
        with self._lock:
            if token == self._token:
                self._token = ""

    @abstractmethod
    def _request(self) -> tuple[dict[str, str], bytes]:
        """Return headers and body of the request for a token."""

    @abstractmethod
    def _read(self, status: int, body: bytes) -> tuple[str, float | None]:
        """Read a token and its life [s] from an answer, None where that is unknown.

        Raises ConfigurationError where the answer is a refusal or holds no token.
        """

    def _ask(self) -> tuple[str, float | None]:
        response = self._answer().response
        assert response is not None
        try:
            return self._read(response.status, response.body)
        except ConfigurationError as error:
            if not self._has_given:
                raise
            raise Inconclusive(f"{error} They were when the run began.") from None

    def _answer(self) -> Exchange:
        """Send the request; again where that fails in passing."""
        headers, body = self._request()
        for number in range(1, MOST_ASKED + 1):
            exchange = self._transport.exchange(self._method, self.url, headers, body, number)
            if exchange.fault and exchange.fault.startswith(NO_TRUST):
                raise ConfigurationError(f"{self.url}: {exchange.fault}")
            if exchange.response is not None and exchange.response.status not in PASSING:
                return exchange
            if number < MOST_ASKED:
                self._clock.sleep(FIRST_PAUSE_S * 2 ** (number - 1))
        raise Inconclusive(f"{self.url} gives no {self._kind}: {exchange.describe()}")


def as_life(value: Any) -> float | None:
    """Return a token's life [s]; None where the value is no length of time."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    return float(value)
