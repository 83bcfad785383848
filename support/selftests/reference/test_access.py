"""The reference service keeps the contract on access and its limits, clause by clause, without a socket."""

from __future__ import annotations

import re

import pytest
from starlette.requests import Request

from support.reference.faults.switches import Switches
from support.reference.http.auth import Doorkeeper
from support.selftests.reference.probe import MAIN, OTHER, READER, THROTTLED


def test_nobody_without_a_token(probe):
    """Clause 7.1."""
    user = probe.create()
    requests = [
        ("GET", ""),
        ("POST", ""),
        *((m, f"/{user['id']}") for m in ("GET", "HEAD", "PUT", "PATCH", "DELETE")),
    ]
    for method, path in requests:
        for token in (None, "", "wrong", MAIN[:-1], MAIN + "x", MAIN.upper(), MAIN.encode() + b"\xff"):
            reply = probe.send(
                method, path, token=token, json_body=probe.person() if method[0] == "P" else None
            )
            assert reply.status == 401
            assert reply.headers["www-authenticate"].startswith("Bearer")
    assert probe.all() == [user]


def test_what_tokens_may_do(probe):
    """Clauses 7.2, 7.3, 7.5."""
    user = probe.create()
    path = f"/{user['id']}"
    assert probe.read(user, token=READER).json == user
    for method, where in (("POST", ""), ("PUT", path), ("PATCH", path), ("DELETE", path)):
        assert probe.send(method, where, json_body=probe.person(), token=READER).status == 403
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert probe.send(method, path, json_body=probe.person(), token=OTHER).status == 404
    assert probe.all(token=OTHER) == []
    assert probe.send("GET", token=OTHER).headers["x-total-count"] == "0"
    assert probe.all(f"email={user['email']}", token=OTHER) == []
    assert probe.read(user).headers["cache-control"] == "no-store"
    assert probe.all() == [user]


def test_too_many_requests(probe):
    """Clause 8.1: one token is held back and told until when; the others are not."""
    replies = [probe.send("POST", json_body=probe.person(), token=THROTTLED) for _ in range(9)]
    refused = [reply for reply in replies if reply.status == 429]
    assert len(refused) >= 3
    assert all(re.fullmatch(r"\d+|\w{3}, .* GMT", reply.headers["retry-after"]) for reply in refused)
    assert probe.send("GET").status == 200
    assert len(probe.all()) == len(replies) - len(refused)


def test_correlation(probe):
    """Clause 8.3: one's own word is echoed, anything else gets a word of the service's."""
    assert probe.send("GET", headers={"X-Correlation-ID": "abc-1"}).headers["x-correlation-id"] == "abc-1"
    own = {probe.send("GET", headers={"traceparent": "00-zz"}).headers["x-correlation-id"] for _ in range(3)}
    assert len(own) == 3
    assert probe.send("GET", headers={"X-Correlation-ID": "a b"}).headers["x-correlation-id"] != "a b"
    assert probe.send("GET", "/api/v1/health", token=None).status == 200


def test_tokens_of_every_kind_are_understood():
    """Clause 7.1: a token with signs beyond ASCII comes as UTF-8 or Latin-1."""
    doorkeeper = Doorkeeper({"API_TOKEN": 't"o&k%e\\né'}, Switches())
    for spelling in ("utf-8", "latin-1"):
        value = b"bearer " + 't"o&k%e\\né'.encode(spelling)
        request = Request({"type": "http", "headers": [(b"authorization", value)]})
        assert doorkeeper.identify(request).name == "main"
    with pytest.raises(ValueError, match="same token"):
        Doorkeeper({"API_TOKEN": "x", "OTHER_TENANT_TOKEN": "x"}, Switches())
