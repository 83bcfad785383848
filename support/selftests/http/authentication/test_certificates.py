"""Certificates of both sides are held against each other, and every wrong one is one clear line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from support.errors import ConfigurationError
from support.secrets.redaction import REDACTOR
from support.selftests.probes.door_probe import SECRET, Bank, complaint, knock
from support.selftests.servers.doors import Door, Office
from support.target.profiles import parse_target
from support.target.settings import load_tls


class TestCertificates:
    auth: ClassVar[dict[str, Any]] = {"scheme": "none", "tls": {"ca": "CA_BUNDLE"}}
    mutual: ClassVar[dict[str, Any]] = {
        "scheme": "none",
        "tls": {"ca": "CA_BUNDLE", "certificate": "CLIENT_CERTIFICATE", "key": "CLIENT_KEY"},
    }

    @pytest.fixture(autouse=True)
    def _files(self, bare_environment: pytest.MonkeyPatch, office: Office) -> None:
        bare_environment.setenv("CA_BUNDLE", office.path("ca"))
        bare_environment.setenv("CLIENT_CERTIFICATE", office.path("client"))
        bare_environment.setenv("CLIENT_KEY", office.path("client", "key"))

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
