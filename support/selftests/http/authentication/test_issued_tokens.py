"""Tokens that somebody issues are fetched, kept, renewed and hidden; an issuer at fault is one clear line."""

from __future__ import annotations

from typing import Any

import pytest

from support.cleanup.sweep import Sweeper
from support.clock import FakeClock
from support.errors import Inconclusive
from support.http.authentication.oauth import Issuer
from support.http.call import Call
from support.http.transport import Transport
from support.secrets.redaction import REDACTOR
from support.selftests.probes.door_probe import SECRET, Bank, complaint, knock
from support.selftests.servers.doors import Door
from support.target.profiles import parse_target
from support.target.settings import load_tokens


class TestIssuedTokens:
    @pytest.fixture(autouse=True)
    def _client(self, bare_environment: pytest.MonkeyPatch) -> None:
        bare_environment.setenv("API_TOKEN", f"my%3Aclient:{SECRET}")

    @staticmethod
    def auth(door: Door, **settings: Any) -> dict[str, Any]:
        return {"scheme": "oauth2", "oauth2": {"token_url": f"{door.url}/token", **settings}}

    @pytest.mark.parametrize("place", ["header", "body"])
    def test_fetched(self, place: str) -> None:
        """A token is asked for with id and secret, used, and hidden from then on."""
        bank = Bank()
        with Door(bank.knows, bank.issue) as door:
            knock(door, self.auth(door, client_in=place, scope="users"))
            assert len(bank.given) == 1
            assert bank.given[0].endswith("-users-xxxxxxxxxxxx")
        assert REDACTOR.contains_secret(bank.given[0])
        assert REDACTOR.contains_secret(f"client_secret={SECRET}")

    def test_one_for_many(self) -> None:
        """One token serves many requests."""
        bank = Bank()
        with Door(bank.knows, bank.issue) as door:
            raw = {"name": "door", "auth": self.auth(door)}
            target = parse_target(raw, source="x")
            client = Sweeper(door.url, target, load_tokens(target)).client
            for _ in range(5):
                operation = client.send(Call("GET", "/users"), "list", "users")
                assert operation.last.response is not None
                assert operation.last.response.status == 200
            assert len(bank.given) == 1

    @pytest.mark.parametrize(("life_s", "lasts_s"), [(3600, 3570), (40, 20)])
    def test_renewed(self, life_s: int, lasts_s: int) -> None:
        """A token is renewed half a minute before its end, a short-lived one at half its life."""
        bank, clock = Bank(life_s), FakeClock()
        with Door(bank.knows, bank.issue) as door:
            target = parse_target({"name": "door", "auth": self.auth(door)}, source="x")
            issuer = Issuer(
                target.auth.oauth2,
                "my:client",
                SECRET,
                "API_TOKEN",
                transport=Transport(target, clock),
                clock=clock,
            )
            first = issuer.token()
            clock.advance(lasts_s - 1)
            assert issuer.token() == first
            clock.advance(2)
            assert issuer.token() != first
            assert len(bank.given) == 2

    def test_refused_client(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A secret that the issuer refuses is told by the name of its variable."""
        monkeypatch.setenv("API_TOKEN", "my%3Aclient:wrong-secret")
        bank = Bank()
        with Door(bank.knows, bank.issue) as door:
            line = complaint(door, self.auth(door))
        assert "/token refuses the client in API_TOKEN (401 invalid_client)" in line

    def test_refused_token(self) -> None:
        """A token that the service takes for expired is told as such."""
        bank = Bank()
        challenge = 'Bearer error="invalid_token", error_description="The access token expired"'
        with Door(lambda _: False, bank.issue, challenge) as door:
            line = complaint(door, self.auth(door))
        assert "refuses as expired the access token of" in line
        assert bank.given[0] not in line

    @pytest.mark.parametrize("life_s", [0, -5, "soon"])
    def test_born_expired(self, life_s: object) -> None:
        """A token without a life is no token."""
        bank = Bank(life_s)
        with Door(bank.knows, bank.issue) as door:
            assert "has already expired" in complaint(door, self.auth(door))

    def test_flaky_issuer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An issuer that fails in passing is asked again; one that stays away makes no verdict."""
        monkeypatch.setattr("support.http.authentication.tokens.FIRST_PAUSE_S", 0.01)
        bank = Bank()
        bank.failures = 2
        with Door(bank.knows, bank.issue) as door:
            knock(door, self.auth(door))
            bank.failures = 99
            with pytest.raises(Inconclusive, match="gives no access token: answered 503"):
                knock(door, self.auth(door))

    def test_no_issuer(self) -> None:
        """A page where the issuer should be is told as such."""
        with Door() as door:
            assert "refuses the client in API_TOKEN (404 without a reason)" in complaint(
                door, self.auth(door)
            )
            assert "scheme 'oauth2' needs oauth2.token_url" in complaint(door, {"scheme": "oauth2"})
            line = complaint(
                door, {"scheme": "oauth2", "oauth2": {"token_url": "http://issuer.example.com/token"}}
            )
            assert "must be an https URL" in line
