"""What may be sent again, and when: the table of RFC 9110 §9.2.2 and Retry-After."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.http.history import Outcome, Response
from support.http.retry import (
    Repeat,
    classify,
    is_fault,
    is_well_formed,
    parse_http_date,
    parse_retry_after,
    plausible_attempts,
)
from support.selftests.probes.attempts import AMBIGUOUS, FAULTS, NEVER_SENT, exchange
from support.target.timing import Faults

HONEST = Faults(unavailable_is_unapplied=True)


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


@pytest.mark.parametrize(
    ("value", "is_right"),
    [
        ("0", True),
        (" 3 ", True),
        ("Sun, 06 Nov 1994 08:49:40 GMT", True),
        ("Sunday, 06-Nov-94 08:49:40 GMT", True),
        ("Sun Nov  6 08:49:40 1994", True),
        ("Sun, 06 Nov 1994 08:49:40 -0000", False),
        ("Sun, 06 Nov 1994 08:49:40 UTC", False),
        ("Sun, 6 Nov 1994 08:49:40 GMT", False),
        ("Sun, 36 Nov 1994 08:49:40 GMT", False),
        ("1994-11-06T08:49:40Z", False),
        ("1.5", False),
        ("", False),
    ],
)
def test_retry_after_is_written_as_seconds_or_as_an_http_date(value, is_right):
    assert is_well_formed(value) == is_right


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
