"""How an operation is repeated: after which waits, up to which deadline, and on what budget."""

from __future__ import annotations

import random

import pytest

from support.clock import FakeClock
from support.http.history import Operation
from support.http.retry import LONGEST_WAIT_S, FaultRetries, Repeat, RetryBudget
from support.selftests.probes.attempts import AMBIGUOUS, FAULTS, exchange
from support.target.timing import Faults


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


def test_a_service_that_is_given_up_is_not_waited_for():
    clock = FakeClock()
    server = Service(clock, [503], headers={"retry-after": "30"})
    retries = FaultRetries(FAULTS, clock, random.Random(1), is_given_up=lambda: sum(clock.slept) >= 2)
    retries.run(server, server.operation, Repeat("GET"))
    assert 2 <= sum(clock.slept) < 3


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
