"""The reference service keeps the contract on users and their details, clause by clause, without a socket."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from support.selftests.reference.probe import OTHER, USERS, fields_at_fault


def test_a_created_user_is_kept_as_it_was_sent(probe):
    """Clauses 1.3, 2.1: text of any kind is data, blanks included."""
    for name in ("Zoë", "李小龙", "👩‍👩‍👧", "مرحبا", "O'Hara & <b>", "a  b", " padded ", "0123", "null", "é"):
        reply = probe.send("POST", json_body=probe.person(name=name, nickname=name))
        assert reply.status == 201
        assert reply.headers["location"] == f"{USERS}/{reply.json['id']}"
        seen = probe.send("GET", reply.headers["location"])
        assert seen.json == reply.json
        assert (seen.json["name"], seen.json["nickname"]) == (name, name)


def test_the_service_decides_what_belongs_to_it(probe):
    """Clauses 1.4, 1.5, 1.6."""
    user = probe.create(id="u_mine", role="admin", createdAt="1999-01-01T00:00:00Z", password="s3cret-word")
    assert user["id"] != "u_mine"
    assert user["role"] == "member"
    assert "s3cret" not in json.dumps(user)
    moment = datetime.fromisoformat(user["createdAt"])
    assert abs(moment.timestamp() - datetime.now(tz=UTC).timestamp()) < 5
    changed = probe.send(
        "PATCH", f"/{user['id']}", json_body={"role": "admin", "createdAt": None, "name": "B"}
    )
    assert changed.json["role"] == "member"
    assert changed.json["createdAt"] == user["createdAt"]
    assert changed.json["updatedAt"] > user["updatedAt"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": None}, {"name"}),
        ({"name": " \u00a0"}, {"name"}),
        ({"name": 42, "email": ["a@example.com"]}, {"name", "email"}),
        ({"name": "x" * 101}, {"name"}),
        ({"nickname": "x" * 101}, {"nickname"}),
        ({"nickname": True}, {"nickname"}),
        ({"email": "a@"}, {"email"}),
        ({"email": "a@b@example.com"}, {"email"}),
        ({"email": "a b@example.com"}, {"email"}),
        ({"email": "a@example.com."}, {"email"}),
        ({"email": "a" * 243 + "@example.com"}, {"email"}),
        ({"password": "1234567"}, {"password"}),
        ({"password": "x" * 129}, {"password"}),
        ({"name": "a\0b"}, {"name"}),
        ({"name": "\ud800"}, {"name"}),
    ],
)
def test_bad_values_are_refused_everywhere(probe, changes, fields):
    """Clauses 1.2, 3.1, 3.4: on create, replace and patch, naming the fields and changing nothing."""
    user = probe.create()
    assert fields_at_fault(probe.send("POST", json_body=probe.person(**changes))) == fields
    whole = {"name": "New", "email": "new@example.com", **changes}
    assert fields_at_fault(probe.send("PUT", f"/{user['id']}", json_body=whole)) == fields
    patch = {"nickname": "good", **changes}
    assert fields_at_fault(probe.send("PATCH", f"/{user['id']}", json_body=patch)) == fields
    assert probe.all() == [user]


def test_limits_are_met_exactly(probe):
    """Clause 1.2: the longest values are kept whole."""
    user = probe.create(
        name="🙂" * 100, nickname="n" * 100, email="a" * 242 + "@example.com", password="p" * 128
    )
    assert probe.read(user).json == user


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1",
        b"{} x",
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b"\xff{}",
        b"[" * 9000,
        b'{"a":' * 70 + b"1" + b"}" * 70,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_strict_json_is_refused(probe, body):
    """Clause 3.1."""
    assert probe.send("POST", body=body).status == 400


def test_other_refusals_of_bodies(probe):
    """Clauses 3.1, 3.2."""
    assert probe.send("POST", body=b"[]").status == 422
    assert probe.send("POST", body=b'"x"').status == 422
    for kind in ("text/plain", "application/xml", "", "application/json; charset=latin-1"):
        assert probe.send("POST", body=b"{}", headers={"Content-Type": kind}).status == 415
    big = json.dumps(probe.person(name="n", note="x" * 65536)).encode()
    assert probe.send("POST", body=big).status == 413
    fitting = json.dumps(probe.person(note="")).encode()
    fitting = fitting.replace(b'"note": ""', b'"note": "' + b"x" * (65536 - len(fitting)) + b'"')
    assert len(fitting) == 65536
    assert probe.send("POST", body=fitting).status == 201


def test_what_is_not_offered_is_refused(probe):
    """Clauses 2.7, 3.2, 3.3."""
    user = probe.create()
    reply = probe.send("DELETE")
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, POST")
    reply = probe.send("POST", f"/{user['id']}", json_body={}, headers={"X-HTTP-Method-Override": "DELETE"})
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, PUT, PATCH, DELETE")
    assert probe.send("GET", "/api/v1/nothing").json["title"] == "Not found"
    assert probe.all() == [user]


def test_one_address_one_user(probe):
    """Clauses 2.3, 3.4: equal addresses collide however they are written, different ones do not."""
    owner = probe.create(email="José.Ada@example.com")
    for same in ("JOSÉ.ada@EXAMPLE.com", " José.Ada@example.com ", "Jose\u0301.Ada@example.com"):
        assert probe.send("POST", json_body=probe.person(email=same)).status == 409
    other = probe.create()
    for method in ("PUT", "PATCH"):
        taken = {"name": "Thief", "email": owner["email"]}
        assert probe.send(method, f"/{other['id']}", json_body=taken).status == 409
    assert probe.all() == [owner, other]
    for one in (
        "mike@example.com",
        "m\u0131ke@example.com",
        "m.ike@example.com",
        "mike+x@example.com",
        "m_e@example.com",
    ):
        probe.create(email=one)
    probe.create(email=owner["email"], token=OTHER)


def test_an_address_given_up_is_free(probe):
    """Clause 2.3: after a change and after a deletion; keeping one's own is no conflict."""
    user = probe.create(email="first@example.com")
    path = f"/{user['id']}"
    assert probe.send("PUT", path, json_body={"name": "A", "email": "FIRST@example.com"}).status == 200
    assert probe.send("PATCH", path, json_body={"email": "second@example.com"}).status == 200
    probe.create(email="first@example.com")
    assert probe.send("DELETE", path).status == 204
    assert probe.create(email="second@example.com")["id"] != user["id"]


def test_reading_finds_exactly_one(probe):
    """Clause 2.4."""
    user = probe.create()
    seen = probe.read(user)
    head = probe.send("HEAD", f"/{user['id']}")
    assert {**head.headers, "x-correlation-id": ""} == {**seen.headers, "x-correlation-id": ""}
    for wrong in (
        user["id"][:-1],
        user["id"] + "0",
        user["id"].upper(),
        user["id"] + "%20",
        "..",
        "%00",
        "x" * 4000,
    ):
        assert probe.send("GET", f"/{wrong}").status == 404
        assert probe.send("PUT", f"/{wrong}", json_body=probe.person()).status == 404
    assert len(probe.all()) == 1


def test_replacing_and_patching(probe):
    """Clauses 2.5, 2.6, 4.9: replacing clears what is left out, patching keeps it."""
    user = probe.create(nickname="Countess")
    path = f"/{user['id']}"
    patched = probe.send("PATCH", path, json_body={"name": "Augusta"}).json
    assert (patched["name"], patched["nickname"]) == ("Augusta", "Countess")
    assert probe.send("PATCH", path, json_body={}).json == patched
    assert probe.send("PATCH", path, json_body={"nickname": None}).json["nickname"] is None
    probe.send(
        "PATCH", path, json_body={"nickname": "C"}, headers={"Content-Type": "application/merge-patch+json"}
    )
    whole = {"name": "Ada", "email": user["email"]}
    replaced = [probe.send("PUT", path, json_body=whole).json for _ in range(3)]
    assert replaced[0]["nickname"] is None
    assert replaced[0] == replaced[1] == replaced[2] == probe.read(user).json


def test_deleting(probe):
    """Clause 2.7: gone everywhere, nobody else touched, nobody revived."""
    user, other = probe.create(), probe.create()
    path = f"/{user['id']}"
    reply = probe.send("DELETE", path)
    assert (reply.status, reply.body) == (204, b"")
    assert probe.send("DELETE", path).status == 404
    assert probe.send("PUT", path, json_body=probe.person()).status == 404
    assert probe.send("PATCH", path, json_body={"name": "x"}).status == 404
    assert probe.read(user).status == 404
    assert probe.all() == [other]
    assert probe.all(f"email={user['email']}") == []
