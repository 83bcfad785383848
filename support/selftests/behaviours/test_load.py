"""What many clients measured adds up, is judged without mercy for slowness and none for chance."""

from __future__ import annotations

import pytest

from support.behaviours.strain.load import FEWEST_TIMED, judge
from support.behaviours.strain.measurements import Finding, Measurements, Times
from support.errors import Inconclusive, NeverConverged, SlowAnswers
from support.target.timing import Objective

OBJECTIVE = Objective(share=0.95, within_s=0.5)


def times(count: int, slow: int = 0, *, late: int = 0, lost: int = 0) -> Times:
    made = Times(late=late, lost=lost)
    for number in range(count):
        made.add(0.9 if number < slow else 0.1, OBJECTIVE.within_s)
    return made


def measured(**verbs: Times) -> Measurements:
    return Measurements(20, {verb.replace("_", " "): value for verb, value in verbs.items()}, done=1)


def test_shares_are_told_to_a_tenth() -> None:
    made = Times()
    for number in range(1, 1001):
        made.add(number / 1000, OBJECTIVE.within_s)
    assert (made.count, made.slow, made.max_s) == (1000, 500, 1.0)
    for share in (0.5, 0.95, 0.99):
        assert made.within_s(share) == pytest.approx(share, rel=0.1)
    assert made.within_s(1.0) == 1.0
    assert Times().within_s(0.5) == 0.0


def test_what_processes_measured_adds_up_and_travels_as_json() -> None:
    one, other = measured(create=times(3, 1)), measured(create=times(5, 2, late=1), find=times(1))
    other.found(Finding("NeverConverged", "it is shown", "it is not", "GET /users/1"))
    one.include(Measurements.from_dict(other.as_dict()))
    assert (one.times["create"].count, one.times["create"].slow, one.times["create"].late) == (8, 3, 1)
    assert one.times["find"].count == 1
    assert (one.broken, len(one.findings), one.done) == (1, 1, 2)


def test_of_very_many_findings_the_first_are_told() -> None:
    made = measured()
    for number in range(100):
        made.found(Finding("NeverConverged", "it is shown", str(number)))
    assert made.broken == 100
    assert [finding.seen for finding in made.findings] == [str(number) for number in range(20)]


@pytest.mark.parametrize("slow", [0, 1, 50])
def test_as_many_slow_answers_as_promised_are_kept(slow: int) -> None:
    judge(measured(look_up=times(1000, slow)), OBJECTIVE)


def test_many_slow_answers_are_broken_however_many_there_are_of_others() -> None:
    with pytest.raises(SlowAnswers, match=r"120 of 1000 requests to change took longer, up to 900 ms"):
        judge(measured(look_up=times(5000), change=times(1000, 120)), OBJECTIVE)


def test_a_few_slow_answers_of_a_few_may_be_chance() -> None:
    judge(measured(look_up=times(FEWEST_TIMED), delete=times(5, 1)), OBJECTIVE)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (measured(look_up=times(FEWEST_TIMED - 1)), "too few answers could be timed"),
        (measured(look_up=times(50, lost=51)), "too few answers could be timed"),
        (measured(look_up=times(50, late=51)), "this machine was too busy"),
        (Measurements(20, {"look up": times(50)}), "no client came to do anything"),
    ],
)
def test_where_nobody_can_tell_it_is_inconclusive(made: Measurements, why: str) -> None:
    with pytest.raises(Inconclusive, match=why):
        judge(made, OBJECTIVE)


def test_a_promise_that_was_broken_towards_a_client_is_told_as_what_it_is() -> None:
    made = measured(look_up=times(50))
    for _ in range(3):
        made.found(
            Finding("NeverConverged", "user Ada is shown", "nobody is", "look up user Ada: GET /users/1")
        )
    with pytest.raises(NeverConverged) as raised:
        judge(made, OBJECTIVE)
    assert raised.value.promised == "to 20 clients at once: user Ada is shown"
    assert raised.value.seen == "3 times, first as nobody is; look up user Ada: GET /users/1"


def test_the_table_has_a_line_for_each_kind_of_request() -> None:
    table = measured(look_up=times(100, 3, late=2, lost=1)).table().splitlines()
    assert table[0].startswith("request,answers,half [ms],95 of 100 [ms]")
    assert table[1].split(",")[:2] == ["look up", "100"]
    assert table[1].split(",")[-4:] == ["900", "3", "1", "2"]


def test_what_could_mostly_not_be_decided_is_no_verdict() -> None:
    measured = Measurements(done=3, undecided=4)
    with pytest.raises(Inconclusive, match="of 7 things that clients did 4 could not be decided"):
        judge(measured, Objective())


def test_what_several_processes_sent_is_added_up() -> None:
    total = Measurements(attempts=2, retries=1, done=1)
    total.include(Measurements(attempts=40, retries=3, undecided=2))
    assert (total.attempts, total.retries) == (42, 4)
    assert total.acts_table().splitlines()[1] == "1,2,0"
