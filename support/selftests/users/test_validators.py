"""The rules for answers: what convicts, what is inconclusive, and what is nobody's fault."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from support.errors import Inconclusive, PersistentFault, UnexpectedAnswer, UnexpectedContent
from support.http.history import TOO_LARGE, Request
from support.selftests.probes.validator_probe import (
    ADA,
    AT,
    JSON,
    PROBLEM,
    TARGET,
    operation,
    telling,
    validator,
)
from support.target.fields import Fields, Text
from support.users.validators import clip


def test_a_service_that_says_that_it_is_full_breaks_no_promise():
    """Nobody who writes a first profile knows of a quota; what a limit is of must be said, though."""
    full = operation(400, body=b'"Max number of elements reached for this resource!"')
    with pytest.raises(Inconclusive, match="for how many users there is room"):
        validator().done(full, (201,))
    for said in (b'"the length limit is exceeded"', b'"no"'):
        with pytest.raises(UnexpectedAnswer):
            validator().done(operation(400, body=said), (201,))


@pytest.mark.parametrize("status", [200, 204, 304, 301, 400, 404, 409, 418, 501])
def test_any_final_answer_is_an_answer(status):
    assert validator().answered(operation(status)).status == status


@pytest.mark.parametrize("answers", [[None], [503], [None, 502, 504], [429], [408], [425]])
def test_weather_to_the_end_decides_nothing(answers):
    with pytest.raises(Inconclusive, match=f"no final answer in {len(answers)} attempts"):
        validator().answered(operation(*answers))


@pytest.mark.parametrize("status", [500, 505, 507, 520, 599])
def test_a_fault_that_is_no_weather_convicts(status):
    with pytest.raises(UnexpectedAnswer, match=f"was answered {status}"):
        validator().answered(operation(status))


def test_a_fault_that_outlasts_its_controls_convicts():
    with pytest.raises(PersistentFault, match="while other requests in between were answered"):
        validator().answered(operation(503, 503, persists=True))


def oversized(verb="look up", *, persists=True):
    """Return an operation whose answer was larger than is read."""
    made = operation(None, persists=persists)
    made.verb = verb
    made.exchanges[-1] = replace(made.last, fault=TOO_LARGE)
    return made


def test_an_answer_larger_than_the_profile_allows_convicts_while_others_are_answered():
    with pytest.raises(UnexpectedContent, match=r"8388608 bytes(?s:.*)was larger"):
        validator().answered(oversized())
    with pytest.raises(Inconclusive, match="answer_limits"):
        validator().answered(oversized(persists=False))


def test_a_long_list_is_nobodys_fault_unless_only_pages_of_our_own_users_are_promised():
    paged = frozenset({"pagination"})
    for changes in ({"exclusive": False, "promises": paged}, {"exclusive": True, "promises": frozenset()}):
        with pytest.raises(Inconclusive, match="answer_limits"):
            validator(TARGET.model_copy(update=changes)).answered(oversized("list"))
    ours = TARGET.model_copy(update={"exclusive": True, "promises": paged})
    with pytest.raises(UnexpectedContent, match="answer_limits"):
        validator(ours).answered(oversized("list"))


def test_done_is_what_the_profile_accepts():
    assert validator().done(operation(201), (201,)).status == 201
    assert validator().done(operation(200), (201,), also=(200,)).status == 200
    with pytest.raises(UnexpectedAnswer, match=r"accepted \(201\)(?s:.*)answered 200"):
        validator().done(operation(200), (201,))
    body = json.dumps({"detail": "name is empty"}).encode()
    with pytest.raises(UnexpectedAnswer, match=r"answered 422 \('name is empty'\)"):
        validator().done(operation(422, body=body, headers=PROBLEM), (201,))


@pytest.mark.parametrize("status", [409, 412])
def test_a_refusal_after_a_lost_answer_may_be_its_own_doing(status):
    with pytest.raises(Inconclusive, match="whose answer was lost"):
        validator().done(operation(None, status), (200,))
    with pytest.raises(UnexpectedAnswer):
        validator().done(operation(status), (200,))
    with pytest.raises(UnexpectedAnswer):
        validator().done(operation(429, status), (200,))


def test_a_refusal_that_no_lost_attempt_explains_convicts():
    keyed = validator(TARGET.model_copy(update={"promises": TARGET.promises | {"idempotency-key"}}))

    def under_key(_):
        return Request("POST", "/users", {"Idempotency-Key": "k"})

    under_a_key = operation(None, 409, 409, 409, sent=under_key)
    renewed = operation(None, 409, sent=lambda number: Request("POST", "/users", {}, b"%d" % number))
    for rules, made in ((keyed, under_a_key), (validator(), renewed)):
        with pytest.raises(UnexpectedAnswer, match="answered 409"):
            rules.done(made, (201,))
    with pytest.raises(Inconclusive):
        validator().done(under_a_key, (201,))
    with pytest.raises(Inconclusive):  # it may still be in hand
        keyed.done(operation(None, 409, sent=under_key), (201,))


def test_a_change_that_goes_on_colliding_convicts():
    def change(headers):
        return lambda _: Request("PUT", "/users/u1", headers)

    with pytest.raises(Inconclusive):
        validator().done(operation(None, 409, 409, sent=change({})), (200,))
    with pytest.raises(UnexpectedAnswer):
        validator().done(operation(None, 409, 409, 409, sent=change({})), (200,))
    with pytest.raises(Inconclusive):
        validator().done(operation(None, 412, sent=change({"If-Match": '"v1"'})), (200,))


def test_what_was_adopted_was_done():
    made = operation(None, 409)
    made.adopted = True
    assert validator().done(made, (201,)).status == 409


def test_a_creation_sent_again_may_be_answered_as_one_that_is_there():
    assert validator().done(operation(None, 200), (201,)).status == 200
    with pytest.raises(UnexpectedAnswer):
        validator().done(operation(200), (201,))


def test_a_refusal_is_for_the_reason_that_is_named():
    with_profile = validator(TARGET.model_copy(update={"refusals": {"the email is already in use": (409,)}}))
    assert with_profile.refused(operation(409), "the email is already in use").status == 409
    assert validator().refused(operation(400), "the email is already in use").status == 400
    with pytest.raises(UnexpectedAnswer, match=r"in use \(409\)(?s:.*)refused otherwise: 400"):
        with_profile.refused(operation(400), "the email is already in use")
    with pytest.raises(UnexpectedAnswer, match="it was accepted: 201"):
        validator().refused(operation(201), "the details are not valid")
    both = ("the email is already in use", "the details are not valid")
    assert with_profile.refused(operation(422), *both).status == 422


def test_a_refusal_that_is_also_a_fault_is_a_refusal_where_it_is_asked_for():
    assert validator().refused(operation(429), "the client asks too often").status == 429
    with pytest.raises(Inconclusive):
        validator().refused(operation(429), "the details are not valid")
    with pytest.raises(Inconclusive):
        validator().refused(operation(None), "the details are not valid")


@pytest.mark.parametrize(
    ("status", "convicts"), [(400, False), (404, False), (499, False), (201, True), (501, True)]
)
def test_a_clean_refusal_is_any_that_blames_the_client(status, convicts):
    if not convicts:
        assert validator().refused_cleanly(operation(status)).status == status
        return
    with pytest.raises(UnexpectedAnswer):
        validator().refused_cleanly(operation(status))


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/hal+json",
     "application/vnd.users.v1+json;v=1"],
)  # fmt: skip
def test_json_comes_as_json(media_type):
    assert validator().user(telling(ADA, {"content-type": media_type})).id == "u1"


@pytest.mark.parametrize("media_type", ["text/html", "text/json", "application/jsonp", "application/xml", ""])
def test_json_that_comes_as_something_else_convicts(media_type):
    with pytest.raises(UnexpectedContent, match="JSON content type"):
        validator().user(telling(ADA, {"content-type": media_type} if media_type else {}))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"[]", "must be an object"),
        (b'{"id": 1}', "'email': is missing"),
        (b'{"id": 1, "id": 2, "name": "A", "email": "a@b.c"}', "stands twice"),
        (b'{"id": NaN, "name": "A", "email": "a@b.c"}', "NaN"),
    ],
)
def test_an_answer_that_shows_no_user_convicts(body, reason):
    with pytest.raises(UnexpectedContent, match=reason):
        validator().user(telling(body))


def test_details_are_compared_as_they_are_kept():
    user = validator().user(telling(ADA))
    validator().details(operation(200), user, ADA)
    validator().details(operation(200), user, {**ADA, "password": "secret", "email": "ada@EXAMPLE.com"})
    with pytest.raises(UnexpectedContent, match=r"nickname None(?s:.*)shows 'countess'"):
        validator().details(operation(200), user, {"name": "Ada", "email": "ada@example.com"})
    with pytest.raises(UnexpectedContent, match="different from character 3 on; 4 characters sent, 3 shown"):
        validator().details(operation(200), user, {**ADA, "name": "AdA "})


def test_a_declared_way_of_keeping_text_is_no_difference():
    trims = TARGET.model_copy(update={"text": Text(trims=True)})
    user = validator(trims).user(telling(ADA))
    validator(trims).details(operation(200), user, {**ADA, "name": " Ada "})
    with pytest.raises(UnexpectedContent):
        validator().details(operation(200), user, {**ADA, "name": " Ada "})


def test_a_detail_that_the_target_does_not_have_is_not_asked_for():
    plain = TARGET.model_copy(update={"fields": Fields(nickname=None)})
    user = validator(plain).user(telling({"id": 1, "name": "Ada", "email": "ada@example.com"}))
    validator(plain).details(operation(200), user, ADA)


def created(moment, date="Fri, 02 Jan 2026 03:04:05 GMT"):
    made = telling({**ADA, "createdAt": moment}, {**JSON, **({"date": date} if date else {})})
    return made, validator().user(made)


@pytest.mark.parametrize("off_s", [-2, 0, 1, 2])
def test_a_creation_date_is_that_of_the_service_and_its_seconds(off_s):
    validator().created_now(*created((AT + timedelta(seconds=off_s)).isoformat()))


@pytest.mark.parametrize("off_s", [-3600, -4, 4, 3600])
def test_a_creation_date_of_another_time_convicts(off_s):
    with pytest.raises(UnexpectedContent, match="the moment of creation"):
        validator().created_now(*created((AT + timedelta(seconds=off_s)).isoformat()))


def test_a_service_whose_clock_is_off_is_measured_by_its_own():
    validator().created_now(*created("2020-06-01T12:00:00Z", "Mon, 01 Jun 2020 12:00:00 GMT"))
    validator().created_now(*created(AT.isoformat(), date=None))
    validator().created_now(*created(AT.isoformat(), date="yesterday"))


@pytest.mark.parametrize("moment", ["2026-01-02T03:04:05", "yesterday", 1767323045, None])
def test_a_creation_date_without_a_zone_or_sense_convicts(moment):
    with pytest.raises(UnexpectedContent, match="a moment with a zone"):
        validator().created_now(*created(moment))


def test_long_values_are_quoted_in_part():
    assert clip("short") == "'short'"
    assert len(clip("x" * 500)) <= 60
    assert "…" in clip("x" * 500)
