"""A script says that a fault is mended where it is, and only there: not where it was never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.errors import Failure, UnexpectedAnswer
from support.report.reproductions.script import standalone
from support.report.reproductions.script.answers import Answer
from support.report.reproductions.script.player import Attempt
from support.report.reproductions.trial import Shown
from support.selftests.report.reproductions.stage import plan_of

USER = {"id": "u1", "name": "Ada"}
CREATE = {"name": "a1", "what": "create", "send": "POST /users", "status": 201, "creates": True}
LOOK = {"send": "GET /users/\u00abid a1\u00bb", "status": 200, "what": "look up"}
FACTS: dict[str, Any] = {
    "marks": {}, "ids": ["id"], "user_path": "", "faults": [], "headers": {}, "list": False,
    "delete": {"send": "DELETE /users/{id}", "headers": {}},
}  # fmt: skip


def played(*answers, steps, checks):
    """Return what is said of the answers that a plan's requests are given, in their order."""
    left = list(answers)

    def send(_method, _path, _headers, _body, *, hang_up):
        assert not hang_up
        status, shown = left.pop(0) if len(left) > 1 else left[0]
        return Answer(status, {}, json.dumps(shown).encode())

    return Attempt({**FACTS, "steps": steps, "checks": checks}, send, str).play()


def member(**check):
    return {"that": "member", "path": "name", "of": "a3", **check}


def test_what_has_to_be_shown_first_may_take_its_time():
    """A reader that lags knows nobody yet; a script about a date that never moves ended so at times."""
    first = {**LOOK, "name": "a2", "until_s": 2.0}
    judged = {**LOOK, "name": "a3"}
    answers = [(201, USER), (404, {}), (200, USER), (200, {**USER, "name": "Eve"})]
    said = played(*answers, steps=[CREATE, first, judged], checks=[member(as_in="a2")])
    assert said == "name is 'Eve', and was 'Ada'"


@pytest.mark.parametrize("if_shown", [True, False])
def test_who_is_not_shown_within_the_promised_time_is_not_shown_wrongly(if_shown):
    check = member(**{"is": "Ada", **({"if_shown": True} if if_shown else {})})
    said = played(
        (201, USER), (404, {}), steps=[CREATE, {**LOOK, "name": "a3", "status": 404}], checks=[check]
    )
    assert bool(said) is not if_shown


def test_a_service_that_refuses_now_what_it_was_wrong_to_accept_is_mended():
    write = {"name": "a2", "what": "replace", "send": "PUT /users/u1", "status": 200, "right": [412]}
    steps = [CREATE, write, {**LOOK, "name": "a3"}]
    check = member(**{"is": "Ada"})
    assert played((201, USER), (412, {}), steps=steps, checks=[check]) == ""
    assert played((201, USER), (200, {}), (200, {**USER, "name": "Eve"}), steps=steps, checks=[check])


def test_no_write_that_is_kept_comes_to_mean_something_else(meet):
    """Without the change between, what was on top of an outdated version is on top of the current one."""
    stage = meet("M100")
    people, api = stage.suite.people, stage.api
    ada, grace = people.introduce("Ada"), people.introduce("Grace")
    api.create(ada)
    tag = api.look_up(ada.id, ada.subject).response.headers["etag"]
    api.replace(ada, {**ada.details, "name": "Ada again"})
    moved = {**ada.details, "email": f"moved.{grace.mark}@example.com"}
    api.replace(ada, moved, headers={"If-Match": tag})
    grace.details["email"] = moved["email"]
    refused = api.create(grace)
    failure = UnexpectedAnswer("it is accepted", "it was refused", evidence=[refused], statuses=(201,))
    plan = plan_of(stage.reproduce(failure))
    assert stage.judge(plan)
    assert meet().judge(plan) == ""


def test_somebody_is_there_where_a_search_must_not_find_anybody(meet):
    """Such a script found nobody in a service without users, and took the fault for mended."""
    stage = meet("M58")
    ada = stage.suite.people.introduce("Ada")
    stage.api.create(ada)
    found = stage.api.find(f"nobody.{ada.mark}@example.com", "an email that nobody has")[0]
    plan = plan_of(stage.reproduce(Failure("nobody is found", "Ada is", evidence=[found])))
    assert meet("M58").judge(plan)
    assert meet().judge(plan) == ""


@pytest.mark.parametrize(
    ("shown", "attempts", "is_enough"),
    [(Shown(3, 3), 1, True), (Shown(5, 10), 25, True), (Shown(1, 10), 30, False), (Shown(), 30, False)],
)
def test_what_shows_often_is_mended_where_it_shows_no_more(shown, attempts, is_enough):
    plan = {"steps": [{"name": "a1"}]}
    assert shown.attempts(plan) == {"attempts": attempts, "enough": is_enough}


@pytest.mark.parametrize(
    ("step", "attempts"), [({"watch_s": 1.0}, 10), ({"watch_s": 1.0, "settle_s": 1.1}, 1)]
)
def test_what_shows_while_a_change_is_on_its_way_may_not_show_once(step, attempts):
    """A reader that was behind showed it three times in a row; one that is not says nothing of the fault."""
    assert Shown(3, 3).attempts({"steps": [step]}) == {"attempts": attempts, "enough": True}


@pytest.mark.parametrize(("is_enough", "code"), [(True, standalone.MENDED), (False, standalone.UNKNOWN)])
def test_only_enough_attempts_tell_that_a_fault_is_mended(monkeypatch, is_enough, code):
    class Quiet:
        answers: dict[str, Answer] = {}  # noqa: RUF012

        def __init__(self, *_: object) -> None: ...

        def play(self) -> str:
            return ""

        def clean_up(self) -> None: ...

    monkeypatch.setattr(standalone, "Attempt", Quiet)
    assert standalone.main({"base_url": "http://127.0.0.1:9", "attempts": 3, "enough": is_enough}) == code
