"""Phrases about details mean what they say, to the character."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.cast.odd_values import DIFFERENCES, EMAIL_KINDS, MANNERS, differ, long_email
from support.cast.people import People
from support.cast.variations import Variations, chosen, unescape
from support.errors import StoryError
from support.target.fields import Limits
from support.users.markers import find_mark

LIMITS = Limits(name=50, nickname=40, email=120, password_min=10, password_max=20)
ADDRESS = re.compile(r"[\w.+-]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)


@pytest.fixture
def people():
    made = People("acct0abcdzz", "gw0", 1, with_password=False)
    made.start_story("story")
    made.introduce("Ada")
    made.introduce("Grace")
    return made


def test_a_chosen_id_is_each_persons_own(people):
    """Stories run side by side: one id for all would make them collide, and the service be accused."""
    ids = [chosen(people[label], "id")["id"] for label in ("Ada", "Grace")]
    assert len(set(ids)) == 2
    assert all(people[label].mark in ids[place] for place, label in enumerate(("Ada", "Grace")))
    assert chosen(people["Ada"], "role") == {"role": "admin"}


@pytest.fixture
def vary(people):
    variations = Variations(people, LIMITS)
    return lambda phrase, label="Ada": variations.apply(phrase, people[label], people[label].details)


@pytest.mark.parametrize(
    ("phrase", "detail", "length"),
    [
        ("with the longest name", "name", 50),
        ("with the longest name in Chinese", "name", 50),
        ("with the longest nickname", "nickname", 40),
        ("with the longest email", "email", 120),
        ("with a name that is too long", "name", 51),
        ("with a nickname that is too long", "nickname", 41),
        ("with an email that is too long", "email", 121),
        ("with a password that is too short", "password", 9),
        ("with a password that is too long", "password", 21),
    ],
)
def test_lengths_are_those_of_the_profile(vary, phrase, detail, length):
    assert len(vary(phrase)[detail]) == length


@given(st.integers(min_value=45, max_value=400))
def test_a_long_email_is_an_address_of_that_length(length):
    made = long_email("ada.acct0abcdzz.gw0-1234", length)
    assert len(made) == length
    assert ADDRESS.fullmatch(made)


def test_what_is_missing_is_left_out_and_null_is_null(vary):
    assert set(vary("with a missing name")) == {"email", "nickname"}
    assert vary("with a null name")["name"] is None
    assert set(vary("without a nickname")) == {"name", "email"}


def test_flaws_come_together(vary):
    both = vary("with an empty name and an email without @")
    assert both["name"] == ""
    assert "@" not in both["email"]


@pytest.mark.parametrize("kind", EMAIL_KINDS)
def test_every_kind_of_email_is_an_address_that_cleanup_finds(people, vary, kind):
    email = vary(f"with an email that has {kind}")["email"]
    assert ADDRESS.fullmatch(email)
    assert find_mark(email) == people["Ada"].mark


@pytest.mark.parametrize("how", DIFFERENCES)
def test_a_difference_makes_another_address_of_a_kind_that_has_it(people, how):
    old, _ = DIFFERENCES[how]
    kinds = [kind.format(mark=people["Ada"].mark) + "@example.com" for kind in EMAIL_KINDS.values()]
    email = next(email for email in kinds if old in email)
    changed = differ(email, how)
    assert changed != email
    assert changed.casefold() != email.casefold()
    with pytest.raises(StoryError, match="cannot differ"):
        differ("x", how)


@pytest.mark.parametrize("how", MANNERS)
def test_a_manner_of_writing_changes_no_address(people, vary, how):
    email = people["Ada"].email
    written = vary(f"with the email of user Ada written {how}", "Grace")["email"]
    assert written != email
    assert written.strip().lower() == email


def test_a_change_has_something_good_beside_what_is_bad(people):
    variations = Variations(people, LIMITS)
    assert variations.with_good_ones("with an empty name", people["Ada"]).keys() == {"name", "nickname"}
    taken = variations.with_good_ones("with the email of user Grace written in capitals", people["Ada"])
    assert taken.keys() == {"name", "nickname", "email"}
    good = variations.with_good_ones("with a nickname that is too long", people["Ada"])
    assert good["name"].endswith(f".v{people['Ada'].version}")


def test_one_detail_may_be_borrowed(people, vary):
    assert vary("with the name of user Ada", "Grace")["name"] == people["Ada"].details["name"]
    assert vary("with the email of user Ada", "Grace")["email"] == people["Ada"].email


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (r"Zoe\u0308", "Zoe\u0308"),
        (r"\U0001F469\u200D", "\U0001f469\u200d"),
        (r"\"x\"", '"x"'),
        (r"Ada \\ Lovelace \\n", r"Ada \\ Lovelace \\n"),
        ("plain", "plain"),
    ],
)
def test_what_features_cannot_hold_is_written_in_escapes(text, read):
    assert unescape(text) == read


@pytest.mark.parametrize(
    "phrase",
    ["with an odd name", "with", "", "with a chosen shoe", "with an email that has style",
     "with the name of user Eve", "with the email of user Ada written backwards",
     "with the email of user Ada, but better"],
)  # fmt: skip
def test_a_phrase_that_no_table_has_is_refused(vary, phrase):
    with pytest.raises(StoryError):
        vary(phrase)
