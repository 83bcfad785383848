"""Tokens by a login of the target's own: a request with user and password that is answered with a token.

The token is renewed before its life is over, if that is told, and whenever it is refused although it had
worked. Every token is registered for redaction before it is given away.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from support.errors import ConfigurationError, Inconclusive
from support.http.authentication.oauth import EARLY_S, FIRST_PAUSE_S, MOST_ASKED, PASSING
from support.http.strict_json import MalformedAnswer, parse_json
from support.http.transport import NO_TRUST
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.clock import Clock
    from support.http.history import Exchange
    from support.http.transport import Transport
    from support.target.login import Login
    from support.target.settings import Constants


class LoginDesk:
    """Logs one user in; gives the same token to all threads until it must be renewed.

    `variable` names where user and password came from, for messages.
    """

    def __init__(
        self,
        settings: Login,
        base_url: str,
        user: str,
        password: str,
        variable: str,
        *,
        constants: Constants,
        transport: Transport,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._url = base_url + settings.path if settings.path.startswith("/") else settings.path
        self._user, self._password = user, password
        self._variable = variable
        self._constants = constants
        self._transport = transport
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._has_let_in = False
        self._renew_at: float | None = None

    def token(self) -> str:
        """Return a token that has not expired, as far as its life is known.

        Raises ConfigurationError when the first login is refused or gives no token, Inconclusive when a later
        one is, or when there is no answer; nothing because of what the target makes of the token.
        """
        with self._lock:
            asked_at = self._clock.monotonic()
            if not self._token or (self._renew_at is not None and asked_at >= self._renew_at):
                try:
                    token, life_s = self._read(self._ask())
                except ConfigurationError as error:
                    if not self._has_let_in:
                        raise
                    raise Inconclusive(f"{error} They were when the run began.") from None
                self._has_let_in = True
                REDACTOR.register(token, "login token")
                self._token = token
                self._renew_at = None if life_s is None else asked_at + max(life_s / 2, life_s - EARLY_S)
            return self._token

    def drop(self, token: str) -> None:
        """Forget a token that was refused, unless another one has taken its place already."""
        with self._lock:
            if token == self._token:
                self._token = ""

    def _ask(self) -> Exchange:
        """Log in; again where that fails in passing."""
        headers, body = self._request()
        for number in range(1, MOST_ASKED + 1):
            exchange = self._transport.exchange(self._settings.method, self._url, headers, body, number)
            if exchange.fault and exchange.fault.startswith(NO_TRUST):
                raise ConfigurationError(f"{self._url}: {exchange.fault}")
            if exchange.response is not None and exchange.response.status not in PASSING:
                return exchange
            if number < MOST_ASKED:
                self._clock.sleep(FIRST_PAUSE_S * 2 ** (number - 1))
        raise Inconclusive(f"{self._url} gives no token: {exchange.describe()}")

    def _request(self) -> tuple[dict[str, str], bytes]:
        members = {name: self._filled(value) for name, value in self._settings.members.items()}
        headers = {"Accept": "application/json", **self._constants.headers}
        if self._settings.body == "form":
            texts = {
                name: value if isinstance(value, str) else json.dumps(value)
                for name, value in members.items()
            }
            return headers | {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(texts).encode()
        return headers | {"Content-Type": "application/json"}, json.dumps(members).encode()

    def _filled(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        # In one go, so that braces within a password stay what they are.
        parts = {"{user}": self._user, "{password}": self._password}
        return parts.get(value, value)

    def _read(self, exchange: Exchange) -> tuple[str, float | None]:
        """Read a token and its life [s], which may be unknown."""
        response, settings = exchange.response, self._settings
        assert response is not None
        if not 200 <= response.status < 300:
            raise ConfigurationError(
                f"{self._url} refuses the login in {self._variable} ({response.status}): "
                f"are user and password right?"
            )
        try:
            answer = parse_json(response.body)
        except MalformedAnswer as error:
            raise ConfigurationError(
                f"{self._url} is no login: answered {response.status}, {error}"
            ) from None
        token = _find(answer, settings.token)
        if not isinstance(token, str) or not token:
            raise ConfigurationError(
                f"{self._url} gave no token for {self._variable} at {settings.token!r} (auth.login.token)"
            )
        life_s = _find(answer, settings.expires_in) if settings.expires_in else settings.lifetime_s
        if isinstance(life_s, bool) or not isinstance(life_s, int | float) or life_s <= 0:
            return token, settings.lifetime_s
        return token, float(life_s)


class LoginToken:
    """The token of a login, sent as the profile says."""

    def __init__(self, desk: LoginDesk, settings: Login) -> None:
        self._desk = desk
        self._settings = settings
        REDACTOR.hide_header(settings.header)

    def headers(self) -> Mapping[str, str | bytes]:
        """Return the header with the token; raises what the login raises."""
        return self._header(self._desk.token())

    def query(self) -> Mapping[str, str]:
        """Return nothing."""
        return {}

    def renew(self, sent: Mapping[str, str]) -> bool:
        """Forget the token of a request that was refused, so that the next one has another."""
        value = {name.lower(): text for name, text in sent.items()}.get(self._settings.header.lower(), "")
        before, _, after = self._settings.sent_as.partition("{token}")
        self._desk.drop(value.removeprefix(before).removesuffix(after))
        return True

    def altered(self, alter: Callable[[str], str]) -> FixedToken:
        """Return the token, tampered with."""
        token = alter(self._desk.token())
        REDACTOR.register(token, "credentials")
        return FixedToken(self._header(token), self, alter)

    def _header(self, token: str) -> dict[str, str | bytes]:
        value = self._settings.sent_as.replace("{token}", token)
        return {self._settings.header: value if value.isascii() else value.encode()}


class FixedToken:
    """A token as it is, which nobody renews."""

    def __init__(
        self, headers: Mapping[str, str | bytes], origin: LoginToken, alter: Callable[[str], str]
    ) -> None:
        self._headers, self._origin, self._alter = headers, origin, alter

    def headers(self) -> Mapping[str, str | bytes]:
        """Return the header with the token."""
        return self._headers

    def query(self) -> Mapping[str, str]:
        """Return nothing."""
        return {}

    def renew(self, _sent: Mapping[str, str]) -> bool:
        """Renew nothing."""
        return False

    def altered(self, alter: Callable[[str], str]) -> FixedToken:
        """Return the token, tampered with once more."""
        first = self._alter
        return self._origin.altered(lambda token: alter(first(token)))


def _find(value: Any, path: str) -> Any:
    """Follow a dotted path into an answer; None where it leads nowhere."""
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value
