"""How a client says who it is: a token, a password, an API key, or an access token that an issuer gave.

Client certificates are the transport's (`support.target.settings.load_tls`). Nothing here reads the
environment; everything that is or becomes a secret is registered for redaction before it is used.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from support.clock import SystemClock
from support.errors import ConfigurationError
from support.http.authentication.login import LoginDesk, LoginToken
from support.http.authentication.oauth import Issuer
from support.http.transport import Transport
from support.secrets import REDACTOR
from support.target import Target
from support.target.settings import load_constants, load_tls, require_sendable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Credentials(Protocol):
    """What the client sends to say who it is; asked anew for each attempt."""

    def headers(self) -> Mapping[str, str | bytes]:
        """Return the headers that say so."""

    def query(self) -> Mapping[str, str]:
        """Return the query parameters that say so."""

    def renew(self, sent: Mapping[str, str]) -> bool:
        """Get other credentials than those that a request was sent with; say whether that can be done."""


class SecretCredentials(Credentials, Protocol):
    """Credentials with a secret of the caller's, which can be tampered with."""

    def altered(self, alter: Callable[[str], str]) -> SecretCredentials:
        """Return the same credentials with the secret part changed, for those who try to get in with it."""


class _InHeader:
    """Credentials that stand in one header."""

    def __init__(self, header: str, value: str) -> None:
        # Header values are bytes on the wire; what is not ASCII goes as UTF-8.
        self._headers: dict[str, str | bytes] = {header: value if value.isascii() else value.encode()}

    def headers(self) -> Mapping[str, str | bytes]:
        """Return the header."""
        return self._headers

    def query(self) -> Mapping[str, str]:
        """Return nothing."""
        return {}

    def renew(self, _sent: Mapping[str, str]) -> bool:
        """Renew nothing: what the caller gave is all there is."""
        return False


class BearerToken(_InHeader):
    """A bearer token (RFC 6750)."""

    def __init__(self, token: str, word: str = "Bearer") -> None:
        super().__init__("Authorization", f"{word} {token}")
        self._token = token
        self._word = word

    def altered(self, alter: Callable[[str], str]) -> BearerToken:
        """Return a token that was tampered with."""
        return BearerToken(_register(alter(self._token)), self._word)


class BasicLogin(_InHeader):
    """A user and a password (RFC 7617), in UTF-8."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__("Authorization", f"Basic {_basic(user, password)}")
        self._user, self._password = user, password

    def altered(self, alter: Callable[[str], str]) -> BasicLogin:
        """Return the same user with another password."""
        return BasicLogin(self._user, _register(alter(self._password)))


class ApiKey(_InHeader):
    """A key in a header of the target's own."""

    def __init__(self, header: str, key: str) -> None:
        super().__init__(header, key)
        self._header, self._key = header, key
        REDACTOR.hide_header(header)

    def altered(self, alter: Callable[[str], str]) -> ApiKey:
        """Return a key that was tampered with."""
        return ApiKey(self._header, _register(alter(self._key)))


class ApiKeyInQuery:
    """A key in a query parameter."""

    def __init__(self, parameter: str, key: str) -> None:
        self._parameter, self._key = parameter, key

    def headers(self) -> Mapping[str, str | bytes]:
        """Return nothing."""
        return {}

    def query(self) -> Mapping[str, str]:
        """Return the parameter."""
        return {self._parameter: self._key}

    def renew(self, _sent: Mapping[str, str]) -> bool:
        """Renew nothing: what the caller gave is all there is."""
        return False

    def altered(self, alter: Callable[[str], str]) -> ApiKeyInQuery:
        """Return a key that was tampered with."""
        return ApiKeyInQuery(self._parameter, _register(alter(self._key)))


class IssuedToken:
    """A bearer token that an issuer gives and renews."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer

    def headers(self) -> Mapping[str, str | bytes]:
        """Return the Authorization header; raises what its issuer raises."""
        return BearerToken(self._issuer.token()).headers()

    def query(self) -> Mapping[str, str]:
        """Return nothing."""
        return {}

    def renew(self, sent: Mapping[str, str]) -> bool:
        """Forget the token of a request that was refused, so that the next one has another."""
        self._issuer.drop(sent.get("Authorization", "").removeprefix("Bearer "))
        return True

    def altered(self, alter: Callable[[str], str]) -> BearerToken:
        """Return the access token, tampered with."""
        return BearerToken(self._issuer.token()).altered(alter)


def credentials_for(
    target: Target, tokens: Mapping[str, str], variable: str | None, base_url: str = ""
) -> SecretCredentials | None:
    """Return the credentials that a variable of the profile holds; None where the target wants none.

    A login of which the profile gives only a path is below the base URL. Raises ConfigurationError where the
    variable does not hold what the scheme wants.
    """
    auth = target.auth
    if auth.scheme == "none" or variable is None or variable not in tokens:
        return None
    value = tokens[variable]
    if auth.scheme == "bearer":
        return BearerToken(require_sendable(value, variable), auth.word)
    if auth.scheme == "api-key":
        if auth.query:
            return ApiKeyInQuery(auth.query, value)
        return ApiKey(auth.header, require_sendable(value, variable))
    name, colon, secret = value.partition(":")
    if not (name and colon and secret):
        raise ConfigurationError(f"{variable} must hold id:secret, as scheme {auth.scheme!r} wants it")
    REDACTOR.register(secret, variable)
    if auth.scheme == "basic":
        return BasicLogin(name, secret)
    return _issued(target, name, secret, variable, base_url)


def _issued(target: Target, name: str, secret: str, variable: str, base_url: str) -> SecretCredentials:
    """Return credentials that the target, or an issuer of tokens, gives for a name and a secret."""
    auth, clock = target.auth, SystemClock()
    if auth.scheme == "login":
        desk = LoginDesk(
            auth.login,
            base_url,
            name,
            secret,
            variable,
            constants=load_constants(target),
            transport=Transport(target, clock, load_tls(auth)),
            clock=clock,
        )
        return LoginToken(desk, auth.login)
    # The issuer is not the target: it has the time-outs that every profile begins with.
    transport = Transport(Target(name="issuer"), clock, load_tls(auth))
    return IssuedToken(Issuer(auth.oauth2, unquote(name), secret, variable, transport=transport, clock=clock))


def _basic(user: str, password: str) -> str:
    return _register(base64.b64encode(f"{user}:{password}".encode()).decode())


def _register(secret: str) -> str:
    REDACTOR.register(secret, "credentials")
    return secret
