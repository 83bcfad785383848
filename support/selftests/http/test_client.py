"""One operation of the client: where it goes, what it carries, what it repeats, and who hears of it."""

from __future__ import annotations

import re

import pytest

from support.http.call import Call, segment
from support.http.history import Outcome
from support.selftests.probes.client_probe import by_path, look_up
from support.selftests.servers.raw_server import OK, answer, send_and_reset


class Token:
    """A way in that counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def headers(self):
        self.asked += 1
        return {"Authorization": f"Bearer t{self.asked}"}

    def query(self):
        return {}

    def renew(self, _sent):
        return False


def moved(status, where):
    return answer(status, headers=f"Location: {where}\r\n")


def test_each_attempt_says_what_it_is(meet):
    server, client = meet(by_path({"/api/users/1": [answer(503), OK]}))
    client.start_story("story one")
    operation = look_up(client)
    first, second = (request.headers for request in server.requests)
    assert first["accept"].startswith("application/json")
    assert first["x-correlation-id"] != second["x-correlation-id"]
    traces = [
        re.fullmatch(r"00-([0-9a-f]{32})-([0-9a-f]{16})-01", one["traceparent"]) for one in (first, second)
    ]
    assert traces[0][1] == traces[1][1]
    assert traces[0][2] != traces[1][2]
    assert "content-type" not in first
    assert "content-length" not in first
    assert operation.story == "story one"
    client.start_story("story two")
    look_up(client)
    assert traces[0][1] not in server.requests[-1].headers["traceparent"]


def test_a_body_is_json_unless_it_is_said_otherwise(meet):
    server, client = meet(by_path({}))
    client.send(Call("POST", "/users", body=b"{}"), "create", "user Ada")
    client.send(
        Call("POST", "/users", body=b"x", headers={"Content-Type": "text/plain"}), "create", "user Ada"
    )
    assert [request.headers["content-type"] for request in server.requests] == [
        "application/json",
        "text/plain",
    ]


def test_paths_and_queries_are_quoted_whole(meet):
    server, client = meet(by_path({}))
    assert segment("a/b c%?é.~") == "a%2Fb%20c%25%3F%C3%A9.~"
    path = f"/users/{segment('../x')}"
    client.send(Call("GET", path, query={"email": "a+b&c=d@é.org", "limit": 5}), "list", "users")
    assert server.requests[0].target == "/api/users/..%2Fx?email=a%2Bb%26c%3Dd%40%C3%A9.org&limit=5"


def test_credentials_are_asked_for_anew_for_each_attempt(meet):
    token = Token()
    server, client = meet(by_path({"/api/users/1": [answer(503), OK]}), credentials=token)
    look_up(client)
    assert [request.headers["authorization"] for request in server.requests] == ["Bearer t1", "Bearer t2"]
    other = client.as_caller(None)
    look_up(other)
    other.close()
    assert "authorization" not in server.requests[-1].headers


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_read_follows_within_the_service(meet, status):
    server, client = meet(by_path({"/api/users/1": moved(status, "/api/people/1?x=1")}), credentials=Token())
    operation = look_up(client)
    assert operation.response.status == 200
    assert [request.target for request in server.requests] == ["/api/users/1", "/api/people/1?x=1"]
    assert server.requests[1].headers["authorization"] == "Bearer t1"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_follows_only_to_the_same_place_and_stays_what_it_is(meet, method, status):
    server, client = meet(
        by_path({"/api/users": moved(status, "/api/users/"), "/api/old": moved(status, "/api/users")})
    )
    client.send(Call(method, "/users", body=b'{"a": 1}'), "create", "user Ada")
    assert [(request.method, request.body) for request in server.requests] == [(method, b'{"a": 1}')] * 2
    operation = client.send(Call(method, "/old", body=b"{}"), "create", "user Ada")
    assert operation.response.status == status
    assert operation.outcome is Outcome.REFUSED
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "where", ["http://127.0.0.1:1/api/users/1", "https://127.0.0.1/x", "//localhost/api/users/1", "ftp://x/"]
)
def test_nobody_follows_to_another_service(meet, where):
    server, client = meet(by_path({"/api/users/1": moved(307, where)}), credentials=Token())
    assert look_up(client).response.status == 307
    assert len(server.requests) == 1


def test_a_circle_of_redirects_ends_and_is_no_answer(meet):
    server, client = meet(by_path({}, otherwise=moved(302, "/api/users/1")))
    operation = look_up(client)
    assert {exchange.fault for exchange in operation.exchanges} == {"redirects without an end"}
    assert len(server.requests) == 6 * len(operation.exchanges)


@pytest.mark.parametrize("status", [303, 300, 304])
def test_another_place_to_look_is_not_gone_to(meet, status):
    server, client = meet(by_path({"/api/users/1": moved(status, "/api/users/2")}))
    assert look_up(client).response.status == status
    assert len(server.requests) == 1


@pytest.mark.parametrize("form", ["5", "Sun, 06 Nov 1994 08:49:42 GMT"])
def test_a_busy_service_is_come_back_to_when_it_says(meet, form):
    dated = f"Retry-After: {form}\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    _, client = meet(by_path({"/api/users/1": [answer(429, headers=dated), OK]}))
    assert look_up(client).response.status == 200
    assert client.slept == [5.0]


def test_a_renewed_body_is_sent_only_with_further_attempts(meet):
    server, client = meet(by_path({"/api/users": [answer(502), answer(502), answer(201)]}))
    bodies = iter([b"second", b"third"])
    call = Call("POST", "/users", body=b"first", renew=lambda: next(bodies))
    assert client.send(call, "create", "user Ada").response.status == 201
    assert [request.body for request in server.requests] == [b"first", b"second", b"third"]


def test_the_same_key_carries_the_same_bytes(meet):
    server, client = meet(by_path({"/api/users": [answer(502), answer(201)]}))
    call = Call("POST", "/users", headers={"Idempotency-Key": "k1"}, body=b'{"b":1,  "a":2}', has_key=True)
    client.send(call, "create", "user Ada")
    assert {(request.body, request.headers["idempotency-key"]) for request in server.requests} == {
        (b'{"b":1,  "a":2}', "k1")
    }


def test_a_bare_create_is_not_sent_twice(meet):
    def act(connection, _):
        send_and_reset(connection)

    server, client = meet(act)
    operation = client.send(Call("POST", "/users", body=b"{}"), "create", "user Ada")
    assert (len(server.requests), operation.outcome) == (1, Outcome.UNKNOWN)


def test_once_means_once(meet):
    server, client = meet(by_path({}, otherwise=answer(503)))
    assert look_up(client, once=True).response.status == 503
    assert len(server.requests) == 1


def test_fresh_attempts_have_connections_of_their_own(meet):
    server, client = meet(by_path({}))
    for fresh in (False, True, False, True):
        look_up(client, fresh=fresh)
    assert [request.connection for request in server.requests] == [1, 2, 1, 3]


def test_every_attempt_is_in_the_history_and_listeners_hear_of_it(meet):
    _, client = meet(by_path({"/api/users/1": [answer(503), OK]}))
    heard = []
    client.history.listen(lambda operation, exchange: heard.append((operation, exchange.attempt)))
    operation = look_up(client)
    assert heard == [(operation, 1), (operation, 2)]
    assert list(client.history) == [operation]


class Gate:
    """Counts who passes."""

    def __init__(self):
        self.passed = []

    def before(self):
        self.passed.append("before")

    def after(self, exchange):
        self.passed.append(exchange.response.status)


def test_every_attempt_passes_the_gate(meet):
    gate = Gate()
    _, client = meet(by_path({"/api/users/1": [answer(503), OK]}), gate=gate)
    look_up(client)
    assert gate.passed == ["before", 503, "before", 200]
