"""A service whose list is broken for good still deletes: all are deleted by id, and the figures say so."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from support.selftests.servers.raw_server import RawServer, answer, send, send_and_reset
from support.target.settings import ROOT

pytestmark = pytest.mark.whole_run

TOKEN = "broken-list-token-1234567890"
PROFILE = """
name = "broken-list"
base_path = "/api/v1"
promises = ["unique-email", "patch", "put", "strong-read", "timestamps"]
bounds = { single_s = 0.3, list_s = 0.3 }
timeouts = { connect_s = 1.0, read_s = 1.0, attempt_s = 1.0, operation_s = 2.0 }
faults.max_outage_s = 2.0
"""
KEPT_HEADERS = ("authorization", "content-type", "accept", "consistency")


class Gateway:
    """Passes everything on to a service until a few users have been created; from then on lists break."""

    def __init__(self, url, breaks):
        self._where = urlsplit(url)
        self._break = breaks
        self.created = 0
        self.refused = 0

    def __call__(self, connection, request):
        path = request.target.partition("?")[0]
        if self.created >= 3 and request.method == "GET" and path.endswith("/users"):
            self.refused += 1
            self._break(connection)
            return
        with contextlib.closing(http.client.HTTPConnection(self._where.netloc, timeout=5)) as service:
            headers = {name: request.headers[name] for name in KEPT_HEADERS if name in request.headers}
            service.request(request.method, request.target, request.body or None, headers)
            said = service.getresponse()
            self.created += request.method == "POST" and said.status == 201
            lines = "".join(
                f"{name}: {value}\r\n"
                for name, value in said.getheaders()
                if name.lower() != "content-length"
            )
            if said.status == 204:
                send(connection, b"HTTP/1.1 204 Done\r\n\r\n")
            else:
                send(connection, answer(said.status, said.read(), lines))


@pytest.fixture
def service():
    """Start a reference service of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "support.reference", "--exit-with-stdin", "--bound", "0.3"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, text=True,
        env={**os.environ, "API_TOKEN": TOKEN},
    ) as process:  # fmt: skip
        yield process.stdout.readline().strip()
        process.stdin.close()


@pytest.mark.parametrize(
    "breaks",
    [lambda connection: send(connection, answer(500)), send_and_reset],
    ids=["an error", "no answer"],
)
def test_everybody_is_deleted_by_id_and_counted_where_the_list_is_broken(service, tmp_path, breaks):
    gateway = Gateway(service, breaks)
    profile = tmp_path / "broken.toml"
    profile.write_text(PROFILE, encoding="utf-8")
    with contextlib.closing(RawServer(gateway)) as server:
        url = server.url + urlsplit(service).path
        ran = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-m", "pytest", "features", "-q", "-k", "created", "-p", "no:cacheprovider",
             f"--alluredir={tmp_path}/a", f"--junitxml={tmp_path}/j.xml", f"--reports={tmp_path}/r"],
            cwd=ROOT, env={**os.environ, "API_TOKEN": TOKEN, "BASE_URL": url, "TARGET": str(profile)},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    users = json.loads((tmp_path / "r" / "summary.json").read_text(encoding="utf-8"))["users"]
    assert users["created"] == users["deleted"] > 3, ran.stdout[-3000:]
    assert users["left"] is None
    assert "the list could not be looked at: list users: GET /api/v1/users" in ran.stdout
    assert gateway.refused > 0
    where = urlsplit(service)
    with contextlib.closing(http.client.HTTPConnection(where.netloc, timeout=5)) as direct:
        headers = {"Authorization": f"Bearer {TOKEN}", "Consistency": "strong"}
        direct.request("GET", f"{where.path}/users", headers=headers)
        assert json.loads(direct.getresponse().read()) == []
