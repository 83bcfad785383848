"""Every way in is let in by a real server that demands it, and every wrong one is one clear line."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from support.applicability import reasons_against
from support.canary import check
from support.cleanup import Sweeper
from support.client import Call
from support.clock import FakeClock, SystemClock
from support.credentials import credentials_for
from support.errors import ConfigurationError, Inconclusive
from support.oauth import Issuer
from support.redaction import REDACTOR
from support.selftests.doors import Door, Office
from support.settings import ROOT, load_tls, load_tokens
from support.targets import parse_target
from support.transport import Transport

if TYPE_CHECKING:
    from support.selftests.doors import Visit

SECRET = "correct-horse-battery-staple"
ANY_VARIABLE = ("API_TOKEN", "CA_BUNDLE", "CLIENT_CERTIFICATE", "CLIENT_KEY", "OTHER_TENANT_TOKEN")


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("certificates"))
    office.issue("server")
    office.issue("client")
    office.issue("elsewhere", host="elsewhere.example.com")
    office.issue("expired", days=-1)
    office.issue("impostor", by=None)
    return office


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ANY_VARIABLE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("support.settings.ROOT", tmp_path)  # no .env but this folder's


def knock(door: Door, auth: dict[str, Any], **profile: Any) -> None:
    """Look in the way a run does before its first story."""
    raw = {"name": "door", "auth": auth, "faults": {"max_outage_s": 0}, **profile}
    target = parse_target(raw, source="door.toml")
    check(Sweeper(door.url, target, load_tokens(target)).client, SystemClock())


def complaint(door: Door, auth: dict[str, Any], **profile: Any) -> str:
    """Give the one line that a run would end with."""
    with pytest.raises(ConfigurationError) as caught:
        knock(door, auth, **profile)
    line = str(caught.value)
    assert "\n" not in line
    assert len(line) < 300
    assert SECRET not in line
    return line


def bears(value: str, header: str = "authorization") -> Any:
    return lambda visit: visit.headers.get(header) == value


def basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


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
            mine = credentials_for(target.auth, load_tokens(target), "API_TOKEN")
            assert mine is not None
            other = mine.altered(lambda secret: secret[::-1])
            assert dict(other.headers()) != dict(mine.headers())
        assert REDACTOR.contains_secret(SECRET[::-1])


class Bank:
    """An issuer of access tokens that live for a while."""

    def __init__(self, life_s: object = 3600, pair: str = f"my%3Aclient:{SECRET}") -> None:
        self.life_s = life_s
        self.pair = pair
        self.given: list[str] = []
        self.failures = 0

    def issue(self, visit: Visit) -> tuple[int, dict[str, object]]:
        if self.failures:
            self.failures -= 1
            return 503, {}
        form = {name: values[0] for name, values in visit.form.items()}
        in_body = f"{form.get('client_id')}:{form.get('client_secret')}" == self.pair.replace("%3A", ":", 1)
        if visit.headers.get("authorization") != basic(self.pair) and not in_body:
            return 401, {"error": "invalid_client"}
        assert form["grant_type"] == "client_credentials"
        self.given.append(f"issued-token-{len(self.given)}-{form.get('scope', '')}-{'x' * 12}")
        return 200, {"access_token": self.given[-1], "token_type": "Bearer", "expires_in": self.life_s}

    def knows(self, visit: Visit) -> bool:
        return bool(self.given) and visit.headers.get("authorization") == f"Bearer {self.given[-1]}"


class TestIssuedTokens:
    @pytest.fixture(autouse=True)
    def _client(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("API_TOKEN", f"my%3Aclient:{SECRET}")

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
        monkeypatch.setattr("support.oauth.FIRST_PAUSE_S", 0.01)
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


class TestCertificates:
    auth: ClassVar[dict[str, Any]] = {"scheme": "none", "tls": {"ca": "CA_BUNDLE"}}
    mutual: ClassVar[dict[str, Any]] = {
        "scheme": "none",
        "tls": {"ca": "CA_BUNDLE", "certificate": "CLIENT_CERTIFICATE", "key": "CLIENT_KEY"},
    }

    @pytest.fixture(autouse=True)
    def _files(self, monkeypatch: pytest.MonkeyPatch, office: Office) -> None:
        monkeypatch.setenv("CA_BUNDLE", office.path("ca"))
        monkeypatch.setenv("CLIENT_CERTIFICATE", office.path("client"))
        monkeypatch.setenv("CLIENT_KEY", office.path("client", "key"))

    def test_private_authority(self, office: Office) -> None:
        """A service with a certificate of a private authority is trusted where the profile names that."""
        with Door(tls=office.server("server")) as door:
            knock(door, self.auth)
            line = complaint(door, {"scheme": "none"})
        assert "no secure connection: the service's certificate is not accepted: " in line
        assert "private CA bundle" in line

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("expired", "certificate has expired"),
            ("elsewhere", "not valid for '127.0.0.1'"),
            ("impostor", "self-signed certificate"),
        ],
    )
    def test_bad_certificate(self, office: Office, name: str, why: str) -> None:
        """A certificate that has expired, is for another host or is self-made stops the run and says why."""
        with Door(tls=office.server(name)) as door:
            assert why in complaint(door, self.auth)
            assert not door.visits

    def test_never_unverified(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing in profile or environment makes the client accept what cannot be verified."""
        impostor = office.path("impostor")
        for name, value in (
            ("REQUESTS_CA_BUNDLE", impostor),
            ("SSL_CERT_FILE", impostor),
            ("CURL_CA_BUNDLE", ""),
            ("PYTHONHTTPSVERIFY", "0"),
        ):
            monkeypatch.setenv(name, value)
        with Door(tls=office.server("impostor")) as door:
            assert "not accepted" in complaint(door, {"scheme": "none"})
            for attempt in ({"verify": False}, {"insecure": True}):
                assert "is no key of a profile" in complaint(door, {"scheme": "none", "tls": attempt})
            for value in ("", "false", "0"):
                monkeypatch.setenv("CA_BUNDLE", value)
                assert complaint(door, self.auth).startswith("CA_BUNDLE")
            assert not door.visits

    def test_mutual(self, office: Office) -> None:
        """A service that wants to see a certificate of the client sees the one that the profile names."""
        with Door(tls=office.server("server", wants_client=True)) as door:
            knock(door, self.mutual)
            assert door.visits[-1].certificate == "client"

    def test_mutual_with_token(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        """A certificate and an issued token go together, for the issuer too."""
        monkeypatch.setenv("API_TOKEN", f"my%3Aclient:{SECRET}")
        bank = Bank()
        with Door(bank.knows, bank.issue, tls=office.server("server", wants_client=True)) as door:
            knock(
                door,
                {**self.mutual, "scheme": "oauth2", "oauth2": {"token_url": f"{door.url}/token"}},
            )
            assert {visit.certificate for visit in door.visits} == {"client"}

    def test_no_client_certificate(self, office: Office) -> None:
        """A client that shows no certificate where one is wanted is told what the service said."""
        with Door(tls=office.server("server", wants_client=True)) as door:
            assert "the service says: certificate required" in complaint(door, self.auth)

    def test_wrong_client_certificate(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        """A certificate of another authority is refused, in one line."""
        monkeypatch.setenv("CLIENT_CERTIFICATE", office.path("impostor"))
        monkeypatch.setenv("CLIENT_KEY", office.path("impostor", "key"))
        with Door(tls=office.server("server", wants_client=True)) as door:
            line = complaint(door, self.mutual)
            assert "no secure connection: the service says: unknown ca" in line
            assert "CLIENT_CERTIFICATE" in line
            assert not door.visits

    def test_files(self, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """A file that is missing, empty, locked or of another certificate is named with its variable."""
        target = parse_target({"name": "door", "auth": self.mutual}, source="x")
        (tmp_path / "empty.pem").write_text("")
        cases = {
            ("CA_BUNDLE", str(tmp_path / "none.pem")): "cannot be read",
            ("CA_BUNDLE", str(tmp_path / "empty.pem")): "holds no certificates",
            ("CLIENT_KEY", office.path("server", "key")): "is not the key of the certificate in CLIENT_CERT",
            ("CLIENT_KEY", office.lock("client")): "is locked by a passphrase",
            ("CLIENT_CERTIFICATE", str(tmp_path / "empty.pem")): "no certificate and key in PEM form",
        }
        for (variable, path), why in cases.items():
            with monkeypatch.context() as patched:
                patched.setenv(variable, path)
                with pytest.raises(ConfigurationError, match=variable) as caught:
                    load_tls(target.auth)
            assert why in str(caught.value)

    def test_key_is_secret(self, office: Office) -> None:
        """What is in a client's key is hidden as any other secret."""
        load_tls(parse_target({"name": "door", "auth": self.mutual}, source="x").auth)
        line = Path(office.path("client", "key")).read_text(encoding="ascii").splitlines()[1]
        assert REDACTOR.contains_secret(line)


class TestRuns:
    """The same from outside: what a caller sees of a set-up that cannot work."""

    @staticmethod
    def run(folder: Path, profile: str, *options: str, **variables: str) -> tuple[int, str, str]:
        """Run the stories against a profile; give the exit code and what was said."""
        file = folder / "door.toml"
        file.write_text(f'name = "door"\n{profile}')
        folders = (f"--alluredir={folder / 'allure'}", f"--junitxml={folder / 'junit.xml'}")
        arguments = (
            "-o",
            "addopts=",
            "-p",
            "no:cacheprovider",
            "-q",
            *folders,
            f"--reports={folder}",
            "steps",
        )
        ended = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-m", "pytest", *arguments, "--target", str(file), *options],
            cwd=ROOT,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return ended.returncode, ended.stdout, ended.stderr

    def test_bad_certificate(self, office: Office, tmp_path: Path) -> None:
        """A run against a certificate that has expired ends with 4 and one line."""
        with Door(tls=office.server("expired")) as door:
            profile = f'base_url = "{door.url}"\nauth.scheme = "none"\nauth.tls.ca = "CA_BUNDLE"\n'
            code, out, err = self.run(tmp_path, profile, CA_BUNDLE=office.path("ca"), BASE_URL="")
        assert code == 4
        assert "certificate has expired" in err
        assert len(err.strip().splitlines()) == 1
        assert "Traceback" not in out + err

    def test_production(self, tmp_path: Path) -> None:
        """Where people rely on the target nothing is sent without the explicit flag."""
        with Door() as door:
            profile = f'base_url = "{door.url}"\nproduction = true\nauth.scheme = "none"\n'
            code, out, err = self.run(tmp_path, profile, BASE_URL="")
            assert code == 4
            assert "give --production" in err
            assert not door.visits
            code, out, err = self.run(
                tmp_path, profile, "--production", "-k", "nothing_is_called_so", BASE_URL=""
            )
            assert code == 5, out + err
            assert door.visits
