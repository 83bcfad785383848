"""Every oddity shows itself, counts itself, has a profile that the suite can read, and breaks nothing."""

from __future__ import annotations

import gzip
import json
import socket
import time
import tomllib
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from support.reference.faults.oddities import ODDITIES
from support.selftests.reference.probe import OTHER, USERS, Probe
from support.selftests.reference.test_process import HEAD, exchange, receive, running
from support.target import profiles as targets
from support.target.profile import Target
from support.target.promises import PROMISES

FAULTS = {429, 500, 502, 503, 504}
# These are seen on a connection only.
ON_THE_WIRE = {"B45", "B57", "B61", "B62"}


def made(probe, **changes):
    return probe.send("POST", json_body=probe.person(**changes))


def keyed(probe, body, key="k"):
    return probe.send("POST", json_body=body, headers={"Idempotency-Key": key})


def together(probe):
    request = ("POST", "", {"json_body": probe.person(), "headers": {"Idempotency-Key": "k"}})
    return probe.send_together([request] * 2)


def gone(probe):
    path = f"/{made(probe).json['id']}"
    return [probe.send("DELETE", path) for _ in range(2)]


def saved(probe, **body):
    user = made(probe).json
    whole = {"name": user["name"], "email": user["email"], **body}
    return probe.send("PUT", f"/{user['id']}", json_body=whole), user


def met(probe, status):
    """Return whether one of many requests met a status, and what came with it."""
    replies = [probe.send("GET", f"?limit={1 + number}") for number in range(90)]
    return [reply for reply in replies if reply.status == status]


def again(probe):
    """Save twice with one tag."""
    user = made(probe).json
    tag = {"If-Match": probe.read(user).headers["etag"]}
    return [
        probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"}, headers=tag).status for _ in range(2)
    ]


def unversioned(probe):
    """Write without saying on top of which version."""
    path = f"/{made(probe).json['id']}"
    body = probe.person()
    return [probe.send(method, path, json_body=body) for method in ("PUT", "PATCH", "DELETE")]


def marks(probe):
    user = made(probe, name="A").json
    tags = []
    for name in ("B", "A"):
        tags.append(probe.read(user).headers["etag"])
        probe.send("PATCH", f"/{user['id']}", json_body={"name": name})
    return tags[0] == probe.read(user).headers["etag"] != tags[1]


def slow(probe):
    def takes_s():
        began = time.monotonic()
        probe.send("GET")
        return time.monotonic() - began

    return any(takes_s() > 1.4 for _ in range(400))


def filled(probe):
    replies = [made(probe) for _ in range(101)]
    return replies[100].status == 400 and replies[99].status == 201


def behind(probe):
    """See somebody alone before seeing them in a list."""
    user = made(probe).json
    probe.wait(0.25)
    return probe.read(user).status == 200 and probe.all() == []


SIGNS = {
    "B01": lambda p: "links" in made(p).json,
    "B02": lambda p: len({tuple(p.read(made(p).json).json) for _ in range(9)}) > 1,
    "B03": lambda p: isinstance(made(p).json["id"], int),
    "B04": lambda p: len(made(p).json["id"]) == 36,
    "B05": lambda p: made(p).json["id"] > 2**53,
    "B06": lambda p: made(p).json["createdAt"].endswith("+02:00"),
    "B07": lambda p: abs(made(p).json["createdAt"] / 1000 - time.time()) < 5,
    "B08": lambda p: made(p, nick_name="N").json["nick_name"] == "N" and "created_at" in made(p).json,
    "B09": lambda p: "nickname" not in made(p).json,
    "B10": lambda p: made(p).json["status"] == "active",
    "B11": lambda p: (
        p.send("GET", f"/{made(p).json['data']['id']}").json["data"] == p.send("GET").json["items"][0]
    ),
    "B12": lambda p: b"\n" in made(p).body,
    "B13": lambda p: "charset" in made(p).headers["content-type"],
    "B14": lambda p: made(p, email="Ada@Example.com").json["email"] == "ada@example.com",
    "B15": lambda p: made(p, name=" Ada ").json["name"] == "Ada",
    "B16": lambda p: made(p, name="e\u0301").json["name"] == "é",
    "B17": lambda p: made(p, password="s3cret-word").json["password"] == "********",
    "B18": lambda p: gone(p)[0].status == 200,
    "B19": lambda p: gone(p)[1].status == 204,
    "B20": lambda p: saved(p)[0].status == 204,
    "B22": lambda p: "location" not in made(p).headers,
    "B23": lambda p: made(p, name=7).status == 400,
    "B24": lambda p: {made(p, email="a@example.com").status for _ in range(2)} == {201, 422},
    "B25": lambda p: gone(p)[1].status == 410,
    "B26": lambda p: p.read(made(p).json, token=OTHER).status == 403,
    "B27": lambda p: p.send("GET", token=None).status == 403,
    "B28": lambda p: p.send("DELETE").status == 501,
    "B29": lambda p: p.send("GET", headers={"Accept": "image/png"}).status == 406,
    "B30": lambda p: again(p) == [200, 200],
    "B32": lambda p: "etag" not in made(p).headers,
    "B33": marks,
    "B34": lambda p: p.read(made(p).json).headers["etag"].startswith("W/"),
    "B35": lambda p: saved(p)[0].json["updatedAt"] != p.all()[0]["createdAt"],
    "B36": lambda p: (
        [keyed(p, {"name": "A", "email": "a@example.com"}).status for _ in range(2)] == [201, 200]
    ),
    "B37": lambda p: {reply.status for reply in together(p)} == {201},
    "B38": lambda p: "1" in {reply.headers.get("retry-after") for reply in together(p)},
    "B39": lambda p: [keyed(p, body).status for body in ({"name": "A"}, p.person())] == [422, 422],
    "B40": lambda p: (
        [keyed(p, {"name": "A", "email": "a@example.com", "x": n}).status for n in (1, 2)] == [201, 201]
    ),
    "B41": lambda p: p.send("GET").status == 503,
    "B42": slow,
    "B43": lambda p: met(p, 503)[0].headers["retry-after"],
    "B44": lambda p: [reply for reply in met(p, 429) if "retry-after" not in reply.headers],
    "B46": lambda p: b"<html>" in (met(p, 502) + met(p, 504))[0].body,
    "B47": lambda p: met(p, 500),
    "B48": lambda p: p.read(made(p).json).status in {200, 404},
    "B49": behind,
    "B50": lambda p: p.all() == [made(p).json] or p.all() != [],
    "B52": lambda p: (parsedate_to_datetime(p.send("GET").headers["date"]).timestamp() - time.time()) > 250,
    "B53": lambda p: gone(p)[0].status == 202,
    "B55": lambda p: gzip.decompress(p.send("GET", headers={"Accept-Encoding": "gzip"}).body) == b"[]",
    "B56": lambda p: "content-length" not in made(p).headers,
    "B58": lambda p: p.send("GET").headers["location"] == f"{USERS}/" and p.send("GET", "/").status == 200,
    "B59": lambda p: made(p).headers["location"].startswith("http://users.internal.example.com/"),
    "B60": lambda p: "x-powered-by" in p.send("GET").headers,
    "B63": lambda p: p.send("POST", body=b"{}", headers={"Transfer-Encoding": "chunked"}).status == 411,
    "B64": lambda p: p.send("POST", body=b"", headers={"Content-Length": "70000"}).status == 413,
    "B65": lambda p: [p.all() for _ in range(30)][-1],
    "B66": filled,
    "B67": lambda p: [made(p).json, made(p).json] == p.all()[::-1],
    "B68": lambda p: (made(p).status, keyed(p, p.person()).status, len(p.all())) == (400, 201, 1),
    "B70": lambda p: len(made(p).json) and len(p.all("email=nobody@example.com")) == 1,
    "B71": lambda p: [made(p).json, made(p).json] == p.all("sort=-createdAt"),
    "B72": lambda p: [p.send("GET", f"?limit={n}").status for n in (50, 51, 100)] == [200, 422, 422],
    "B73": lambda p: (
        [
            len(p.all(f"email={address}"))
            for address in (made(p, email="Ada@Example.com").json["email"], "ada@example.com")
        ]
        == [1, 0]
    ),
    "B75": lambda p: (
        [p.send("PATCH", f"/{made(p).json['id']}", json_body=body).status for body in ({}, {"name": "A"})]
        == [422, 200]
    ),
    "B74": lambda p: "etag" not in p.send("HEAD", f"/{made(p).json['id']}").headers,
    "B69": lambda p: {reply.status for reply in unversioned(p)} == {428} and len(p.all()) == 1,
}
OPTIONS = {name: {"bound_s": 0.5} for name in ("B48", "B49")} | {"B50": {"bound_s": 5.0, "weather": "laggy"}}


@pytest.mark.parametrize("name", sorted(set(ODDITIES) - ON_THE_WIRE))
def test_an_oddity_shows_and_counts_itself(name):
    """It is seen from outside where it is on, and only there."""
    options = OPTIONS.get(name, {})
    with Probe(name, **options) as probe:
        assert SIGNS[name](probe)
        assert probe.hits[name] > 0
        assert set(probe.hits) == {name}


@pytest.mark.parametrize("name", ODDITIES)
def test_a_profile_goes_with_it(name):
    """The fragment of a profile is one that the suite accepts, and it says something."""
    oddity = ODDITIES[name]
    whole = tomllib.loads((Path(targets.__file__).parent / "reference.toml").read_text(encoding="utf-8"))
    for table, value in oddity.profile.items():
        whole[table] = whole.get(table, {}) | value if isinstance(value, dict) else value
    assert {*oddity.withdraws, *oddity.promises} <= set(PROMISES)
    promised = [*whole["promises"], *oddity.promises]
    whole["promises"] = [promise for promise in promised if promise not in oddity.withdraws]
    assert Target.model_validate(whole)


def test_a_listing_of_all_goes_on_for_whoever_reads_it():
    """A list in an envelope leads from page to page by its marks."""
    with Probe("B11") as probe:
        for _ in range(5):
            made(probe)
        ids, mark = [], ""
        while mark is not None:
            page = probe.send("GET", f"?limit=2{mark and '&cursor='}{mark}").json
            ids += [user["id"] for user in page["items"]]
            mark = page["next"]
        assert len(set(ids)) == len(ids) == 5


@pytest.mark.parametrize("oddity", sorted(ON_THE_WIRE))
def test_an_odd_connection(tmp_path, oddity):
    """What only a connection shows: it is closed, cut, dateless or warmed up, and the next one works."""
    request = f"GET /api/v1/users HTTP/1.1\r\n{HEAD}\r\n".encode()
    with running(tmp_path, "--oddity", oddity, "--inspect") as (_, port):
        if oddity == "B57":
            assert b"connection: close" in exchange(port, request).lower()
        elif oddity == "B61":
            assert (
                b"date:" not in exchange(port, request.replace(b"Host", b"Connection: close\r\nHost")).lower()
            )
        elif oddity == "B62":
            closing = request.replace(b"Host", b"Connection: close\r\nHost")
            assert exchange(port, closing).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
        else:
            outcomes = {
                outcome(port, request.replace(b"users ", f"users?limit={n} ".encode())) for n in range(1, 99)
            }
            assert outcomes == {"whole", "broken", "half"}


def outcome(port, request):
    closing = request.replace(b"Host", b"Connection: close\r\nHost")
    try:
        reply = exchange(port, closing)
    except ConnectionResetError:
        return "broken"
    return "whole" if reply.endswith(b"[]") else "half" if reply else "broken"


def test_closed_between_requests(tmp_path):
    """An odd service may close a connection that was to be kept; a new one is served."""
    request = f"GET /api/v1/users?limit=%d HTTP/1.1\r\n{HEAD}\r\n"
    with running(tmp_path, "--oddity", "B45") as (_, port):
        for number in range(1, 90):
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall((request % number).encode())
                try:
                    whole = receive(connection)
                except (ConnectionError, TypeError):
                    continue
                time.sleep(0.02)
                connection.settimeout(0.001)
                try:
                    if whole and connection.recv(1) == b"":
                        return
                except TimeoutError:
                    pass
        pytest.fail("no connection was closed")


def test_the_register_is_well_formed():
    """Each oddity has a text of its own, and what it says in JSON can be read back."""
    assert len({oddity.text for oddity in ODDITIES.values()}) == len(ODDITIES) >= 45
    assert all(json.loads(json.dumps(oddity.profile)) == oddity.profile for oddity in ODDITIES.values())
    assert set(SIGNS) | ON_THE_WIRE == set(ODDITIES)
