"""Ids that belong to nobody: never the known one, never one that a counter may have given to another."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support.behaviours.users.unknown_ids import KINDS, unknown_id, unknown_id_like
from support.errors import StoryError

DIGITS = st.integers(min_value=0, max_value=10**25).map(str)
UUIDS = st.uuids().map(str)
TOKENS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=30)
PREFIXED = st.builds("{}_{}".format, st.sampled_from(["u", "usr", "user_x"]), DIGITS | TOKENS)
IDS = DIGITS | UUIDS | TOKENS | PREFIXED


@given(IDS)
@example("7")
@example("user_12")
@example("a")
@example("00000000-0000-4000-8000-000000000001")
def test_a_stranger_is_never_the_known_user(known):
    for phrase in ("an unknown user", *(f"an id that {kind}" for kind in KINDS)):
        assert unknown_id_like(phrase, known) != known


@given(DIGITS)
def test_an_id_of_digits_never_becomes_that_of_somebody_else(known):
    for kind, make in KINDS.items():
        made = make(known)
        assert not made.isdigit() or len(made) == 2000, kind
    # What a counter has not reached: nine and more digits that begin with a nine.
    assert unknown_id(int(known)).startswith("97777777")
    assert len(unknown_id(known)) > len(known)


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from(["u_", "user_", "a_b_"]))
def test_a_counter_with_a_prefix_is_still_a_counter(number, prefix):
    known = f"{prefix}{number}"
    assert unknown_id(known).startswith(f"{prefix}97777777")
    shortened = KINDS["is cut short"](known)
    assert not shortened.removeprefix(prefix).isdigit()


@given(st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=15))
def test_what_a_short_id_becomes_is_longer_than_any_that_was_given(known):
    assert len(unknown_id(known)) >= 9
    assert len(unknown_id(known)) > len(known)
    assert len(KINDS["is cut short"](known)) > len(known)


@pytest.mark.parametrize(
    "known", ["V1StGXR8_Z5jdHi6B-myT", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "507f1f77bcf86cd799439011"]
)
def test_a_long_id_keeps_its_shape(known):
    made = unknown_id(known)
    assert len(made) == len(known)
    assert [c.isdigit() for c in made[-5:]] == [c.isdigit() for c in known[-5:]]
    assert KINDS["is cut short"](known) == known[:-1]


def test_a_uuid_is_answered_by_one():
    known = "6f1c9a52-0c3e-4a55-9d7e-3b2f8f0a1b2c"
    assert unknown_id(known) == unknown_id(None) == "00000000-0000-4000-8000-000000000000"
    # RFC 9562: the case of a UUID means nothing, so that the other case would be the same user.
    assert unknown_id_like("an id that is in the other case", known) == unknown_id(known)


@pytest.mark.parametrize(
    ("known", "alphabet"),
    [
        ("507f1f77bcf86cd799439011", "0123456789abcdef"),
        ("F3A09C1D2E4B56780F9E8D7C6B5A4F3E", "0123456789ABCDEF"),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
        ("7zzzzzzzzzdektsv4rrffq69g5", "0123456789abcdefghjkmnpqrstvwxyz"),
    ],
    ids=["ObjectId", "UUID without hyphens", "ULID", "latest ULID"],
)
def test_an_id_whose_letters_mean_the_same_in_either_case_is_spared(known, alphabet):
    made = unknown_id_like("an id that is in the other case", known)
    assert made == unknown_id(known) != known
    assert made.casefold() != known.casefold()
    assert set(made) <= set(alphabet)
    assert known[0] > "7" or made[0] <= "7"


def test_ids_that_are_said_to_ignore_case_are_spared_and_others_are_not():
    phrase = "an id that is in the other case"
    assert unknown_id_like(phrase, "V1StGXR8_Z5jdHi6B-myT") == "v1sTgxr8_z5JDhI6b-MYt"
    assert unknown_id_like(phrase, "V1StGXR8_Z5jdHi6B-myT", ignores_case=True).casefold() != (
        "V1StGXR8_Z5jdHi6B-myT".casefold()
    )


@pytest.mark.parametrize("phrase", ["an id that is odd", "an id", "a stranger", "an unknown user of old", ""])
def test_a_phrase_that_no_table_has_is_refused(phrase):
    with pytest.raises(StoryError, match="no such stranger"):
        unknown_id_like(phrase, "1")
    with pytest.raises(StoryError):
        unknown_id_like("an id that is cut short", None)
