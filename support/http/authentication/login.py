"""Tokens by a login of the target's own: a request with user and password that is answered with a token."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from support.errors import ConfigurationError
from support.http.authentication.tokens import TokenSource, as_life
from support.http.strict_json import MalformedAnswer, parse_json
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.clock import Clock
    from support.http.transport import Transport
    from support.target.credentials.login import Login
    from support.target.settings import Constants


class LoginDesk(TokenSource):
    """Logs one user in.

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
        url = base_url + settings.path if settings.path.startswith("/") else settings.path
        super().__init__(url, settings.method, "login token", variable, transport, clock)
        self._settings = settings
        self._user, self._password = user, password
        self._constants = constants

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

    def _read(self, status: int, body: bytes) -> tuple[str, float | None]:
        settings = self._settings
        if not 200 <= status < 300:
            raise ConfigurationError(
                f"{self.url} refuses the login in {self.variable} ({status}): are user and password right?"
            )
        try:
            answer = parse_json(body)
        except MalformedAnswer as error:
            raise ConfigurationError(f"{self.url} is no login: answered {status}, {error}") from None
        token = _find(answer, settings.token)
        if not isinstance(token, str) or not token:
            raise ConfigurationError(
                f"{self.url} gave no token for {self.variable} at {settings.token!r} (auth.login.token)"
            )
        told = _find(answer, settings.expires_in) if settings.expires_in else None
        return token, as_life(told) or settings.lifetime_s


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
