"""Access tokens by the client credentials grant (RFC 6749 §4.4), renewed before they expire.

Asks the issuer and nobody else; what the target makes of a token is not seen here. Every token is registered
for redaction before it is given away.
"""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from support.errors import ConfigurationError, Inconclusive
from support.http.strict_json import MalformedAnswer, parse_json
from support.http.transport import NO_TRUST
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from support.clock import Clock
    from support.http.history import Exchange
    from support.http.transport import Transport
    from support.target.authentication import OAuth2

MOST_ASKED = 5
FIRST_PAUSE_S = 0.2
PASSING = frozenset({429, 500, 502, 503, 504})
EARLY_S = 30.0  # before its end a token is renewed, and no earlier than at half its life


class Issuer:
    """Gives one client's access token; the same one to all threads until it must be renewed.

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
        self._settings = settings
        self._id, self._secret = client_id, secret
        self._variable = variable
        self._transport = transport
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = 0.0

    def token(self) -> str:
        """Return a token that has not expired.

        Raises ConfigurationError when the issuer refuses the client or is none, Inconclusive when it gives
        no answer; nothing because of what the target makes of the token.
        """
        with self._lock:
            asked_at = self._clock.monotonic()
            if not self._token or asked_at >= self._renew_at:
                token, life_s = self._read(self._ask())
                REDACTOR.register(token, "access token")
                self._token = token
                self._renew_at = asked_at + max(life_s / 2, life_s - EARLY_S)
            return self._token

    def drop(self, token: str) -> None:
        """Forget a token that was refused, unless another one has taken its place already."""
        with self._lock:
            if token == self._token:
                self._token = ""

    def _ask(self) -> Exchange:
        """Ask for a token; again where that fails in passing."""
        headers, body = self._request()
        where = self._settings.token_url
        for number in range(1, MOST_ASKED + 1):
            exchange = self._transport.exchange("POST", where, headers, body, number)
            if exchange.fault and exchange.fault.startswith(NO_TRUST):
                raise ConfigurationError(f"{where}: {exchange.fault}")
            if exchange.response is not None and exchange.response.status not in PASSING:
                return exchange
            if number < MOST_ASKED:
                self._clock.sleep(FIRST_PAUSE_S * 2 ** (number - 1))
        raise Inconclusive(f"{where} gives no access token: {exchange.describe()}")

    def _request(self) -> tuple[dict[str, str], bytes]:
        form = {"grant_type": "client_credentials", **self._settings.parameters}
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        if self._settings.scope:
            form["scope"] = self._settings.scope
        if self._settings.client_in == "header":
            # Form-encoded first (RFC 6749 §2.3.1).
            pair = f"{quote(self._id, safe='')}:{quote(self._secret, safe='')}"
            coded = base64.b64encode(pair.encode()).decode()
            REDACTOR.register(coded, self._variable)
            headers["Authorization"] = f"Basic {coded}"
        else:
            form |= {"client_id": self._id, "client_secret": self._secret}
        return headers, urlencode(form).encode()

    def _read(self, exchange: Exchange) -> tuple[str, float]:
        """Read a token and its life [s] (RFC 6749 §5.1)."""
        where, response = self._settings.token_url, exchange.response
        assert response is not None
        try:
            answer = parse_json(response.body)
        except MalformedAnswer as error:
            what = f"answered {response.status}, {error}"
            raise ConfigurationError(f"{where} is no OAuth 2 token endpoint: {what}") from None
        members = answer if isinstance(answer, dict) else {}
        if response.status != 200:
            # Hidden before it is cut: an issuer may repeat what it was sent.
            said = REDACTOR.text(str(members.get("error", "without a reason")))[:60]
            raise ConfigurationError(
                f"{where} refuses the client in {self._variable} ({response.status} {said}): "
                f"are id and secret right?"
            )
        token, life_s = members.get("access_token"), members.get("expires_in", self._settings.lifetime_s)
        if not isinstance(token, str) or not token or str(members.get("token_type", "")).lower() != "bearer":
            raise ConfigurationError(f"{where} gave no bearer token for {self._variable}")
        if isinstance(life_s, bool) or not isinstance(life_s, int | float) or life_s <= 0:
            raise ConfigurationError(f"{where} gave a token for {self._variable} that has already expired")
        return token, float(life_s)
