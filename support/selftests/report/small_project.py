"""The plugin of the little project that the report's self-tests run: sentences without a service behind them.

Loaded in a process of its own by `report_playground`; its operations and timelines are made up.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from pytest_bdd import given, parsers, then, when

from support.convergence.timelines import Sample, Seen, Timeline
from support.errors import Inconclusive, LateConvergence, UnexpectedContent
from support.http.history import Exchange, History, Operation, Outcome, Request, Response
from support.report.allure.bridge import AllureBridge
from support.report.summary import RunSummary
from support.report.terminal import install
from support.secrets.redaction import REDACTOR
from support.target.known import Deviation, KnownDeviations

TOKEN = 'staging-token-4711-"quoted"-é'
USERS = "http://127.0.0.1:8080/api/v1/users"
HISTORY = History()
JUDGED: list[Timeline] = []
KNOWN = {name: Deviation(**said) for name, said in json.loads(os.environ.get("STAGE_KNOWN", "{}")).items()}
REDACTOR.register(TOKEN, "API_TOKEN")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    if not is_worker:
        target = SimpleNamespace(name="staging", known=KNOWN, promises={"put"})
        run = SimpleNamespace(seed=42, shard=None, target=target)
        summary = RunSummary(run)  # type: ignore[arg-type]
        summary.users = {"created": 3, "deleted": 3, "left": int(os.environ.get("STAGE_LEFT", "0"))}
        summary.broken += filter(None, [os.environ.get("STAGE_BROKEN")])
        config.pluginmanager.register(summary)
        install(config, summary)
    if is_worker or config.getoption("dist", "no") == "no":
        bridge = AllureBridge(HISTORY, JUDGED)
        bridge.recorder.known = KnownDeviations(KNOWN)
        config.pluginmanager.register(bridge)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("needs-etag"):
            item.add_marker(pytest.mark.skip(reason="target staging does not promise etag"))
    if os.environ.get("STAGE_REVERSED"):
        items.reverse()


def operation(
    verb: str, *statuses: int, method: str = "GET", body: bytes = b"", sent_at: float | None = None
) -> Operation:
    made = HISTORY.begin(Operation(verb, "user Ada"))
    at = time.monotonic() if sent_at is None else sent_at
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", "traceparent": "00-1"}
    request = Request(method, USERS, headers, body)
    answer = b'{"id": "u_1", "name": "Ada", "amount": 1.50, "amount": 2}'
    for number, status in enumerate(statuses, 1):
        is_fault = status >= 500
        outcome = Outcome.UNKNOWN if is_fault else Outcome.OK
        shown = {"content-type": "application/json", **({"retry-after": "1"} if is_fault else {})}
        response = Response(status, shown, b"<h1>later</h1>" if is_fault else answer)
        exchange = Exchange(request, number, at, at + 0.012, datetime.now(UTC), outcome, response)
        HISTORY.record(made, exchange)
        if number < len(statuses):
            made.waits.append((1.0, "Retry-After"))
    return made


def convergence(*seen: Seen, every_s: float) -> Timeline:
    acknowledged_at = time.monotonic()
    made = Timeline(
        "user Ada", "shown as last written", "single", acknowledged_at - 0.02, acknowledged_at, 2.0, "create"
    )
    for number, what in enumerate(seen):
        sent_at = acknowledged_at + number * every_s
        read = operation("look up", 404 if what is Seen.OLD else 200, sent_at=sent_at)
        made.samples.append(Sample(sent_at, sent_at + 0.012, what, f"<{what}>", read))
    made.conclude()
    JUDGED.append(made)
    return made


@given("the service is there")
@given("nothing else")
def _nothing() -> None:
    pass


@given("user Ada exists")
def _exists() -> None:
    made = operation("create", 201, method="POST")
    line = convergence(Seen.OLD, Seen.NEW, every_s=0.1)
    line.acknowledged_at = made.answered_at
    operation("look up", 200, sent_at=time.monotonic() + 1)


@given("these people")
def _people(datatable: list[list[str]]) -> None:
    assert datatable[0] == ["name", "age"]


@given("this text")
def _text(docstring: str) -> None:
    assert docstring


@when("the client creates user Ada")
@when(parsers.parse("the client creates user Ada with {what} for a name"))
def _create() -> None:
    operation("create", 503, 201, method="POST", body=b'{"name": "Ada", "password": "hush-hush"}')


@when("the client asks very often")
def _ask() -> None:
    for _ in range(12):
        operation("look up", 200)


@then("user Ada can be looked up within the promised time")
def _looked_up() -> None:
    convergence(Seen.OLD, Seen.OLD, Seen.NEW, every_s=0.2)


@then("everyone catches up")
def _late() -> None:
    line = convergence(*[Seen.OLD] * 5, *[Seen.NEW] * 3, every_s=0.6)
    raise LateConvergence("user Ada is shown within 2 s", "it was, but too late", timeline=line)


@then("the answer is wrong")
def _wrong() -> None:
    raise UnexpectedContent('the name is "Ada"', 'it is "Bob"', evidence=[operation("look up", 200)])


@then("nobody knows")
def _unknown() -> None:
    raise Inconclusive("no answer within 20 s", evidence=[operation("look up", 503, 503)])


@then("the suite is wrong")
def _mistake() -> None:
    raise KeyError(f"{TOKEN} and half a character: \ud800")


@then("it takes too long")
def _too_long() -> None:
    pytest.fail("Timeout (>120.0s) from pytest-timeout.")


@then("it does not apply")
def _does_not_apply() -> None:
    pytest.skip("only where etag is promised")


@then("the process dies")
def _die() -> None:
    os._exit(3)
