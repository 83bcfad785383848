"""How a client says who it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.client import Credentials
    from support.target import Auth


class BearerToken:
    """A bearer token (RFC 6750)."""

    def __init__(self, token: str) -> None:
        value = f"Bearer {token}"
        # Header values are bytes on the wire; what is not ASCII goes as UTF-8.
        self._headers = {"Authorization": value if value.isascii() else value.encode()}

    def headers(self) -> Mapping[str, str | bytes]:
        """Give the Authorization header."""
        return self._headers


def credentials_for(auth: Auth, tokens: Mapping[str, str], variable: str | None) -> Credentials | None:
    """Give the credentials that a variable of the profile holds; None where the target wants none."""
    if auth.scheme == "none" or variable is None or variable not in tokens:
        return None
    return BearerToken(tokens[variable])
