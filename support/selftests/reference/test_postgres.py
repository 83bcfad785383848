"""The reference service on a real replicated database: the lag is real, and what must not lag does not."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from support.reference.store import databases
from support.selftests.reference.probe import Probe

SCRIPT = Path(__file__).resolve().parents[3] / "ci" / "postgres.sh"
LAG_S, BOUND_S = 1.0, 5.0
STRONG = {"Consistency": "strong"}
IS_INSTALLED = shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
pytestmark = pytest.mark.skipif(
    not IS_INSTALLED, reason="PostgreSQL is not installed here: it is an optional part"
)


@dataclass(frozen=True)
class Pair:
    """A primary and its standby, and the process that runs them."""

    process: subprocess.Popen[str]
    primary: str
    standby: str

    def service(self, **options):
        return Probe(database=self.primary, replicas=(self.standby,), bound_s=BOUND_S, **options)


@contextmanager
def running(*command):
    """Run the script, perhaps by another command, with a folder of its own that is empty afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the servers may belong to somebody else
        process = subprocess.Popen(  # noqa: S603 - our own script
            [*command, SCRIPT, f"{LAG_S * 1000:.0f}ms"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": folder},
        )  # fmt: skip
        try:
            yield Pair(process, process.stdout.readline().strip(), process.stdout.readline().strip())
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()
            deadline = time.monotonic() + 10
            while list(Path(folder).iterdir()) and time.monotonic() < deadline:
                time.sleep(0.05)
        assert list(Path(folder).iterdir()) == []


@pytest.fixture(scope="module")
def pair():
    with running() as pair:
        yield pair


@pytest.fixture
def service(pair):
    with pair.service() as probe:
        for tenant_user in probe.all(headers=STRONG):
            probe.send("DELETE", f"/{tenant_user['id']}")
        yield probe


def watch(look, old, new):
    """Look until the new state is seen and return when; only the old one comes before it."""
    while (seen := look()) != new:
        assert seen == old
    assert all(look() == new for _ in range(30)), "once seen, it stays"
    return time.monotonic()


def break_off(url):
    """End every other session of the service's role on a server."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        others = "usename = current_user AND pid <> pg_backend_pid()"
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608


def test_a_standby_is_really_behind(service):
    """Clauses 5.1, 5.2: reads are old for a while after an acknowledged write, then new for good."""
    begun = time.monotonic()
    user = service.create()
    acknowledged = time.monotonic()
    seen = watch(lambda: service.read(user).status, 404, 200)
    assert begun + LAG_S <= seen <= acknowledged + BOUND_S
    path, query = f"/{user['id']}", f"email={user['email']}"
    begun = time.monotonic()
    new = service.send("PATCH", path, json_body={"name": "New"}).json
    assert begun + LAG_S <= watch(lambda: service.read(user).json, user, new) <= begun + BOUND_S
    begun = time.monotonic()
    assert service.send("DELETE", path).status == 204
    assert begun + LAG_S <= watch(lambda: service.all(query), [new], []) <= begun + BOUND_S
    assert service.read(user).status == 404


def test_strong_reads_and_tokens_are_not_behind(service):
    """Clauses 5.5, 5.6: at once, for one user, lists and searches, and from there on never back."""
    user = service.create()
    reply = service.send("PATCH", f"/{user['id']}", json_body={"name": "New"})
    token = {"Consistency-Token": reply.headers["consistency-token"]}
    for headers in (token, STRONG):
        assert service.read(user, headers=headers).json == reply.json
        assert service.all(headers=headers) == [reply.json]
        assert service.all(f"email={user['email']}", headers=headers) == [reply.json]
    seen = service.read(user, headers=STRONG).headers["consistency-token"]
    assert service.read(user, headers={"Consistency-Token": seen}).json == reply.json
    assert service.read(user).status == 404, "all this within the lag, or it shows nothing"
    gone = service.send("DELETE", f"/{user['id']}").headers["consistency-token"]
    for headers in ({"Consistency-Token": gone}, STRONG):
        assert service.read(user, headers=headers).status == 404


def test_the_token_of_a_read_is_what_it_has_shown(service):
    """Clause 5.5: a read of the standby promises that state, which the standby itself can keep."""
    user = service.create()
    watch(lambda: service.read(user).status, 404, 200)
    changed = service.send("PATCH", f"/{user['id']}", json_body={"name": "New"}).json
    old = service.read(user)
    token = {"Consistency-Token": old.headers["consistency-token"]}
    assert [service.read(user, headers=token).json, changed["name"]] == [user, "New"]


def test_decisions_are_made_on_the_newest_state(service):
    """Clause 5.7: uniqueness, keys and conditions do not wait for the standby, and it waits for nobody."""
    person, key = service.person(), {"Idempotency-Key": "k1"}
    first = service.send("POST", json_body=person, headers=key)
    again = service.send("POST", json_body=person, headers=key)
    assert (first.status, again.body) == (201, first.body)
    assert again.headers["idempotency-replayed"] == "true"
    assert service.send("POST", json_body=person).status == 409
    assert service.send("POST", json_body={**person, "name": "Eve"}, headers=key).status == 422
    path, tag = f"/{first.json['id']}", {"If-Match": first.headers["etag"]}
    assert service.send("PATCH", path, json_body={"name": "New"}, headers=tag).status == 200
    assert service.send("PATCH", path, json_body={"name": "Newer"}, headers=tag).status == 412
    assert service.send("DELETE", path).status == 204
    assert service.send("POST", json_body=person).status == 201
    assert service.read(first.json).status == 404
    assert service.service.store.count_users() == {"one": 1}


def test_text_is_what_it_is_elsewhere(service):
    """Clauses 1.3, 2.9, 2.10, 3.5: any script, order by code point, and NUL in questions finds nobody."""
    names = ["b", "B", "\u00e4", "\U0001f600", "%", "'; --", "a\u0308"]
    users = [service.create(name=name) for name in names]
    shown = service.all("sort=name&limit=100", headers=STRONG)
    assert [user["name"] for user in shown] == sorted(names)
    assert sorted(shown, key=lambda user: user["id"]) == sorted(users, key=lambda user: user["id"])
    for headers in (STRONG, {}):
        assert service.send("GET", "/u_%00", headers=headers).status == 404
        assert service.all("email=a%00@example.com", headers=headers) == []


def test_pages_come_from_one_state_or_a_later_one(service):
    """Clause 2.8: following the links shows everyone once, and never an older state than the page before."""
    users = [service.create() for _ in range(7)]
    reply = service.send("GET", "?limit=3", headers=STRONG)
    shown = reply.json
    while link := reply.headers.get("link", "").partition(">")[0].removeprefix("<"):
        reply = service.send("GET", link)
        shown += reply.json
    assert shown == users


def test_users_and_keys_outlive_a_restart(pair, service):
    """Clauses 4.7, 5.8: what was acknowledged is kept, and tokens stay good."""
    person, key = service.person(), {"Idempotency-Key": "k2"}
    first = service.send("POST", json_body=person, headers=key)
    token = {"Consistency-Token": first.headers["consistency-token"]}
    service.service.close()
    with pair.service() as after:
        assert after.read(first.json, headers=token).json == first.json
        assert after.send("POST", json_body=person, headers=key).body == first.body


def test_one_service_writes_at_a_time(pair, service, monkeypatch):
    """Two could not both decide about keys in progress: the second one is told so."""
    monkeypatch.setattr(databases, "_CONNECT_WITHIN_S", 1)
    assert service.create()
    with pytest.raises(ValueError, match=r"--database: .*lock"):
        pair.service()


def test_a_lost_connection_passes(pair, service):
    """Clause 8.2: the primary's costs one passing fault, a standby's nothing at all."""
    user = service.create()
    break_off(pair.primary)
    assert service.read(user, headers=STRONG).status == 502
    assert service.read(user, headers=STRONG).json == user
    break_off(pair.primary)
    reply = service.send("PATCH", f"/{user['id']}", json_body={"name": "New"})
    assert (reply.status, b"postgres" in reply.body.lower()) == (502, False)
    assert service.read(user, headers=STRONG).json == user
    watch(lambda: service.read(user).status, 404, 200)
    break_off(pair.standby)
    assert [service.read(user).status for _ in range(3)] == [200, 200, 200]
    assert service.create()


def test_a_primary_that_is_down_passes(pair, service):
    """Clause 8.2: while nobody can get in it is a passing fault, and nothing is lost by it."""
    user = service.create()
    admin = pair.primary.replace("+psycopg", "").removesuffix("users") + "postgres"
    with psycopg.connect(admin, autocommit=True) as connection:
        try:
            connection.execute("ALTER DATABASE users ALLOW_CONNECTIONS false")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'users'"
            )
            for _ in range(3):
                assert service.read(user, headers=STRONG).status == 502
                assert service.send("DELETE", f"/{user['id']}").status == 502
        finally:
            connection.execute("ALTER DATABASE users ALLOW_CONNECTIONS true")
    assert service.read(user, headers=STRONG).json == user


def test_a_server_that_follows_nobody_is_no_replica(pair):
    """What is called a standby has to be one."""
    with pytest.raises(ValueError, match="--replica: this server is no standby"):
        Probe(database=pair.primary, replicas=(pair.primary,))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_servers_end_with_whoever_started_them(number):
    """Told to stop, or left alone by a shell that was killed: no server and no folder stays."""
    by_a_shell = ["bash", "-c", '"$@" & wait $!', "bash"] if number == signal.SIGKILL else []
    with running(*by_a_shell) as pair:
        port = int(pair.primary.rpartition(":")[2].partition("/")[0])
        with socket.create_connection(("127.0.0.1", port)):
            pass
        pair.process.send_signal(number)
        pair.process.wait(10)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
