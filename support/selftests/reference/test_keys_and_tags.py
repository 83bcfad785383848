"""The reference service keeps the contract on keys and entity tags, clause by clause, without a socket."""

from __future__ import annotations

import json

from support.selftests.reference.probe import OTHER


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
