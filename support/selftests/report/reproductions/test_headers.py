"""A script sends what a service wants with every request, and an Accept that tells something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.http.client import ACCEPT
from support.report.operations import render_briefly
from support.report.reproductions.plans import Plans
from support.report.reproductions.recording.callers import Callers
from support.report.reproductions.recording.recorder import Recording
from support.report.reproductions.script.answers import Answer
from support.report.reproductions.script.player import Attempt
from support.report.reproductions.shell import ShellScript
from support.selftests.report.reproductions.recorded import HOST, PLAIN, operation
from support.target.profiles import parse_target
from support.target.settings import Constants
from support.users import Normalizer

JSON_API = "application/vnd.api+json"


def created(headers):
    made = operation(1, "create", "POST", "/users", 500, None, sent={"name": "Ada"})
    made.exchanges[-1] = replace(made.last, request=replace(made.last.request, headers=headers))
    return made


def plan_for(profile, headers):
    target = parse_target({**PLAIN, **profile}, source="a test")
    recording = Recording(target, HOST, Callers(target, {}, Constants()), Normalizer(target))
    steps = recording.take([created(headers)])
    return Plans(target, recording, HOST).plan(
        steps, [{"that": "status", "from": 100, "to": 500, "of": steps[0].name}]
    )


def test_what_every_request_bears_is_sent_with_those_of_the_script_too():
    """Flask-Restless refuses any other Accept: of 15 scripts 11 said that the fault was not there."""
    sent = []

    def send(method, _path, headers, _body, *, hang_up):
        sent.append((method, headers.get("Accept"), headers.get("X-Version"), hang_up))
        return Answer(201, {"content-type": "application/json"}, b'{"id": "u1", "email": "ada@example.com"}')

    constants = {"Accept": JSON_API, "X-Version": "2"}
    plan = plan_for({"sending": {"headers": constants}}, constants)
    attempt = Attempt(plan, send, str)
    attempt.play()
    attempt.clean_up()
    assert {method for method, *_ in sent} >= {"POST", "DELETE"}
    assert {(accept, version) for _, accept, version, _ in sent} == {(JSON_API, "2")}
    lines = [line for line in ShellScript(plan).write("a title", "").splitlines() if "send -X" in line]
    assert len(lines) == 2
    assert all(f"Accept: {JSON_API}" in line and "X-Version: 2" in line for line in lines)


@pytest.mark.parametrize(("accept", "is_told"), [(ACCEPT, False), (";q=x,,", True)])
def test_an_accept_is_left_out_only_where_it_is_that_of_every_request(accept, *, is_told):
    """Feathers answers 500 to a garbled one, and its script left it out."""
    (step,) = plan_for({}, {"Accept": accept})["steps"]
    assert step.get("headers", {}) == ({"Accept": accept} if is_told else {})
    assert ("Accept: " in render_briefly(created({"Accept": accept}))) is is_told
