"""The OpenAPI document says what the reference service does: every route, status, header and member."""

from __future__ import annotations

import re

from starlette.routing import Route

from support.reference.openapi.document import describe_api
from support.reference.options import BASE_PATH
from support.reference.server.app import Resource
from support.selftests.reference.probe import READER, THROTTLED

METHODS = {"get", "head", "post", "put", "patch", "delete"}
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}
DOCUMENT = describe_api()


def check(value, schema):
    """Hold a value against a schema, as far as the document uses the language."""
    if "$ref" in schema:
        check(value, DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for part in schema.get("allOf", ()):
        check(value, part)
    kinds = schema.get("type", [])
    assert not kinds or isinstance(
        value, tuple(TYPES[k] for k in ([kinds] if isinstance(kinds, str) else kinds))
    )
    assert value == schema.get("const", value)
    assert value in schema.get("enum", [value])
    if isinstance(value, str):
        assert re.search(schema.get("pattern", ""), value)
        assert schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**6)
    if isinstance(value, dict):
        members = schema.get("properties", {})
        assert set(schema.get("required", ())) <= set(value)
        for name in set(members) & set(value):
            assert not members[name].get("writeOnly"), name
            check(value[name], members[name])
    if isinstance(value, list):
        for item in value:
            check(item, schema.get("items", {}))


def check_reply(reply, method, path):
    """Hold a reply against what the document says about its operation and status."""
    answer = DOCUMENT["paths"][path][method.lower()]["responses"][str(reply.status)]
    for name, header in answer["headers"].items():
        value = reply.headers.get(name.lower())
        if value is None:
            assert not header["required"], name
            continue
        check(int(value) if header["schema"].get("type") == "integer" else value, header["schema"])
    media_type = reply.headers.get("content-type", "")
    if method == "HEAD" or not reply.body:
        assert "content" not in answer
        return
    check(reply.json, answer["content"][media_type]["schema"])


def test_it_is_served_without_a_token(probe):
    reply = probe.send("GET", f"{BASE_PATH}/openapi.json", token=None)
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.json == DOCUMENT


def test_every_resource_is_described_with_its_methods_and_no_other(probe):
    offered = {
        route.path.removeprefix(BASE_PATH).replace("{user_id}", "{id}"): set(route.app._handlers)
        for route in probe.service.gateway._app.routes
        if isinstance(route, Route) and isinstance(route.app, Resource)
    }
    described = {
        path: {method.upper() for method in METHODS & set(item)} for path, item in DOCUMENT["paths"].items()
    }
    assert described == {**offered, "/health": {"GET", "HEAD"}}


def test_links_lead_to_operations_and_name_all_that_these_take():
    operations = {
        item[method]["operationId"]: item[method].get("parameters", []) + item.get("parameters", [])
        for item in DOCUMENT["paths"].values()
        for method in METHODS & set(item)
    }
    for name, link in DOCUMENT["paths"]["/users"]["post"]["responses"]["201"]["links"].items():
        taken = {parameter["name"] for parameter in operations[link["operationId"]]}
        left_out = (
            set() if name.startswith(("lookUp", "head")) or name.endswith("AsCreated") else {"If-Match"}
        )
        assert set(link["parameters"]) == taken - left_out


def test_what_is_answered_is_what_is_described(probe):
    """From a creation to the second deletion, with a replay and a page that has a next one."""
    keyed = {"json_body": probe.person(password="s3cret-word"), "headers": {"Idempotency-Key": "k"}}
    replies = [
        ("POST", "/users", probe.send("POST", **keyed)),
        ("POST", "/users", probe.send("POST", **keyed)),
    ]
    user = replies[0][2].json
    probe.create()
    one, tag = f"/{user['id']}", replies[0][2].headers["etag"]
    for method, place, more, status in (
        ("GET", "?limit=1", {}, 200),
        ("HEAD", "?limit=1", {}, 200),
        ("GET", one, {}, 200),
        ("HEAD", one, {}, 200),
        ("GET", one, {"headers": {"If-None-Match": tag}}, 304),
        ("PUT", one, {"json_body": probe.person()}, 200),
        ("PATCH", one, {"json_body": {"nickname": None}}, 200),
        ("DELETE", one, {}, 204),
        ("DELETE", one, {}, 404),
    ):
        reply = probe.send(method, place, **more)
        assert reply.status == status
        replies.append((method, "/users/{id}" if place == one else "/users", reply))
    for method, path, reply in replies:
        check_reply(reply, method, path)


def test_refusals_are_what_is_described(probe):
    """Every refusal of a creation but a gateway's, those of a change, and the health of the service."""
    user = probe.create()
    one, person = f"/{user['id']}", probe.person()
    sent = [probe.send("GET", token=THROTTLED) for _ in range(20)]
    throttled = next(reply for reply in sent if reply.status == 429)
    check_reply(throttled, "GET", "/users")
    for method, place, more, status in (
        ("POST", "", {"body": b"{"}, 400),
        ("POST", "", {"json_body": person, "headers": {"Idempotency-Key": ""}}, 400),
        ("POST", "", {"json_body": person, "token": None}, 401),
        ("POST", "", {"json_body": person, "token": READER}, 403),
        ("POST", "", {"json_body": {**person, "email": user["email"]}}, 409),
        ("POST", "", {"json_body": {**person, "more": "x" * 70_000}}, 413),
        ("POST", "", {"body": b"a=b", "headers": {"Content-Type": "text/plain"}}, 415),
        ("POST", "", {"json_body": {"name": 1}}, 422),
        ("GET", "?limit=0", {}, 422),
        ("GET", "/nobody", {}, 404),
        ("PATCH", one, {"json_body": {}, "headers": {"If-Match": '"old"'}}, 412),
    ):
        reply = probe.send(method, place, **more)
        assert reply.status == status
        check_reply(reply, method, "/users/{id}" if place.startswith("/") else "/users")
    check_reply(probe.send("GET", f"{BASE_PATH}/health", token=None), "GET", "/health")
