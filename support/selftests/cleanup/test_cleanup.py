"""Nothing of a run outlives it: the journal tells what was begun, the sweep undoes it, even after kill -9."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest

from support.cleanup.journal import Journal, hold_alive, is_alive, read_leftovers, write_header
from support.cleanup.sweep import Sweeper
from support.errors import SuiteError
from support.selftests.servers.raw_server import RawServer, answer, send
from support.target.lists import Lists
from support.target.profile import Target
from support.target.settings import ROOT
from support.target.timing import Bounds, Timeouts
from support.users.markers import new_run

RUN = "acct0abcdzz"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / RUN
    write_header(made, {"base_url": "http://127.0.0.1:1/api", "target": "x", "seed": 1})
    return made


def lines(folder, name="journal-gw0.jsonl"):
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


# The journal


def test_what_may_come_to_be_is_on_disk_before_it_is_sent(folder):
    journal = Journal(folder / "journal-gw0.jsonl")
    number = journal.intend({"email": "ada@example.com", "password": "secret"}, "API_TOKEN")
    assert lines(folder)[0]["intend"] == "ada@example.com"
    assert "secret" not in (folder / "journal-gw0.jsonl").read_text(encoding="utf-8")
    leftovers = read_leftovers(folder)
    assert len(leftovers.open) == 1
    assert time.time() - 5 < leftovers.last_open_at <= time.time() + 0.001
    journal.created(7, "API_TOKEN")
    journal.settle([number])
    leftovers = read_leftovers(folder)
    assert (leftovers.open, leftovers.last_open_at) == ({}, 0.0)
    assert (leftovers.ids, leftovers.created) == ({"API_TOKEN": [7]}, 1)
    journal.close()


def test_every_process_of_a_run_counts_for_itself(folder):
    one, other = (Journal(folder / f"journal-gw{number}.jsonl") for number in range(2))
    one.settle([one.intend({"email": "a@example.com"}, "A")])
    other.intend({"email": "b@example.com"}, "B")
    one.created("u1", "A")
    other.created("u2", "B")
    other.created("u2", "B")
    leftovers = read_leftovers(folder)
    assert list(leftovers.open) == [("journal-gw1.jsonl", 1)]
    assert leftovers.ids == {"A": ["u1"], "B": ["u2"]}
    assert leftovers.callers == {"A", "B"}
    one.close()
    other.close()


def test_whom_the_service_called_deleted_is_not_deleted_again_but_counts(folder):
    journal = Journal(folder / "journal-gw0.jsonl")
    for user_id in ("u1", "u2", "u3"):
        journal.created(user_id, "A")
    journal.deleted("u1", "A")
    journal.deleted("u2", "B")  # nobody's: B has created nobody
    journal.deleted("u3", "A")
    journal.created("u3", "A")  # a service may give an id again
    journal.close()
    leftovers = read_leftovers(folder)
    assert (leftovers.ids, leftovers.created) == ({"A": ["u2", "u3"]}, 3)


@pytest.mark.parametrize("torn", ['{"created": "u2", "as": "A', "{", '{"intend": "x@exa', "\xff\xfe"])
def test_a_line_that_a_kill_tore_is_passed_over(folder, torn):
    journal = Journal(folder / "journal-gw0.jsonl")
    journal.created("u1", "A")
    journal.close()
    with (folder / "journal-gw0.jsonl").open("a", encoding="latin-1") as stream:
        stream.write(torn)
    assert read_leftovers(folder).ids == {"A": ["u1"]}


def test_an_id_keeps_its_kind(folder):
    journal = Journal(folder / "journal-gw0.jsonl")
    for user_id in (2**64 + 1, str(2**64 + 1), "a/b é"):
        journal.created(user_id, "A")
    journal.close()
    assert read_leftovers(folder).ids == {"A": [2**64 + 1, str(2**64 + 1), "a/b é"]}


def test_a_folder_without_a_run_is_none(tmp_path, folder):
    assert read_leftovers(tmp_path) is None
    (folder / "run.json").write_text("{", encoding="utf-8")
    assert read_leftovers(folder) is None


def test_a_run_is_alive_as_long_as_its_process(folder):
    assert not is_alive(folder)
    hold = (
        "import sys; from pathlib import Path; from support.cleanup.journal import hold_alive;"
        "lock = hold_alive(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", hold, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as holder:
        holder.stdout.readline()
        assert is_alive(folder)
        holder.kill()
    assert not is_alive(folder)
    lock = hold_alive(folder)
    assert is_alive(folder)
    lock.release()


# The sweep


class Directory:
    """A users API that is only a dictionary; `stubborn` ids are never deleted."""

    def __init__(self, users, stubborn=(), broken=()):
        self.users = dict(users)
        self.stubborn = set(stubborn)
        self.broken = dict(broken)
        self.deleted = []

    def __call__(self, connection, request):
        path, _, _ = request.target.partition("?")
        user_id = path.rpartition("/")[2]
        if (status := self.broken.get(request.method)) is not None:
            send(connection, answer(status))
        elif request.method == "DELETE":
            self.deleted.append(user_id)
            if user_id not in self.stubborn:
                self.users.pop(user_id, None)
            send(connection, b"HTTP/1.1 204 Gone\r\n\r\n")
        else:
            body = [{"id": user_id, **user} for user_id, user in self.users.items()]
            send(connection, answer(200, json.dumps(body).encode(), "Content-Type: application/json\r\n"))


class CrowdedDirectory(Directory):
    """A directory with many others, listed in pages of 100, in order of creation or the newest first."""

    def __init__(self, users, strangers):
        super().__init__(users)
        self.strangers = [
            {"id": f"s{n}", "name": None, "createdAt": f"2025-01-01T00:00:00.{n:06d}Z"}
            for n in range(strangers)
        ]
        self.pages = 0

    def __call__(self, connection, request):
        if request.method != "GET":
            super().__call__(connection, request)
            return
        self.pages += 1
        query = dict(parse_qsl(request.target.partition("?")[2]))
        everyone = [*self.strangers, *({"id": name, **user} for name, user in self.users.items())]
        everyone.sort(key=lambda user: user["createdAt"], reverse=query.get("sort") == "-createdAt")
        begin = int(query.get("cursor", 0))
        body: dict[str, object] = {"users": everyone[begin : begin + 100]}
        if begin + 100 < len(everyone):
            body["next"] = str(begin + 100)
        send(connection, answer(200, json.dumps(body).encode(), "Content-Type: application/json\r\n"))


TARGET = Target(name="swept", bounds=Bounds(single_s=0, list_s=0), timeouts=Timeouts(operation_s=0.2))


@pytest.fixture
def sweep_at():
    with contextlib.ExitStack() as stack:

        def make(directory):
            server = RawServer(directory)
            stack.callback(server.close)
            return Sweeper(server.url, TARGET, {"API_TOKEN": "t"})

        yield make


def marked(number, run=RUN, text="name"):
    return {"name": "Ada", "email": "x@example.com", text: f"Ada {run}.gw0-{number}.v1"}


def test_a_sweep_deletes_what_the_journal_names_and_what_carries_the_mark(folder, sweep_at):
    journal = Journal(folder / "journal-gw0.jsonl")
    journal.created("u1", "API_TOKEN")
    journal.intend({"email": "lost@example.com"}, "API_TOKEN")
    journal.close()
    directory = Directory(
        {
            "u1": marked(1),
            "u2": marked(2, text="email"),
            "u3": marked(3, run="acct0abcdyy"),
            "u4": {"name": "Grace", "email": "accessories@example.com"},
        }
    )
    swept = sweep_at(directory).sweep(read_leftovers(folder))
    assert sorted(directory.users) == ["u3", "u4"]
    assert (swept.created, swept.deleted, swept.left) == (2, 2, [])


def test_a_crowded_tenant_is_not_walked_through(tmp_path):
    """Others from before the run cost nothing: a page each round, where the newest can be listed first."""
    run = new_run()
    journal_folder = tmp_path / run
    write_header(journal_folder, {"base_url": "http://127.0.0.1:1/api", "target": "x", "seed": 1})
    today = datetime.now(UTC).isoformat()
    for sort_keys, most_pages in (({"-createdAt": "-createdAt"}, 4), ({"name": "name"}, 90)):
        target = Target(
            name="crowded",
            bounds=Bounds(single_s=0, list_s=0),
            promises=frozenset({"sorting", "timestamps", "pagination"}),
            lists=Lists(items="users", style="cursor", next="next", sort_keys=sort_keys),
        )
        users = {f"u{n}": {**marked(n, run=run), "createdAt": today} for n in range(120)}
        directory = CrowdedDirectory(users, strangers=4000)
        with contextlib.closing(RawServer(directory)) as server:
            leftovers = read_leftovers(journal_folder)
            assert leftovers is not None
            swept = Sweeper(server.url, target, {"API_TOKEN": "t"}).sweep(leftovers)
        assert (swept.deleted, swept.left, directory.users) == (120, [], {})
        assert directory.pages <= most_pages


def test_who_cannot_be_deleted_is_named(folder, sweep_at):
    directory = Directory({"u1": marked(1), "u2": marked(2)}, stubborn={"u2"})
    swept = sweep_at(directory).sweep(read_leftovers(folder))
    assert (swept.created, swept.deleted, swept.left) == (2, 1, ["u2"])


def test_a_list_that_cannot_be_read_is_no_clean_sweep(folder, sweep_at):
    for status in (500, 401, 404):
        with pytest.raises(SuiteError, match="cleanup cannot read the list"):
            sweep_at(Directory({}, broken={"GET": status})).sweep(read_leftovers(folder))


def test_others_are_left_alone_unless_they_are_marked_whole_and_old(sweep_at):
    directory = Directory(
        {
            "old": marked(1),
            "word": {"name": "Ada", "email": "accessories@example.com"},
            "half": {"name": f"Ada {RUN}", "email": "half@example.com"},
            "list": {"name": "Ada", "email": "x@example.com", "tags": [RUN]},
        }
    )
    swept = sweep_at(directory).sweep_foreign()
    assert sorted(directory.users) == ["half", "list", "word"]
    assert swept.deleted == 1


def test_a_run_that_may_still_be_going_on_is_left_alone(sweep_at):
    directory = Directory({"old": marked(1)})
    assert sweep_at(directory).sweep_foreign(older_than_s=10**9).deleted == 0
    assert directory.deleted == []


# A real run, killed
