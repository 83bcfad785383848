"""The reference service as a process: its one line, its end, its folder, and real connections."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress

import pytest

COMMAND = [sys.executable, "-m", "support.reference"]
HEAD = "Host: x\r\nAuthorization: Bearer reference-api-token\r\n"


@contextmanager
def running(tmp_path, *arguments):
    """Start the service with its temporary folder below `tmp_path`; return the process and its port."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(  # noqa: S603 - this interpreter
        [*COMMAND, "--exit-with-stdin", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True,
    )  # fmt: skip
    try:
        line = process.stdout.readline()
        assert line.startswith("http://127.0.0.1:"), process.stderr.read()
        assert line.endswith("/api/v1\n")
        yield process, int(line.split(":")[2].split("/")[0])
    finally:
        process.kill()
        process.communicate()


def exchange(port, raw):
    """Send bytes over a fresh connection and return everything that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(raw)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def receive(connection):
    """Return one whole answer of a connection that stays open."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head)[1])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def post(port, body, headers=""):
    fields = f"{HEAD}Content-Type: application/json\r\nConnection: close\r\n{headers}"
    content = json.dumps(body).encode()
    head = f"POST /api/v1/users HTTP/1.1\r\n{fields}"
    return exchange(port, f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)


def assert_gone(process, tmp_path):
    out, err = process.communicate(timeout=5)
    assert (process.returncode, out, err) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_it_ends_with_standard_input(tmp_path):
    """It ends when its parent does, however that came about, and leaves no folder."""
    with running(tmp_path) as (process, port):
        assert b" 201 " in post(port, {"name": "Ada", "email": "ada@example.com"})
        assert len(list(tmp_path.iterdir())) == 1
        process.stdin.close()
        process.stdin = None
        assert_gone(process, tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_is_told_to(tmp_path, number):
    """Signals end it cleanly, also while a connection is open."""
    with running(tmp_path) as (process, port), socket.create_connection(("127.0.0.1", port)):
        process.send_signal(number)
        assert_gone(process, tmp_path)


def test_wrong_options_are_one_line():
    """Exit 2 and one line that names the trouble."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for arguments, word in (
            (["--weather", "foggy"], "foggy"),
            (["--defect", "M00"], "M00"),
            (["--oddity", "B00"], "B00"),
            (["--port", port], port),
            (["--port", "x"], "x"),
            (["--residents", "-1"], "--residents"),
            (["--residents", "1000001"], "--residents"),
            (["--replica", "postgresql+psycopg://127.0.0.1:1/users"], "--database"),
            (["--database", "nonsense"], "--database"),
            (["--database", "sqlite:////no/such/folder/users.db"], "unable to open"),
            (["--database", "postgresql+psycopg://users:s3cret@127.0.0.1:1/users"], "refused"),
        ):
            done = subprocess.run(  # noqa: S603 - this interpreter
                [*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False
            )
            assert (done.returncode, done.stdout) == (2, "")
            assert word in done.stderr
            assert done.stderr.count("\n") == 1
            assert "s3cret" not in done.stderr


def test_a_database_by_url_outlives_a_restart(tmp_path):
    """Clause 4.7: users and keys are still known afterwards."""
    folder = tmp_path / "kept"
    folder.mkdir()
    key = "Idempotency-Key: k1\r\n"
    person = {"name": "Ada", "email": "ada@example.com"}
    bodies = []
    for _ in range(2):
        with running(folder, "--database", f"sqlite:///{tmp_path}/users.db") as (process, port):
            bodies.append(post(port, person, key).partition(b"\r\n\r\n")[2])
            assert b" 409 " in post(port, person)
            process.kill()
            process.wait()
    assert bodies[0] == bodies[1]


def test_pieces_and_slow_bytes_are_one_request(tmp_path):
    """A body in chunks or with a late last byte is understood the same."""
    with (
        running(tmp_path) as (_, port),
        socket.create_connection(("127.0.0.1", port), timeout=5) as connection,
    ):
        body = json.dumps({"name": "Ada", "email": "ada@example.com"}).encode()
        head = f"POST /api/v1/users HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\n"
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        for piece in (body[:9], body[9:]):
            time.sleep(0.05)
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        assert b" 201 " in receive(connection)
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-1])
        time.sleep(0.05)
        connection.sendall(body[-1:])
        assert b" 409 " in receive(connection)


def test_hanging_up_never_wedges_a_key(tmp_path):
    """Clause 4.4: whenever the caller hangs up, the key gets a final answer afterwards, and one user."""
    with running(tmp_path, "--inspect") as (_, port):
        for number in range(12):
            person = {"name": "Ada", "email": f"ada{number}@example.com", "password": "s3cret-word"}
            content = json.dumps(person).encode()
            key = f"Idempotency-Key: k{number}\r\n"
            head = f"POST /api/v1/users HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\n{key}"
            with socket.create_connection(("127.0.0.1", port)) as connection:
                sent = content if number % 3 else content[:-2]
                connection.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + sent)
                time.sleep((number % 3) * 0.002)
            for _ in range(100):
                reply = post(port, person, key)
                if b" 201 " in reply:
                    break
            assert b" 201 " in reply
        inside = urllib.request.urlopen(f"http://127.0.0.1:{port}/inspect/users").read()
        assert json.loads(inside) == {"one": 12}


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /api/v1/users/\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /api/v1/users/%ff%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"BREW /api/v1/users HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /api/v1/users?email=%ff&limit=%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\nConnection: close\r\n\r\n",
    ],
)
def test_odd_requests_are_refused(tmp_path, raw):
    """Clause 3.5: no input is answered with 5xx, and nothing is said about it on standard error."""
    with running(tmp_path) as (process, port):
        status = int(exchange(port, raw).split()[1])
        assert 400 <= status < 500
        process.stdin.close()
        process.stdin = None
        assert_gone(process, tmp_path)


def test_an_enormous_body_harms_nobody(tmp_path):
    """Clause 3.2: it is turned away, and the next request is served."""
    with running(tmp_path) as (_, port):
        assert b" 413 " in post(port, {"name": "x" * 500_000})
        # The connection may break before the answer is read, as the moment has it.
        with suppress(ConnectionError):
            assert b" 413 " in post(port, {"name": "x" * 30_000_000})
        assert b" 201 " in post(port, {"name": "Ada", "email": "ada@example.com"})
