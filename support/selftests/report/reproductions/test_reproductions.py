"""What a broken promise leaves behind shows the fault alone, and nothing where the service is mended."""

from __future__ import annotations

import json
import re
import time
from types import SimpleNamespace
from typing import Any

import pytest

from support.errors import Failure, UnexpectedContent
from support.report.reproductions.live import LiveService
from support.report.reproductions.plans import facts_of
from support.report.reproductions.recording.callers import Callers
from support.report.reproductions.recording.relations import relate
from support.report.reproductions.recording.substitution import Substitution
from support.report.reproductions.script.answers import Answer
from support.report.reproductions.script.checks import Checks
from support.report.reproductions.script.player import Attempt
from support.report.reproductions.script.symbols import CannotTell, alter, new_mark
from support.report.reproductions.writing import HoldsSecret, checked
from support.secrets import REDACTOR
from support.secrets.redaction import Redactor
from support.selftests.behaviours.exploration.explorer import BASE_URL, Passage
from support.selftests.reference.probe import MAIN
from support.selftests.report.reproductions.stage import plan_of
from support.target.profiles import load_target, parse_target
from support.target.settings import Constants


def broken_replacement(stage):
    """Replace a user without the nickname, among requests that have nothing to do with it."""
    people, api = stage.suite.people, stage.api
    ada, grace = people.introduce("Ada"), people.introduce("Grace")
    for person in (grace, ada):
        api.create(person)
    api.look_up(grace.id, grace.subject)
    api.replace(grace, {**grace.details, "name": "Grace again"})
    details = {name: value for name, value in ada.details.items() if name != "nickname"}
    operation = api.replace(ada, details)
    with pytest.raises(UnexpectedContent) as failure:
        stage.validator.details(operation, stage.validator.user(operation), details)
    return failure.value


def test_a_script_has_only_the_requests_that_it_needs_and_tells_broken_from_mended(meet):
    broken = meet("M26")
    made = broken.reproduce(broken_replacement(broken))
    plan = plan_of(made)
    assert [step["what"] for step in plan["steps"]] == ["create user Ada", "replace user Ada"]
    assert plan["attempts"] == 1
    assert "nickname" in broken.judge(plan)
    assert not meet().judge(plan)


def test_what_a_script_creates_it_deletes(meet):
    stage = meet("M26")
    plan = plan_of(stage.reproduce(broken_replacement(stage)))
    before = len(stage.probe.all())
    stage.judge(plan)
    assert len(stage.probe.all()) == before


def test_no_secret_is_in_a_script(meet):
    stage = meet("M26")
    REDACTOR.register(MAIN, "API_TOKEN")
    made = stage.reproduce(broken_replacement(stage))
    for text in made.texts.values():
        assert REDACTOR.text(text) is text
        assert MAIN not in text
        assert stage.suite.people.passwords_begin not in text
    with pytest.raises(HoldsSecret):
        checked(f"Authorization: Bearer {MAIN}")


def test_a_script_needs_requests_and_the_standard_library_alone(meet):
    stage = meet("M26")
    text = next(iter(stage.reproduce(broken_replacement(stage)).texts.values()))
    assert not re.search(r"^\s*(from|import) support", text, re.MULTILINE)
    compile(text, "script", "exec")


def test_a_deletion_is_never_left_out_where_it_is_why_somebody_must_be_gone(meet):
    stage = meet("M40")
    ada = stage.suite.people.introduce("Ada")
    stage.api.create(ada)
    stage.api.delete(ada)
    look = stage.api.look_up(ada.id, ada.subject)
    plan = plan_of(stage.reproduce(Failure("user Ada is gone", "they are there", evidence=[look])))
    assert [step["send"].partition(" ")[0] for step in plan["steps"]] == ["POST", "DELETE", "GET"]
    assert stage.judge(plan)
    assert not meet().judge(plan)


def test_a_finding_that_no_answer_shows_leaves_no_script_but_the_reason(meet):
    stage = meet()
    ada = stage.suite.people.introduce("Ada")
    operation = stage.api.create(ada)
    made = stage.reproduce(Failure("it is quick", "it is slow", evidence=[operation]))
    assert not made.texts
    assert "no single answer" in made.line
    assert "another story" in stage.reproduce(Failure("p", "s")).reason
    assert stage.reproduce(ValueError("a mistake")).reason


def test_marks_keep_their_length_and_are_new():
    like = "acctp4abcde.gw0-00012"
    assert len(new_mark(like, 1)) == len(like)
    assert new_mark(like, 1) != new_mark(like, 1)


@pytest.mark.parametrize(
    ("sent", "template"),
    [
        ("u_abcdef12", "«id a1»"),
        ("U_ABCDEF12", "«id a1|upper»"),
        ("u_abcdef1", "«id a1|short 1»"),
        ("u_abc", "«id a1|first 5»"),
        ("u_abcdef12x", "«id a1»x"),
        ("00u_abcdef12", "00«id a1»"),
        ("u_abXdef12", "«id a1|flip 4»"),
        ("somebody else", None),
    ],
)
def test_a_value_that_is_like_a_known_one_is_made_from_it(sent, template):
    assert relate(sent, [("id a1", "u_abcdef12")]) == template


def test_values_are_altered_as_they_were():
    assert alter("abcdef", "first 3") == "abc"
    assert alter("abcdef", "short 1") == "abcde"
    assert alter("abcdef", "upper") == "ABCDEF"
    assert alter("abcdef", "flip 0") == "Abcdef"


def test_a_token_becomes_its_variable_also_where_it_was_altered(meet):
    callers = Callers(meet().target, {"API_TOKEN": "a-long-secret-token-1"}, Constants())
    REDACTOR.register("a-long-secret-token-1", "API_TOKEN")
    assert callers.template("Authorization", "Bearer a-long-secret-token-1") == "Bearer «token API_TOKEN»"
    assert callers.template("Accept", "text/plain") == "text/plain"


def test_keys_and_marks_become_symbols(meet):
    stage = meet()
    symbols = Substitution(stage.target, BASE_URL, Callers(stage.target, {}, Constants()))
    mark = stage.suite.people.next_mark()
    body, coding = symbols.body(f'{{"name": "Ada {mark}", "email": "{mark.upper()}@example.com"}}'.encode())
    assert (body, coding) == ('{"name": "Ada «mark 1»", "email": "«MARK 1»@example.com"}', "utf-8")
    _, headers = symbols.headers({"Idempotency-Key": "k" * 36, "User-Agent": "us"})
    assert headers == {"Idempotency-Key": "«key 1 36»"}
    assert symbols.value("«key 1 36|short 1»") == "k" * 35


def test_a_password_in_a_form_that_cannot_be_read_is_a_symbol_too():
    """Three of eight broken promises about such forms left no script: it would have held a password."""
    target = parse_target({"name": "x"}, source="here")
    REDACTOR.register("Pw-0-a-password", "password")
    substitution = Substitution(target, BASE_URL, Callers(target, {}, Constants()))
    for body in ('{"password": "Pw-0-a-password",}', '{"password": "Pw-0-a-password"}\u00ff'):
        template, _ = substitution.body(body.encode("latin-1"))
        assert template == body.replace("Pw-0-a-password", "\u00abpassword 1 15\u00bb")


@pytest.mark.parametrize("written", ['"7"', "7"])
def test_a_short_id_in_a_body_is_a_symbol_where_an_id_stands_and_nowhere_else(written):
    """Such an id is another user's in every other run: the script has to make the user first."""
    target = parse_target({"name": "x", "fields": {"id": "_id"}}, source="here")
    callers = Callers(target, {}, Constants())
    substitution = Substitution(target, BASE_URL, callers)
    substitution.learn_id("a1", 7)
    body = '{"_id": %s, "name": "7 of 77", "version": 7, "old_id": 7}'
    template, _ = substitution.body((body % written).encode())
    assert template == body % written.replace("7", "\u00abid a1\u00bb")
    assert substitution.value(template) == body % written


def test_a_script_that_cannot_be_judged_says_so(meet):
    stage = meet("M26")
    plan = plan_of(stage.reproduce(broken_replacement(stage)))
    attempt = Attempt(plan, stage.sends, lambda _name: (_ for _ in ()).throw(CannotTell("set API_TOKEN")))
    with pytest.raises(CannotTell, match="API_TOKEN"):
        attempt.play()


def test_a_service_without_tokens_has_no_users_of_one():
    """What a trial creates is noted as everything else is, or the sweep could not look at everybody."""
    nothing: Any = None
    target = parse_target({"name": "x", "auth": {"scheme": "none"}}, source="here")
    live = LiveService("http://127.0.0.1:9", target, *[nothing] * 7)
    assert live._caller({"Accept": "application/json"}) == ""


@pytest.mark.parametrize(("secret", "is_found"), [("", False), ("a-long-token", False), ("s3cret", True)])
def test_a_secret_that_is_not_known_is_found_in_no_answer(secret, is_found):
    """The token of a login is not known: FastAPI Users' script looked for nothing, and not for a password."""
    answer = Answer(422, {}, b'{"input": {"password": "s3cret"}}')
    checks = Checks(facts_of(load_target("fastapi-users")), {"a1": answer}, lambda _: secret)
    complaint = checks.complaint({"that": "hides", "text": "\u00abtoken ACCESS_TOKEN\u00bb", "of": "a1"})
    assert bool(complaint) is is_found


@pytest.mark.parametrize("missing", ["created_at", "updated_at"])
def test_a_service_may_have_one_date_alone(meet, missing):
    """Django REST framework tells no date of change: the script about a lost change ended the whole run."""
    stage = meet("M26")
    fields = stage.target.fields.model_copy(update={missing: None})
    stage.maker._target = stage.target.model_copy(update={"fields": fields})
    ada = stage.suite.people.introduce("Ada")
    stage.api.create(ada)
    stage.api.look_up(ada.id, ada.subject)
    details = {name: value for name, value in ada.details.items() if name != "nickname"}
    operation = stage.api.replace(ada, details)
    with pytest.raises(UnexpectedContent) as failure:
        stage.validator.details(operation, stage.validator.user(operation), {**details, "nickname": None})
    assert stage.reproduce(failure.value).texts


def test_a_mistake_of_the_suite_leaves_the_finding_and_the_run(meet, monkeypatch):
    stage = meet("M26")

    def fail(*_: Any) -> None:
        raise KeyError("updated_at")

    monkeypatch.setattr(stage.maker, "_reproduce", fail)
    made = stage.reproduce(UnexpectedContent("a", "b", evidence=[]))
    assert not made.texts
    assert "the suite failed to make one (KeyError" in made.line


def test_a_password_that_a_trial_makes_up_is_hidden_too(meet, monkeypatch):
    """Services that give passwords away give away those of reproductions as well, also to other processes."""
    stage, sent = meet("M26"), []
    exchange = Passage.exchange

    def listen(self, method, url, headers, body, *rest, **more):
        sent.append(json.loads(body or b"{}").get("password"))
        return exchange(self, method, url, headers, body, *rest, **more)

    error = broken_replacement(stage)
    monkeypatch.setattr(Passage, "exchange", listen)
    stage.reproduce(error)
    passwords = [password for password in sent if password]
    assert passwords
    assert not [password for password in passwords if password in REDACTOR.text(f"it is {password}")]
    people = stage.suite.people
    elsewhere = Redactor()
    for part in (people.passwords_begin, people._passwords_end):
        elsewhere.register(part, "password")
    assert all(re.fullmatch(r".password.\w+-\d{5}-.password.", elsewhere.text(each)) for each in passwords)


def test_a_long_walk_is_judged_in_its_length():
    """A list that begins again shows thousands of users twice; looking each up again would take minutes."""
    page = json.dumps([{"id": n} for n in range(25_000)]).encode()
    answer = Answer(200, {}, page)
    walked: Any = SimpleNamespace(pages=[answer, answer])
    nothing: Any = None
    plan = {"lists": {"items": ""}, "ids": ["id"], "user_path": ""}
    checks = Checks(plan, {"a1": walked}, nothing)
    begun = time.process_time()
    assert checks.complaint({"that": "ends", "of": "a1"}).startswith("users stand there twice: 0, 1, 10")
    assert time.process_time() - begun < 5
