"""A sweep of a crowded tenant goes no further back than the run."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from support.cleanup.journal import write_header
from support.cleanup.leftovers import read_leftovers
from support.cleanup.sweep import Sweeper
from support.selftests.cleanup.directory import Directory, marked
from support.selftests.servers.raw_server import RawServer, answer, send
from support.target.profiles import parse_target
from support.users.markers import new_run

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from support.selftests.servers.raw_server import Received


class CrowdedDirectory(Directory):
    """A directory with many others, listed in pages of 100, in order of creation or the newest first."""

    def __init__(self, users: dict[str, dict[str, Any]], strangers: int) -> None:
        super().__init__(users)
        self.strangers = [
            {"id": f"s{n}", "name": None, "createdAt": f"2025-01-01T00:00:00.{n:06d}Z"}
            for n in range(strangers)
        ]
        self.pages = 0

    def __call__(self, connection: socket.socket, request: Received) -> None:
        path, _, raw = request.target.partition("?")
        if request.method != "GET" or not path.endswith("/users"):
            super().__call__(connection, request)
            return
        self.pages += 1
        query = dict(parse_qsl(raw))
        everyone = [*self.strangers, *({"id": name, **user} for name, user in self.users.items())]
        everyone.sort(key=lambda user: user["createdAt"], reverse=query.get("sort") == "-createdAt")
        begin = int(query.get("cursor", 0))
        body: dict[str, object] = {"users": everyone[begin : begin + 100]}
        if begin + 100 < len(everyone):
            body["next"] = str(begin + 100)
        send(connection, answer(200, json.dumps(body).encode(), "Content-Type: application/json\r\n"))


@pytest.mark.parametrize(
    ("sort_keys", "most_pages"), [({"-createdAt": "-createdAt"}, 6), ({"name": "name"}, 130)]
)
def test_others_from_before_the_run_cost_nothing_where_the_newest_come_first(
    sort_keys: dict[str, str], most_pages: int, tmp_path: Path
) -> None:
    run = new_run()
    folder = tmp_path / run
    write_header(folder, {"base_url": "http://127.0.0.1:1/api", "target": "x", "seed": 1})
    today = datetime.now(UTC).isoformat()
    target = parse_target(
        {
            "name": "crowded",
            "bounds": {"single_s": 0, "list_s": 0},
            "promises": ["sorting", "timestamps", "pagination"],
            "lists": {"items": "users", "style": "cursor", "next": "next", "sort_keys": sort_keys},
        },
        source="x",
    )
    directory = CrowdedDirectory(
        {f"u{n}": {**marked(n, run=run), "createdAt": today} for n in range(120)}, strangers=4000
    )
    with contextlib.closing(RawServer(directory)) as server:
        leftovers = read_leftovers(folder)
        assert leftovers is not None
        swept = Sweeper(server.url, target, {"API_TOKEN": "t"}).sweep(leftovers)
    assert (swept.deleted, swept.left, directory.users) == (120, [], {})
    assert directory.pages <= most_pages


class PagedDirectory(Directory):
    """A directory of one page; beyond it stands a page for people, as Flask has it."""

    def __call__(self, connection: socket.socket, request: Received) -> None:
        path, _, raw = request.target.partition("?")
        is_beyond = path.endswith("/users") and dict(parse_qsl(raw)).get("page") not in {None, "1"}
        if is_beyond:
            send(connection, answer(404, b"<h1>Not Found</h1>", "Content-Type: text/html\r\n"))
        elif request.method == "GET" and path.rpartition("/")[2] not in {"users", *self.users}:
            send(connection, answer(404, b"{}", "Content-Type: application/json\r\n"))
        else:
            super().__call__(connection, request)


@pytest.mark.parametrize(("nothing_found", "left"), [([404], 0), ([], None)])
def test_a_list_may_end_with_the_services_own_page(
    sweep_at: Any, journal: Any, nothing_found: list[int], left: int | None
) -> None:
    """Where the profile says so; a page that the profile does not expect is still no answer."""
    for name in ("u0", "u1"):  # the first is gone already, and that is said with JSON
        journal.created(name, "")
    directory = PagedDirectory({"u1": marked(1), "u2": marked(2)})
    lists = {"style": "page", "position": "page", "size": "", "page_size": 2, "nothing_found": nothing_found}
    swept = sweep_at(directory, lists=lists, auth={"scheme": "none"}, timeouts={"operation_s": 1.0})
    assert "u1" in directory.deleted
    assert swept.figures["left"] == left
    assert ("u2" in directory.deleted) is (left == 0)


class StrictDirectory(Directory):
    """A directory whose pages hold no more than ten, and which refuses to be asked for more."""

    def __call__(self, connection: socket.socket, request: Received) -> None:
        path, _, raw = request.target.partition("?")
        if path.endswith("/users") and int(dict(parse_qsl(raw)).get("limit", 10)) > 10:
            said = b'{"title": "limit must be a number from 1 to 10"}'
            send(connection, answer(422, said, "Content-Type: application/json\r\n"))
        else:
            super().__call__(connection, request)


def test_who_is_refused_large_pages_looks_through_the_services_own(sweep_at: Any, journal: Any) -> None:
    """Else nobody knows how many are left."""
    journal.created("u1", "")
    directory = StrictDirectory({"u1": marked(1), "u2": marked(2)})
    swept = sweep_at(directory, auth={"scheme": "none"})
    assert swept.figures["left"] == 0
    assert directory.deleted == ["u1", "u2"]
