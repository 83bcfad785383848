"""Every token lets in where a real server demands it, and every wrong one is one clear line."""

from __future__ import annotations

import pytest

from support.http.authentication.credentials import credentials_for
from support.runner.applicability import reasons_against
from support.secrets.redaction import REDACTOR
from support.selftests.probes.door_probe import SECRET, basic, bears, complaint, knock
from support.selftests.servers.doors import Door
from support.target.profiles import parse_target
from support.target.settings import load_tokens

pytestmark = pytest.mark.usefixtures("bare_environment")


class TestTokens:
    def test_bearer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A bearer token opens, another one is refused by the name of its variable."""
        monkeypatch.setenv("API_TOKEN", SECRET)
        with Door(bears(f"Bearer {SECRET}")) as door:
            knock(door, {})
            monkeypatch.setenv("API_TOKEN", "another-one")
            assert "refuses the token in API_TOKEN (401)" in complaint(door, {})

    def test_basic(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """User and password open; colons and accents in the password are its own."""
        monkeypatch.setenv("API_TOKEN", f"ada:{SECRET}:é")
        with Door(bears(basic(f"ada:{SECRET}:é"))) as door:
            knock(door, {"scheme": "basic"})
        assert REDACTOR.contains_secret(f"{SECRET}:é")
        assert REDACTOR.contains_secret(basic(f"ada:{SECRET}:é"))

    @pytest.mark.parametrize("value", ["ada", "ada:", ":secret"])
    def test_basic_needs_both(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        """Half a login is told before anything is sent."""
        monkeypatch.setenv("API_TOKEN", value)
        with Door() as door:
            assert complaint(door, {"scheme": "basic"}).startswith("API_TOKEN must hold id:secret")
            assert not door.visits

    def test_key_in_header(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An API key goes into the header that the profile names, and is hidden there."""
        monkeypatch.setenv("API_TOKEN", SECRET)
        with Door(bears(SECRET, "x-door-key")) as door:
            knock(door, {"scheme": "api-key", "header": "X-Door-Key"})
        assert SECRET not in REDACTOR.header("X-Door-Key", SECRET)

    def test_key_in_query(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An API key goes into the query where the profile names a parameter, and is hidden in URLs."""
        monkeypatch.setenv("API_TOKEN", "a key&more=" + SECRET)
        with Door(lambda visit: visit.query.get("key") == ["a key&more=" + SECRET]) as door:
            knock(door, {"scheme": "api-key", "query": "key"})
        assert SECRET not in REDACTOR.text(f"{door.url}/users?key=a%20key%26more%3D{SECRET}")

    def test_missing(self) -> None:
        """A variable that is not set is named, and so is where to put it."""
        with Door() as door:
            assert complaint(door, {}) == (
                "API_TOKEN is not set: target 'door' wants a token; put it into the environment or into .env"
            )

    def test_missing_second(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without its second token a promise is left out, and the reason names the variable."""
        monkeypatch.setenv("API_TOKEN", SECRET)
        raw = {"name": "door", "auth": {"other_tenant": "OTHER_TENANT_TOKEN"}, "promises": ["tenants"]}
        target = parse_target(raw, source="x")
        reasons = list(reasons_against(["needs-tenants"], {}, target, load_tokens(target)))
        assert len(reasons) == 1
        assert reasons[0].startswith("OTHER_TENANT_TOKEN is not set")

    def test_value_in_profile(self) -> None:
        """A token in the profile instead of its variable's name is refused and not repeated."""
        with Door() as door:
            assert "auth.token: must be the name of an environment variable" in complaint(
                door, {"token": SECRET}
            )

    def test_line_break(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A token with a line break is told as such and not as a fault of the service."""
        monkeypatch.setenv("API_TOKEN", f"{SECRET}\nX: 1")
        with Door() as door:
            assert complaint(door, {}).startswith("API_TOKEN has a line break")

    def test_altered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each scheme can send its secret tampered with, which is then as hidden as the secret."""
        monkeypatch.setenv("API_TOKEN", f"ada:{SECRET}")
        for scheme in ("bearer", "basic", "api-key"):
            target = parse_target({"name": "door", "auth": {"scheme": scheme}}, source="x")
            mine = credentials_for(target, load_tokens(target), "API_TOKEN")
            assert mine is not None
            other = mine.altered(lambda secret: secret[::-1])
            assert dict(other.headers()) != dict(mine.headers())
        assert REDACTOR.contains_secret(SECRET[::-1])
