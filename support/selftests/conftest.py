"""What self-tests of one subject share over several modules: who is talked to, and by whom."""

from __future__ import annotations

import contextlib
import shutil

import pytest

from support.clock import FakeClock, SystemClock
from support.http.transport import Transport
from support.secrets import REDACTOR
from support.secrets.redaction import Redactor
from support.selftests.audit.audit_world import World
from support.selftests.probes import client_probe, transport_probe
from support.selftests.reference.probe import Probe
from support.selftests.servers.doors import Office
from support.selftests.servers.raw_server import RawServer
from support.selftests.servers.redis_server import RedisServer
from support.selftests.servers.timed_server import TimedServer

WAYS_IN = ("API_TOKEN", "CA_BUNDLE", "CLIENT_CERTIFICATE", "CLIENT_KEY", "OTHER_TENANT_TOKEN")


def pytest_configure(config):
    """Name the mark of tests that start whole runs, or explore for a while: `ci/check.sh --all` runs them."""
    config.addinivalue_line("markers", "whole_run: takes as long as hundreds of others; for the night")


@pytest.fixture(autouse=True)
def _nothing_told_before(monkeypatch):
    """Have no secret known when a test begins: what one registers, the next would hide."""
    monkeypatch.setattr(REDACTOR, "__dict__", vars(Redactor()))


@pytest.fixture
def probe():
    """Return a reference service in this process."""
    with Probe() as probe:
        yield probe


@pytest.fixture
def serve():
    """Start raw servers that do as they are told; return each."""
    with contextlib.ExitStack() as stack:
        yield lambda act: stack.enter_context(contextlib.closing(RawServer(act)))


@pytest.fixture
def listen():
    """Start servers that remember what they heard and when; return each."""
    with contextlib.ExitStack() as stack:
        yield lambda *told: stack.enter_context(contextlib.closing(TimedServer(*told)))


@pytest.fixture
def transport():
    """Return a transport that soon gives up."""
    with contextlib.closing(Transport(transport_probe.TARGET, SystemClock())) as made:
        yield made


@pytest.fixture
def meet(serve):
    """Start a server that answers as told, and return it with a client of it; waits cost no time."""
    with contextlib.ExitStack() as stack:

        def start(act, target=client_probe.TARGET, **options):
            server, clock = serve(act), FakeClock()
            client = client_probe.make_client(server.url + "/api", target, clock, **options)
            stack.callback(client.close)
            client.slept = clock.slept
            return server, client

        yield start


@pytest.fixture
def world(tmp_path):
    """Return the end of a story, to be audited."""
    return World(tmp_path)


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """Have certificates issued: good ones, and others that are named after what is wrong with them."""
    office = Office(tmp_path_factory.mktemp("certificates"))
    office.issue("server")
    office.issue("localhost", host="localhost")
    office.issue("client")
    office.issue("elsewhere", host="elsewhere.example.com")
    office.issue("expired", days=-1)
    office.issue("impostor", by=None)
    return office


@pytest.fixture
def bare_environment(monkeypatch, tmp_path):
    """Take every way in out of the environment, and return what sets it anew."""
    for name in WAYS_IN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("support.target.settings.ROOT", tmp_path)  # no .env but this folder's
    return monkeypatch


@pytest.fixture
def redis(tmp_path):
    """Start a Redis server of the test's own."""
    pytest.importorskip("redis", reason="the Redis client is an extra")
    if not shutil.which("redis-server"):
        pytest.importorskip("fakeredis", reason="there is neither redis-server nor what plays it")
    with contextlib.closing(RedisServer(tmp_path)) as server:
        yield server
