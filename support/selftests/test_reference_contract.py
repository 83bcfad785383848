"""The reference service keeps the contract, clause by clause: the deterministic part, without a socket."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from starlette.requests import Request

from support.reference.auth import Doorkeeper
from support.reference.switches import Switches
from support.selftests.reference_probe import MAIN, OTHER, READER, THROTTLED, USERS, Probe


@pytest.fixture
def probe():
    with Probe() as probe:
        yield probe


def fields_at_fault(reply):
    assert reply.status == 422, reply
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["status"] == 422
    return {error["field"] for error in reply.json["errors"]}


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


def test_pages_show_everybody_once(probe):
    """Clause 2.8, 2.11: also while others come and go, and with equal names."""
    users = [probe.create(name="Same") for _ in range(7)]
    for query in ("limit=3", "limit=3&sort=name", "limit=3&sort=-name", "limit=7", "limit=3&sort=email"):
        pages = probe.walk(query)
        ids = [user["id"] for page in pages for user in page]
        assert sorted(ids) == sorted(user["id"] for user in users), query
        assert len(pages) == (1 if query == "limit=7" else 3)
    first = probe.send("GET", "?limit=3")
    assert first.headers["x-total-count"] == "7"
    probe.send("DELETE", f"/{users[0]['id']}")
    probe.create()
    link = re.fullmatch(r'<(.+)>; rel="next"', first.headers["link"])
    assert link
    assert probe.send("GET", link[1]).json == users[3:6]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=101", "limit=x", "limit=", "limit=1&limit=2", "sort=age", "cursor=x"],
)
def test_bad_list_queries_are_refused(probe, query):
    """Clause 2.8."""
    fields_at_fault(probe.send("GET", f"?{query}"))


def test_a_page_mark_is_bound_to_its_list(probe):
    """Clauses 2.8, 7.3: another order, filter, tenant or a changed mark is refused."""
    for _ in range(3):
        probe.create()
        probe.create(token=OTHER)
    link = probe.send("GET", "?limit=1").headers["link"]
    mark = re.search(r"cursor=([^&>]+)", link)[1]
    assert probe.send("GET", f"?cursor={mark}").status == 200
    assert probe.send("GET", f"?cursor={mark}", token=OTHER).status == 422
    assert probe.send("GET", f"?cursor={mark}&sort=name").status == 422
    assert probe.send("GET", f"?cursor={mark}&email=a").status == 422
    for wrong in (mark[:-1], mark + "A", mark + "=", ("B" if mark[0] == "A" else "A") + mark[1:]):
        assert probe.send("GET", f"?cursor={wrong}").status == 422


def test_filter_and_order(probe):
    """Clauses 2.9, 2.10."""
    for email in ("a+b@example.com", "a_b@example.com", "axb@example.com", "a%b@example.com"):
        probe.create(email=email, name=email)
    assert [u["name"] for u in probe.all("email=a+b@example.com")] == ["a+b@example.com"]
    assert [u["name"] for u in probe.all("email=A_B@example.com")] == ["a_b@example.com"]
    assert [u["name"] for u in probe.all("email=a%25b%40example.com")] == ["a%b@example.com"]
    assert probe.all("email=nobody@example.com") == []
    assert probe.all("email=") == []
    names = [u["name"] for u in probe.all("sort=name")]
    assert names == sorted(names)
    assert [u["name"] for u in probe.all("sort=-name")] == names[::-1]
    assert [u["email"] for u in probe.all("sort=email")] == sorted(names)


def test_a_key_makes_a_creation_repeatable(probe):
    """Clauses 4.1, 4.2, 4.6, 4.7."""
    body = json.dumps(probe.person(password="s3cret-word")).encode()
    key = {"Idempotency-Key": "k1"}
    first = probe.send("POST", body=body, headers=key)
    assert "idempotency-replayed" not in first.headers
    assert probe.send("POST", json_body=probe.person(), headers=key).status == 422
    path = f"/{first.json['id']}"
    probe.send("PATCH", path, json_body={"name": "Changed"}, headers=key)
    for _ in range(3):
        again = probe.send("POST", body=body, headers=key)
        assert (again.status, again.body) == (201, first.body)
        assert again.headers["location"] == first.headers["location"]
        assert again.headers["idempotency-replayed"] == "true"
        probe.send("DELETE", path, headers=key)
    assert probe.all() == []
    assert probe.send("POST", body=body, headers={"Idempotency-Key": "K1"}).json["id"] != first.json["id"]
    assert probe.send("POST", body=body, headers=key, token=OTHER).headers.get("idempotency-replayed") is None


def test_keys_are_checked_and_refusals_are_not_remembered(probe):
    """Clauses 4.5, 4.8."""
    for bad in ("", "k" * 256):
        assert probe.send("POST", json_body=probe.person(), headers={"Idempotency-Key": bad}).status == 400
    key = {"Idempotency-Key": "k" * 255}
    assert probe.send("POST", json_body={"name": "x"}, headers=key).status == 422
    assert probe.send("POST", json_body=probe.person(), headers=key).status == 201
    assert len(probe.all()) == 1


def test_many_with_one_key_make_one_user(probe):
    """Clauses 4.3, 6.4: one is created, the others are told to ask again."""
    request = ("POST", "", {"json_body": probe.person(), "headers": {"Idempotency-Key": "k"}})
    replies = probe.send_together([request] * 8)
    assert {reply.status for reply in replies} <= {201, 409}
    assert all("retry-after" in reply.headers for reply in replies if reply.status == 409)
    final = probe.send(request[0], request[1], **request[2])
    assert {reply.json["id"] for reply in (*replies, final) if reply.status == 201} == {final.json["id"]}
    same = probe.person()
    statuses = [r.status for r in probe.send_together([("POST", "", {"json_body": same})] * 8)]
    assert sorted(statuses) == [201] + [409] * 7


def test_entity_tags(probe):
    """Clauses 6.1, 6.2: a tag changes with every change and only then, and guards changes."""
    user = probe.create()
    path = f"/{user['id']}"
    tag = probe.read(user).headers["etag"]
    assert probe.read(user).headers["etag"] == tag
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        reply = probe.read(user, headers={"If-None-Match": known})
        assert (reply.status, reply.body) == (304, b"")
    seen = {tag}
    for change in ({"name": "B"}, {"email": "b@example.com"}, {"nickname": "b"}, {"password": "s3cret-word"}):
        probe.send("PATCH", path, json_body=change, headers={"If-Match": tag})
        tag = probe.read(user).headers["etag"]
        assert tag not in seen
        seen.add(tag)
    assert probe.send("PATCH", path, json_body={"nickname": "b"}).headers["etag"] == tag
    for method in ("PUT", "PATCH", "DELETE"):
        for outdated in ('"x"', f"W/{tag}", "junk"):
            reply = probe.send(method, path, json_body=probe.person(), headers={"If-Match": outdated})
            assert reply.status == 412
    body = {"name": "C", "email": "c@example.com"}
    saves = [
        ("PUT", path, {"json_body": {**body, "nickname": str(n)}, "headers": {"If-Match": tag}})
        for n in range(6)
    ]
    assert sorted(reply.status for reply in probe.send_together(saves)) == [200] + [412] * 5
    assert probe.send("DELETE", path, headers={"If-Match": "*"}).status == 204


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
