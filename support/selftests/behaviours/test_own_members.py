"""What only the service decides, its dates and its addresses, is judged as far as it is promised."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from support.behaviours.users.dates import Dates
from support.behaviours.users.expectations import Expectations
from support.behaviours.users.shapes import UserViews
from support.errors import Disagreement, Inconclusive, SecretShown, UnexpectedContent
from support.http.history import Response
from support.selftests.probes.validator_probe import ADA, JSON, operation
from support.target.profiles import parse_target
from support.users.contract import User
from support.users.normalizers import Normalizer
from support.users.person import Person
from support.users.validators import Validator

if TYPE_CHECKING:
    from support.target import Target

EARLIER, LATER = "2026-01-02T03:04:05.5Z", "2026-01-02T03:04:06.5Z"


def target(*promises: str, **tables: Any) -> Target:
    return parse_target({"name": "x", "promises": list(promises), **tables}, source="here")


def observer(profile: Target, now: User | None = None) -> Any:
    """Return what sees a user as they are now."""
    normalizer = Normalizer(profile)
    history = SimpleNamespace(since=lambda _: [operation(200, verb="look up")])
    client = SimpleNamespace(history=history, base_url="http://127.0.0.1")
    api = SimpleNamespace(target=profile, client=client)
    validator = Validator(profile, normalizer)
    return SimpleNamespace(
        api=api, validator=validator, normalizer=normalizer, sees_now=lambda _: now, sees=lambda _: now
    )


def person(made: Any) -> Person:
    ada = Person("Ada", "m", {name: ADA[name] for name in ("name", "email", "nickname")}, id="u1")
    ada.wrote(ada.details, made)
    return ada


# Dates


def dates(profile: Target, before: object, now: object, *, forward: bool, status: int = 204) -> None:
    """Judge how the date of change stands after a change that was answered so."""
    then, there = (User.model_validate({**ADA, "updated_at": value}) for value in (before, now))
    watching = observer(profile, there)
    expectations = Expectations(watching, SimpleNamespace(), SimpleNamespace())  # type: ignore[arg-type]
    ada = person(operation(status, verb="change"))
    Dates(watching, SimpleNamespace(), expectations).stands(  # type: ignore[arg-type]
        ada, then, "change date", forward=forward
    )


def test_a_change_that_got_no_final_answer_moves_no_date() -> None:
    """A service that asked for more patience than there is has done nothing, and is accused of nothing."""
    with pytest.raises(Inconclusive):
        dates(target("timestamps"), EARLIER, EARLIER, forward=True, status=503)


def test_a_date_of_change_is_asked_only_where_there_is_one() -> None:
    dates(target("timestamps", fields={"updated_at": ""}), None, None, forward=True)


@pytest.mark.parametrize(("before", "now", "forward"), [(None, LATER, True), (None, None, False)])
def test_a_date_of_change_may_begin_with_the_first_change(
    before: object, now: object, *, forward: bool
) -> None:
    dates(target("timestamps"), before, now, forward=forward)


@pytest.mark.parametrize(
    ("before", "now", "forward"),
    [
        (None, None, True),
        (None, LATER, False),
        (EARLIER, None, True),
        (LATER, EARLIER, True),
        (EARLIER, LATER, False),
    ],
)
def test_a_date_of_change_that_does_not_move_as_it_must_convicts(
    before: object, now: object, *, forward: bool
) -> None:
    with pytest.raises(UnexpectedContent):
        dates(target("timestamps"), before, now, forward=forward)


def test_own_members_are_judged_without_dates_that_nobody_promised() -> None:
    assert target().own_members == ("id", "role")
    assert target("timestamps").own_members == ("id", "role", "created_at", "updated_at")


# Addresses


@pytest.mark.parametrize("location", ["http://[host]:{port}/users/u1", "//[", "http://[::1"])
def test_a_location_that_is_no_address_is_a_broken_promise(location: str) -> None:
    made = operation(201, body=json.dumps(ADA).encode(), headers={**JSON, "location": location})
    watching = observer(target("location"))
    with pytest.raises(UnexpectedContent, match=r"leads to user Ada(?s:.*)its Location is no URL"):
        Expectations(watching, SimpleNamespace(), SimpleNamespace()).located(person(made))  # type: ignore[arg-type]


# Passwords


def test_an_answer_with_a_mask_shows_no_password_and_any_other_does() -> None:
    watching = observer(target())
    expectations = Expectations(watching, SimpleNamespace(), SimpleNamespace())  # type: ignore[arg-type]
    read = watching.normalizer.user
    expectations.no_password(operation(200), read({**ADA, "password": "*" * 10}))
    with pytest.raises(SecretShown, match="the answer has a password"):
        expectations.no_password(operation(200), read({**ADA, "password": "hunter22"}))


# Views


def views(profile: Target, *shown: dict[str, Any]) -> None:
    """Judge the shape of a user in several views."""
    made = [operation(200, verb="look up", body=json.dumps(one).encode()) for one in shown]
    named = {f"is seen ({number})": one for number, one in enumerate(made)}
    UserViews(observer(profile)).have_one_shape(person(made[0]), named)


def test_dates_may_be_written_in_two_ways_where_they_are_not_promised() -> None:
    written = {**ADA, "createdAt": EARLIER}, {**ADA, "createdAt": "2026-01-02 03:04:05"}
    views(target(), *written)
    views(target(), {**ADA, "createdAt": EARLIER}, ADA)
    with pytest.raises(Disagreement, match="createdAt is a text like"):
        views(target("timestamps"), *written)


def test_absence_may_be_shown_in_two_ways_where_both_are_declared() -> None:
    plain = {name: value for name, value in ADA.items() if name != "nickname"}
    views(target(), {**plain, "nickname": ""}, {**plain, "nickname": None}, plain)
    with pytest.raises(Disagreement):
        views(target(fields={"absent": ["missing", "null"]}), {**plain, "nickname": ""}, plain)


def test_users_are_found_in_views_by_a_nested_id() -> None:
    profile = target(fields={"id": "meta.id", "name": "names.full"})
    shown = {"meta": {"id": "u1"}, "names": {"full": "Ada"}, "email": "ada@example.com"}
    views(profile, shown, shown)
    with pytest.raises(Disagreement, match=r"names\.full is there when"):
        views(profile, shown, {name: value for name, value in shown.items() if name != "names"})


def test_a_look_up_without_a_body_says_nothing_about_who_is_gone() -> None:
    assert not Normalizer(target(gone={"member": "status"})).shows_gone(Response(200, JSON, b""))
