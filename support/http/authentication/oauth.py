"""Access tokens by the client credentials grant (RFC 6749 §4.4)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from support.errors import ConfigurationError
from support.http.authentication.tokens import TokenSource, as_life
from support.http.strict_json import MalformedAnswer, parse_json
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from support.clock import Clock
    from support.http.transport import Transport
    from support.target.credentials.authentication import OAuth2


class Issuer(TokenSource):
    """Gives one client's access token.

    `variable` names where the client's id and secret came from, for messages.
    """

    def __init__(
        self,
        settings: OAuth2,
        client_id: str,
        secret: str,
        variable: str,
        *,
        transport: Transport,
        clock: Clock,
    ) -> None:
        super().__init__(settings.token_url, "POST", "access token", variable, transport, clock)
        self._settings = settings
        self._id, self._secret = client_id, secret

    def _request(self) -> tuple[dict[str, str], bytes]:
        form = {"grant_type": "client_credentials", **self._settings.parameters}
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        if self._settings.scope:
            form["scope"] = self._settings.scope
        if self._settings.client_in == "header":
            # Form-encoded first (RFC 6749 §2.3.1).
            pair = f"{quote(self._id, safe='')}:{quote(self._secret, safe='')}"
            coded = base64.b64encode(pair.encode()).decode()
            REDACTOR.register(coded, self.variable)
            headers["Authorization"] = f"Basic {coded}"
        else:
            form |= {"client_id": self._id, "client_secret": self._secret}
        return headers, urlencode(form).encode()

    def _read(self, status: int, body: bytes) -> tuple[str, float | None]:
        """Read a token and its life [s] (RFC 6749 §5.1)."""
        try:
            answer = parse_json(body)
        except MalformedAnswer as error:
            what = f"answered {status}, {error}"
            raise ConfigurationError(f"{self.url} is no OAuth 2 token endpoint: {what}") from None
        members = answer if isinstance(answer, dict) else {}
        if status != 200:
            # Hidden before it is cut: an issuer may repeat what it was sent.
            said = REDACTOR.text(str(members.get("error", "without a reason")))[:60]
            raise ConfigurationError(
                f"{self.url} refuses the client in {self.variable} ({status} {said}): "
                f"are id and secret right?"
            )
        token = members.get("access_token")
        if not isinstance(token, str) or not token or str(members.get("token_type", "")).lower() != "bearer":
            raise ConfigurationError(f"{self.url} gave no bearer token for {self.variable}")
        life_s = as_life(members.get("expires_in", self._settings.lifetime_s))
        if life_s is None:
            raise ConfigurationError(f"{self.url} gave a token for {self.variable} that has already expired")
        return token, life_s
