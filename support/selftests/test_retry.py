"""What may be sent again, when, and how often: the table of RFC 9110 §9.2.2 and Retry-After."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.clock import FakeClock
from support.exchange import Exchange, Operation, Outcome, Request, Response
from support.retry import (
    LONGEST_WAIT_S,
    FaultRetries,
    Repeat,
    RetryBudget,
    classify,
    is_fault,
    parse_http_date,
    parse_retry_after,
    plausible_attempts,
)
from support.target import Faults

FAULTS = Faults(per_request_probability=0.2)
HONEST = Faults(unavailable_is_unapplied=True)

NEVER_SENT, AMBIGUOUS = "never sent", "reset"


def exchange(answer, *, method="POST", faults=FAULTS, headers=None, at=0.0):
    """Make an attempt that ended with a status, or with a transport fault in words."""
    request = Request(method, "http://127.0.0.1/users", {})
    response = Response(answer, headers or {}) if isinstance(answer, int) else None
    if response is not None:
        outcome = classify(faults, response)
    else:
        outcome = Outcome.FAILED if answer == NEVER_SENT else Outcome.UNKNOWN
    return Exchange(request, 1, at, at, datetime.now(UTC), outcome, response, None if response else answer)


@pytest.mark.parametrize(
    ("status", "outcome", "honest"),
    [
        (200, Outcome.OK, Outcome.OK),
        (201, Outcome.OK, Outcome.OK),
        (204, Outcome.OK, Outcome.OK),
        (304, Outcome.OK, Outcome.OK),
        (301, Outcome.REFUSED, Outcome.REFUSED),
        (400, Outcome.REFUSED, Outcome.REFUSED),
        (404, Outcome.REFUSED, Outcome.REFUSED),
        (408, Outcome.UNKNOWN, Outcome.UNKNOWN),
        (409, Outcome.REFUSED, Outcome.REFUSED),
        (412, Outcome.REFUSED, Outcome.REFUSED),
        (425, Outcome.UNKNOWN, Outcome.UNKNOWN),
        (429, Outcome.FAILED, Outcome.FAILED),
        (500, Outcome.UNKNOWN, Outcome.UNKNOWN),
        (502, Outcome.UNKNOWN, Outcome.UNKNOWN),
        (503, Outcome.UNKNOWN, Outcome.FAILED),
        (504, Outcome.UNKNOWN, Outcome.UNKNOWN),
    ],
)
def test_an_answer_tells_what_became_of_the_request(status, outcome, honest):
    assert classify(FAULTS, Response(status, {})) is outcome
    assert classify(HONEST, Response(status, {})) is honest


READS = [Repeat("GET"), Repeat("HEAD"), Repeat("OPTIONS")]
REPEATABLE = [Repeat("PUT"), Repeat("DELETE")]
KEYED = [Repeat("POST", has_key=True), Repeat("PATCH", has_key=True)]
RENEWED = [Repeat("POST", is_renewed=True), Repeat("PATCH", is_renewed=True)]
BARE = [Repeat("POST"), Repeat("PATCH")]


@pytest.mark.parametrize("repeat", [*READS, *REPEATABLE, *KEYED, *RENEWED], ids=repr)
@pytest.mark.parametrize("answer", [NEVER_SENT, AMBIGUOUS, 408, 425, 429, 502, 503, 504])
def test_what_is_safe_to_repeat_is_repeated_after_every_fault(repeat, answer):
    headers = {"retry-after": "0"}
    assert repeat.allows(exchange(answer, method=repeat.method, headers=headers), FAULTS)


@pytest.mark.parametrize("repeat", BARE, ids=repr)
@pytest.mark.parametrize(
    ("answer", "faults", "allowed"),
    [
        (NEVER_SENT, FAULTS, True),
        (429, FAULTS, True),
        (503, HONEST, True),
        (503, FAULTS, False),
        (AMBIGUOUS, FAULTS, False),
        (408, FAULTS, False),
        (502, FAULTS, False),
        (502, HONEST, False),
        (504, FAULTS, False),
    ],
)
def test_a_bare_create_is_repeated_only_if_it_cannot_have_happened(repeat, answer, faults, allowed):
    assert repeat.allows(exchange(answer, method=repeat.method, faults=faults), faults) is allowed


@pytest.mark.parametrize("repeat", [*READS, *REPEATABLE, *KEYED, *RENEWED, *BARE], ids=repr)
@pytest.mark.parametrize(
    "answer", [200, 201, 204, 301, 304, 400, 401, 403, 404, 409, 410, 412, 422, 500, 501]
)
def test_an_answer_is_never_asked_for_again(repeat, answer):
    assert not repeat.allows(exchange(answer, method=repeat.method), FAULTS)


def test_a_key_in_hand_is_asked_for_again_and_a_refused_one_is_not():
    in_hand = exchange(409, headers={"retry-after": "1"})
    assert Repeat("POST", has_key=True).allows(in_hand, FAULTS)
    assert not Repeat("POST", has_key=True).allows(exchange(409), FAULTS)
    assert not Repeat("POST").allows(in_hand, FAULTS)
    assert is_fault(in_hand, FAULTS, has_key=True)
    assert not is_fault(in_hand, FAULTS)


def test_a_profile_may_name_other_faults():
    odd = Faults(statuses=(500, 599))
    assert is_fault(exchange(500, faults=odd), odd)
    assert not is_fault(exchange(503, faults=odd), odd)


@pytest.mark.parametrize(
    ("probability", "consecutive", "attempts"),
    [(0.0, None, 2), (0.2, None, 9), (0.3, 4, 6), (0.3, 0, 2), (0.01, 10, 3), (0.9, None, 132)],
)
def test_attempts_are_as_many_as_the_declared_faults_make_plausible(probability, consecutive, attempts):
    faults = Faults(per_request_probability=probability, max_consecutive=consecutive)
    assert plausible_attempts(faults) == attempts


NOW = "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("3", 3.0),
        ("  7 ", 7.0),
        ("120", 120.0),
        ("Sun, 06 Nov 1994 08:49:40 GMT", 3.0),
        ("Sunday, 06-Nov-94 08:49:40 GMT", 3.0),
        ("Sun Nov  6 08:49:40 1994", 3.0),
        ("Sun, 06 Nov 1994 08:49:30 GMT", 0.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("1e3", None),
        ("soon", None),
        ("٣", None),
        ("99999999999999999999", None),
        ("Sun, 36 Nov 1994 08:49:37 GMT", None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(value, seconds):
    assert parse_retry_after(Response(503, {"retry-after": value, "date": NOW})) == seconds


def test_a_date_is_measured_by_the_clock_of_the_service():
    ages_ago = {"retry-after": "Sun, 06 Nov 1994 08:50:37 GMT", "date": NOW}
    assert parse_retry_after(Response(429, ages_ago)) == 60.0
    assert parse_retry_after(Response(429, {"retry-after": "Sun, 06 Nov 1994 08:50:37 GMT"})) == 0.0
    assert parse_retry_after(Response(429, {})) is None


@settings(max_examples=150, deadline=None)
@example("Sun, 06 Nov 99999999999999999999 08:49:37 GMT")
@example("Sun, 06 Nov 1994 08:49:37 +999999999999999999")
@example("Sun, 06 Nov 9999 23:59:59 -2359")
@given(st.text(alphabet="SunMonNov0123456789 ,:-+GMT", max_size=40) | st.text(max_size=40))
def test_no_date_however_odd_upsets_the_reader(text):
    found = parse_http_date(text)
    assert found is None or found.tzinfo is not None
    parse_retry_after(Response(503, {"retry-after": text, "date": text}))


class Service:
    """Answers a list of answers in turn, the last one for ever; each takes `takes_s` [s]."""

    def __init__(self, clock, answers, *, takes_s=0.0, method="GET", headers=None):
        self.clock = clock
        self.answers = list(answers)
        self.takes_s = takes_s
        self.method = method
        self.headers = headers
        self.operation = Operation("look up", "user Ada")

    def __call__(self):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.clock.advance(self.takes_s)
        made = exchange(answer, method=self.method, headers=self.headers, at=self.clock.monotonic())
        self.operation.exchanges.append(made)
        return made


def run(answers, *, faults=FAULTS, operation_s=60.0, repeat=None, seed=1, **service):
    clock = FakeClock()
    server = Service(clock, answers, **service)
    retries = FaultRetries(faults, clock, random.Random(seed), operation_s)
    retries.run(server, server.operation, repeat or Repeat(server.method))
    return server.operation, clock, retries


def test_an_operation_that_is_answered_is_made_once():
    operation, clock, retries = run([200])
    assert len(operation.exchanges) == 1
    assert (clock.slept, operation.waits, retries.budget.retries) == ([], [], 0)


def test_a_fault_that_passes_is_not_seen():
    operation, clock, retries = run([AMBIGUOUS, 503, 502, 200])
    assert operation.response.status == 200
    assert len(clock.slept) == len(operation.waits) == retries.budget.retries == 3
    assert all(reason == "back-off" for _, reason in operation.waits)


def test_back_off_grows_with_jitter_to_a_ceiling():
    faults = Faults(per_request_probability=0.5)
    waits = [wait for seed in range(20) for wait in run([503], faults=faults, seed=seed)[1].slept[:1]]
    assert len(set(waits)) == 20
    assert all(0.025 <= wait <= 0.1 for wait in waits)
    slept = run([503], faults=faults)[1].slept
    assert len(slept) == 19
    assert all(0.5 <= wait <= 2.0 for wait in slept[6:])


def test_the_same_seed_waits_the_same():
    assert run([503], seed=7)[1].slept == run([503], seed=7)[1].slept


def test_the_service_is_waited_for_as_long_as_it_asks():
    operation, clock, _ = run([503, 200], headers={"retry-after": "4"})
    assert clock.slept == [4.0]
    assert operation.waits == [(4.0, "the service asked for it")]


def test_nobody_is_waited_for_longer_than_a_minute():
    assert run([503, 200], headers={"retry-after": "86400"}, operation_s=1000)[1].slept == [LONGEST_WAIT_S]


def test_a_wait_past_the_deadline_is_not_begun():
    operation, clock, _ = run([503], headers={"retry-after": "50"}, operation_s=60)
    assert clock.slept == [50.0]
    assert len(operation.exchanges) == 2


def test_slow_answers_count_towards_the_deadline():
    operation, clock, _ = run([503], takes_s=25.0, operation_s=60)
    assert len(operation.exchanges) == 3
    assert clock.monotonic() < 1000 + 60 + 25


def test_attempts_end_where_weather_is_no_longer_plausible():
    assert len(run([503])[0].exchanges) == 9
    assert len(run([503], faults=Faults(per_request_probability=0.3, max_consecutive=4))[0].exchanges) == 6


def test_a_bare_create_with_an_unknown_end_is_left_alone():
    operation, clock, _ = run([AMBIGUOUS, 201], method="POST")
    assert len(operation.exchanges) == 1
    assert clock.slept == []


def test_a_key_in_hand_is_waited_for_until_the_deadline_and_not_by_count():
    operation, clock, _ = run(
        [409],
        method="POST",
        repeat=Repeat("POST", has_key=True),
        headers={"retry-after": "1"},
        operation_s=30,
    )
    assert len(operation.exchanges) == 31
    assert clock.monotonic() == 1030.0


def test_a_stuck_key_is_waited_for_through_weather():
    answers = [409, 503] * 20 + [409]
    operation, _, _ = run(
        answers,
        method="POST",
        repeat=Repeat("POST", has_key=True),
        headers={"retry-after": "1"},
        operation_s=30,
    )
    assert len(operation.exchanges) == 31


@pytest.mark.parametrize(
    ("answers", "attempts"), [([AMBIGUOUS, 409], 4), ([AMBIGUOUS, 409, 200], 3), ([409], 1)]
)
def test_a_change_that_may_meet_its_own_lost_attempt_is_sent_again(answers, attempts):
    assert len(run(answers, method="PUT")[0].exchanges) == attempts


def test_what_an_attempt_raises_is_not_swallowed():
    clock = FakeClock()
    retries = FaultRetries(FAULTS, clock, random.Random(1))

    def breaks():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        retries.run(breaks, Operation("look up", "user Ada"), Repeat("GET"))
    assert clock.slept == []


def test_a_run_spends_a_budget_of_retries_and_then_stops_hammering():
    clock = FakeClock()
    retries = FaultRetries(FAULTS, clock, random.Random(1))
    sent = 0
    for _ in range(100):
        service = Service(clock, [503])
        retries.run(service, service.operation, Repeat("GET"))
        sent += len(service.operation.exchanges)
    # 50 in reserve, and one for every two requests: an outage costs less than two requests each in the end.
    assert retries.budget.retries == sent - 100 <= 50 + sent / 2
    assert not retries.budget.allows()


def test_the_budget_covers_what_the_declared_weather_needs():
    weather = random.Random(5)
    clock = FakeClock()
    retries = FaultRetries(FAULTS, clock, random.Random(1))
    for _ in range(2000):
        answers = [503] * next(n for n in range(50) if weather.random() > 0.2) + [200]
        service = Service(clock, answers)
        retries.run(service, service.operation, Repeat("GET"))
        assert service.operation.response.status == 200
    assert retries.budget.retries < 50 + 0.5 * retries.budget.requests


def test_a_budget_of_a_calm_service_still_forgives_now_and_then():
    budget = RetryBudget(Faults(per_request_probability=0), reserve=2)
    assert budget.allows()
    budget.retries = 2
    assert not budget.allows()
    budget.requests = 10
    assert budget.allows()
