"""A trial says of a service's users and verdicts what is true, and each of its services can be tried."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ci.trials.residents import Measured, grown, purpose_of, read_purposes
from ci.trials.runs import Ended
from ci.trials.services import TRIALS, Run, access_token, compare, differences, run_scripts, story_of
from ci.trials.views import Service, everywhere, listed, tabled
from support.selftests.servers.odd_service import PASSWORD, OddService
from support.target.profiles import parse_target
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = 2
PEOPLE = [{"_id": str(number), "name": f"Person {number}"} for number in range(5)]


class Pages(BaseHTTPRequestHandler):
    """Five people on pages of two; every second answer is a 500, and an empty page is a 404."""

    answers = 0

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        Pages.answers += 1
        parts = urlsplit(self.path)
        first = (int(parse_qs(parts.query).get("page", ["1"])[0]) - 1) * PAGE
        shown = PEOPLE[first : first + PAGE] if parts.path == "/users" else []
        status = 500 if Pages.answers % 2 else 200 if shown else 404
        body = json.dumps({"items": shown}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Service(f"http://127.0.0.1:{server.server_port}", tmp_path, {})
        server.shutdown()


def test_a_list_is_seen_to_its_last_page(service):
    """All pages are read, also where the service fails now and then and where nobody is a 404."""
    assert set(listed("/users?size=2", "items", identifier="_id", page="page")(service)) == set("01234")
    assert listed("/nobody", "items")(service) == {}


def test_the_users_of_several_callers_are_counted_apart(service):
    """Whoever bears one id for two callers counts twice."""
    page = listed("/users", "items", identifier="_id")
    assert len(everywhere(page, page)(service)) == 2 * PAGE


def test_a_table_is_seen_by_the_columns_that_are_named(tmp_path):
    """What a login writes beside them does not make another user of somebody."""
    (tmp_path / "service.x").mkdir()
    view = tabled("people", "email")
    service = Service("", tmp_path, {})
    with closing(sqlite3.connect(tmp_path / "service.x" / "users.sqlite3")) as connection:
        connection.execute("create table people (id integer, email text, logins integer)")
        connection.execute("insert into people values (7, 'a@example.com', 0)")
        connection.commit()
        before = view(service)
        connection.execute("update people set logins = 1")
        connection.commit()
        assert view(service) == before == {"7": '["a@example.com"]'}
        connection.execute("update people set email = 'b@example.com'")
        connection.commit()
        assert compare(before, view(service)) == (0, 1)


def test_a_user_who_came_is_left_and_one_who_changed_or_went_is_touched():
    """Both are counted, each once."""
    assert compare({"1": "a", "2": "b", "3": "c"}, {"1": "a", "2": "x", "4": "d"}) == (1, 2)


def told(verdict: str, **example: str) -> dict[str, Any]:
    return {"ids": ["UNQ-04"], "title": "A race", "example": example, "verdict": verdict}


def test_stories_differ_by_example():
    """Two examples of one id with two verdicts do not differ between runs; a story that was not run does."""
    runs = [
        {story_of(each): each["verdict"] for each in stories}
        for stories in (
            [told("kept", way="change"), told("broken", way="creation")],
            [told("broken", way="creation"), told("kept", way="change")],
        )
    ]
    assert differences(runs) == {}
    assert differences([*runs, {}]) == {
        ("UNQ-04", "A race", "way change"): ("kept", "kept", "not run"),
        ("UNQ-04", "A race", "way creation"): ("broken", "broken", "not run"),
    }


@pytest.mark.parametrize(
    ("summary", "left", "touched"), [({}, 0, 0), ({"counts": {}}, 1, 0), ({"counts": {}}, 0, 1)]
)
def test_a_run_is_clean_only_if_it_ended_and_left_the_users_as_they_were(summary, left, touched):
    """Each of the three is enough for it not to be."""
    assert not Run(1, 0, summary, left, touched).is_clean
    assert Run(1, 1, {"counts": {}}, 0, 0).is_clean


def test_the_scripts_that_a_run_left_are_run_each_alone(tmp_path):
    """Each gets the variables of the suite, and what it says is kept beside it."""
    folder = tmp_path / "reproductions"
    folder.mkdir()
    (folder / "a.py").write_text("import os; print(os.environ['BASE_URL']); raise SystemExit(1)", "utf-8")
    (folder / "a.sh").write_text('[ "$BASE_URL" = here ] && exit 2', "utf-8")
    for _ in range(2):
        assert run_scripts(tmp_path, {"BASE_URL": "here"}) == {"a.py": 1, "a.sh": 2}
    assert (folder / "a.py.txt").read_text("utf-8") == "here\n"


def test_scripts_are_given_a_token_where_a_login_gives_them() -> None:
    """A script knows no login: it said that it could not tell, of FastAPI Users and Flask-AppBuilder."""
    login = {"scheme": "login", "login": {"request": "POST /login"}}
    with OddService(login=True) as service:
        tokens = {"API_TOKEN": f"odd:{PASSWORD}"}
        target = parse_target({"name": "x", "auth": login}, source="here")
        found = access_token(target, tokens, service.url)
        assert found["ACCESS_TOKEN"] in service.state.tokens
    assert access_token(parse_target({"name": "x"}, source="here"), {"API_TOKEN": "a-token"}, "") == {}


@pytest.mark.parametrize("name", TRIALS)
def test_each_service_can_be_started_and_has_a_profile(name):
    """A trial names a start script and a shipped profile."""
    assert (ROOT / "ci" / "targets" / name / "start.sh").exists()
    assert (ROOT / "support" / "target" / "profiles" / f"{name}.toml").exists()


def measured(
    requests: int, *, code: int = 0, inconclusive: int = 0, left: int = 0, touched: int = 0
) -> Measured:
    """Return what a run against so many residents might have shown."""
    summary = {"requests": requests, "counts": {"kept": 100, "inconclusive": inconclusive}}
    return Measured(5000, Ended(code, "", 1.0, 0.0, 80.0, summary), Counter(), requests, left, touched)


@pytest.mark.parametrize(
    ("run", "is_ok"),
    [
        (measured(1500), True),
        (measured(1501), False),
        (measured(0), False),
        (measured(1000, code=1), False),
        (measured(1000, code=10, inconclusive=10), True),
        (measured(1000, code=10, inconclusive=11), False),
        (measured(1000, left=1), False),
        (measured(1000, touched=1), False),
    ],
)
def test_a_crowd_may_cost_half_as_much_again_and_nobody_is_left(run: Measured, *, is_ok: bool) -> None:
    assert run.is_ok(measured(1000)) is is_ok


def test_requests_are_counted_by_story_and_purpose(tmp_path: Path) -> None:
    line = {
        "story": "features/users/x.feature::test_a_story[a]",
        "verb": "list",
        "path": "/users?limit=5&sort=-x",
    }
    assert purpose_of(line) == ("a_story[a]", "list sort -x, limit 5")
    assert purpose_of({**line, "verb": "look up", "path": "/users/7"}) == ("a_story[a]", "look up")
    file = tmp_path / "history.jsonl"
    assert read_purposes(file) == Counter()
    file.write_text(f"{json.dumps(line)}\n" * 3, encoding="utf-8")
    assert read_purposes(file) == Counter({purpose_of(line): 3})


def test_what_took_many_more_requests_is_told_first() -> None:
    first = Counter({("a", "list"): 5, ("b", "list"): 5, ("c", "list"): 50})
    other = Counter({("a", "list"): 30, ("b", "list"): 90, ("c", "list"): 60})
    assert grown(first, other) == [("b", "list", 5, 90), ("a", "list", 5, 30)]
