"""People are unique by run, worker and counter, the same for the same seed, and remember what was written."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from support.cast import people
from support.cast.people import NASTY, People
from support.errors import StoryError
from support.http.history import Exchange, Operation, Outcome, Request
from support.secrets.redaction import REDACTOR, Redactor
from support.target.fields import Limits
from support.users.markers import ALPHABET, find_mark, find_run, new_run


def make_people(run="acct0abcdzz", worker="gw0", seed=1, *, with_password=False):
    made = People(run, worker, seed, with_password=with_password)
    made.start_story("features/users/creating_a_user.feature::test_one")
    return made


def operation(*outcomes, answered_at=1.0):
    made = Operation("create", "user Ada")
    request = Request("POST", "http://127.0.0.1/users", {})
    for number, outcome in enumerate(outcomes, 1):
        made.exchanges.append(
            Exchange(request, number, answered_at - 0.1, answered_at, datetime.now(UTC), outcome)
        )
    return made


def may_be(person):
    return {details["name"] for details in person.possible}


def test_nobody_shares_an_email_or_a_mark_within_a_run():
    workers = [make_people(worker=f"gw{number}") for number in range(3)]
    people = [made.stranger("Ada") for made in workers for _ in range(300)]
    assert len({person.email for person in people}) == len({person.mark for person in people}) == 900
    assert all(
        find_mark(person.details["name"]) == person.mark == find_mark(person.email) for person in people
    )


def test_emails_are_such_as_every_validator_takes():
    made = make_people()
    for label in ("Ada", "Zoë", "李"):
        local, _, domain = made.introduce(label).email.partition("@")
        assert local.isascii()
        assert len(local) <= 64
        assert domain in {"example.com", "example.org", "example.net"}


def test_the_same_seed_and_story_make_the_same_people_in_any_order():
    one, other = make_people(), make_people()
    other.introduce("Grace")
    other.start_story("features/users/creating_a_user.feature::test_two")
    other.introduce("Grace")
    other.start_story("features/users/creating_a_user.feature::test_one")
    names = [made.introduce("Ada").details["name"].rpartition(" ")[0] for made in (one, other)]
    assert names[0] == names[1]
    surnames = {make_people(seed=seed).introduce("Ada").details["name"].split()[1] for seed in range(20)}
    assert len(surnames) > 10


def test_a_story_forgets_the_people_of_the_one_before_and_the_process_does_not():
    made = make_people()
    ada = made.introduce("Ada")
    assert "Ada" in made
    assert list(made) == [made["Ada"]] == [ada]
    made.start_story("next")
    assert "Ada" not in made
    assert ada in made.everyone
    with pytest.raises(StoryError, match="user Ada has not been mentioned before in this story"):
        made["Ada"]


def test_a_password_is_nasty_and_hidden_from_the_start():
    made = make_people(with_password=True)
    password = made.introduce("Ada").details["password"]
    assert NASTY in password
    assert 8 <= len(password) <= 128
    assert password not in REDACTOR.text(f"said {password}")
    assert made.introduce("Grace").details["password"] != password
    assert "password" not in make_people().introduce("Ada").details


@pytest.mark.parametrize(
    "show",
    [
        str,
        json.dumps,
        quote,
        lambda password: base64.b64encode(f"password={password}".encode()).decode(),
        lambda password: password.encode().hex(),
        lambda password: f"…{password[-10:]}",
    ],
)
def test_a_password_that_another_process_has_made_is_hidden_too(monkeypatch, show):
    """Services that give passwords away show them in lists, to whoever asks."""
    redactor = Redactor()
    password = make_people(worker="gw1", with_password=True).introduce("Ada").details["password"]
    monkeypatch.setattr(people, "REDACTOR", redactor)
    make_people(worker="gw0", with_password=True)
    shown = redactor.text(f"it is {show(password)} here")
    assert "password\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}" in shown
    assert password[-8:] not in shown
    assert show(password)[-8:] not in shown


def test_each_version_is_marked_in_both_texts():
    ada = make_people().introduce("Ada")
    second, third = ada.next_version(), ada.next_version()
    for number, details in ((2, second), (3, third)):
        assert details["name"].endswith(f"{ada.mark}.v{number}")
        assert details["nickname"].endswith(f"{ada.mark}.v{number}")
        assert details["email"] == ada.email


def test_a_renewed_person_has_nothing_of_the_old_mark():
    made = make_people(with_password=True)
    ada = made.introduce("Ada")
    old, before = ada.mark, dict(ada.details)
    renewed = made.renew(ada)
    assert ada.mark != old
    assert not [value for value in renewed.values() if old in value]
    assert all(ada.mark in value for value in renewed.values())
    assert set(renewed) == set(before)


@pytest.mark.parametrize("detail", ["name", "email", "nickname"])
def test_another_value_is_another_value_and_traceable(detail):
    made = make_people()
    ada = made.introduce("Ada")
    changed = made.another(ada, detail)
    assert set(changed) == {detail}
    assert changed[detail] != ada.details[detail]
    assert find_run(changed[detail])[0] == "acct0abcdzz"


def test_what_stands_is_the_last_acknowledged_write_or_one_after_it_that_may():
    ada = make_people().introduce("Ada")
    assert may_be(ada) == {ada.details["name"]}
    ada.wrote({"name": "one"}, operation(Outcome.OK, answered_at=100))
    ada.wrote({"name": "two"}, operation(Outcome.REFUSED, answered_at=200))
    assert may_be(ada) == {"one"}
    assert ada.acknowledged_at == 100
    ada.wrote({"name": "three"}, operation(Outcome.UNKNOWN, answered_at=300))
    ada.wrote({"name": "four"}, operation(Outcome.UNKNOWN, Outcome.REFUSED, answered_at=400))
    ada.wrote({"name": "five"}, operation(Outcome.FAILED, answered_at=500))
    assert may_be(ada) == {"one", "three", "four"}
    assert ada.current == {"name": "one"}
    assert ada.acknowledged_at == 400
    ada.wrote({"name": "six"}, operation(Outcome.OK, answered_at=600))
    assert may_be(ada) == {"six"}


def test_a_deletion_counts_when_it_was_acknowledged():
    ada = make_people().introduce("Ada")
    ada.deletion = operation(Outcome.UNKNOWN, answered_at=7)
    assert not ada.is_deleted
    ada.deletion = operation(Outcome.OK, answered_at=8)
    assert ada.is_deleted
    assert ada.acknowledged_at == 8


def test_the_last_change_is_what_differs_from_the_write_before():
    ada = make_people().introduce("Ada")
    ada.wrote({"name": "one", "nickname": "n"}, operation(Outcome.OK))
    ada.wrote({"name": "one", "nickname": "m"}, operation(Outcome.OK))
    assert ada.last_change == {"nickname": "m"}


@pytest.mark.parametrize(
    "moment", [datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime.now(UTC).replace(microsecond=0)]
)
def test_the_mark_of_a_run_tells_when_it_began(moment):
    run = new_run(moment)
    assert find_run(f"ada.{run}.gw0-12@example.com") == (run, moment)
    assert find_run(f"Ada Lovelace {run}.gw0-12.v3") == (run, moment)
    assert find_mark(f"ada.{run}.gw11-345@example.com") == f"{run}.gw11-345"


@pytest.mark.parametrize(
    "text",
    ["", "ada@example.com", "accident", "accounting department", "acc", "Acct0abcdzz", "accomplishing",
     "accessories@example.com", "accordingly", "accompaniments", "acc00000000.gw0-1@example.com",
     "acczzzzzzzz.gw0-1@example.com"],
)  # fmt: skip
def test_ordinary_words_and_impossible_times_are_nobodys_run(text):
    assert find_run(text) is None


def test_runs_that_begin_in_one_second_are_told_apart():
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    assert len({new_run(moment) for _ in range(200)}) > 150
    assert set("".join(new_run(moment) for _ in range(50))) <= set(ALPHABET)


@pytest.mark.parametrize("longest", [12, 24, 30, 60])
def test_names_keep_to_the_limits_of_the_target(longest: int) -> None:
    made = People(
        "acct0abcdzz",
        "gw0",
        1,
        with_password=False,
        limits=Limits(name=longest, nickname=longest),
        domains=["t.test"],
    )
    one, other = made.introduce("Ada"), made.introduce("Grace")

    for person in (one, other):
        versions = [person.details, *(person.next_version() for _ in range(20))]
        assert max(len(each["name"]) for each in versions) <= longest - 2, "there is no room for an initial"
        assert max(len(each["nickname"]) for each in versions) <= longest
        assert person.email.endswith("@t.test")
    assert one.details["name"] != other.details["name"]
