"""What is drawn: texts within the limits or beyond them, as they say, and addresses that carry a mark."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.behaviours.exploration.addresses import addresses, key_of, write_out
from support.behaviours.exploration.texts import COUNTED_ALIKE, PLAIN, Fate, Sample, names
from support.target.profile import Target
from support.users.markers import find_mark, find_run, new_run

MARK = f"{new_run()}.gw0-00007"
WHOLE = Target(name="whole", promises=frozenset({"validation", "unicode-email"}))
LIMITS = st.sampled_from((1, 2, 12, 100))


@given(st.data(), LIMITS)
def test_texts_are_as_long_as_they_say(data, limit):
    sample = data.draw(names(limit))
    if sample.fate is Fate.REFUSED:
        assert len(sample.value) > limit or not sample.value.strip()
    else:
        assert 0 < len(sample.value.strip()) <= len(sample.value) <= limit


@given(names(20))
def test_only_what_is_one_character_to_everyone_has_to_be_refused_for_its_length(sample):
    if sample.fate is Fate.REFUSED and sample.value.strip():
        assert set(sample.value) <= set(COUNTED_ALIKE)


@given(names(100))
def test_what_has_to_be_taken_holds_no_control_character_and_no_half_of_one(sample):
    if sample.fate is Fate.TAKEN:
        assert not {"Cc", "Cs", "Co", "Cn"} & {unicodedata.category(sign) for sign in sample.value}


@given(names(30, least=0, trims=True, validates=False))
def test_nothing_depends_on_which_blanks_a_target_drops_nor_on_rules_that_it_has_not(sample):
    assert sample.value == sample.value.strip()
    assert sample.fate is not Fate.REFUSED


def test_every_kind_of_text_is_drawn():
    drawn = set()

    @settings(max_examples=700, database=None)
    @given(names(100))
    def draw(sample):
        drawn.add(sample.kind)

    draw()
    assert set(PLAIN) | {"delicate", "outer blanks", "out of range", "any script"} <= drawn


@given(addresses(WHOLE))
def test_whatever_is_an_address_can_be_found_by_its_mark(sample):
    email = write_out(sample, MARK)
    if sample.fate is Fate.REFUSED:
        return
    assert find_mark(email) == MARK
    assert find_run(email) is not None
    assert len(email) <= WHOLE.limits.email
    assert len(email.partition("@")[0]) <= 64


@given(addresses(WHOLE, flawed=False))
def test_flawed_addresses_come_only_when_they_are_asked_for(sample):
    assert sample.fate is not Fate.REFUSED


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("ada@example.com", " ADA@Example.com", True),
        ("zo\u00eb@example.com", "ZOE\u0308@example.com", True),
        ("a.d.a@example.com", "ada@example.com", False),
        ("ada+tag@example.com", "ada@example.com", False),
        ("l\u0131dia@example.com", "lidia@example.com", False),
        ("stra\u00dfe@example.com", "strasse@example.com", False),
    ],
)
def test_addresses_are_one_by_case_and_composition_and_by_nothing_else(one, other, are_same):
    assert (key_of(one, composes=True) == key_of(other, composes=True)) is are_same


def test_composition_counts_only_where_it_is_promised():
    assert key_of("zo\u00eb@e.com", composes=False) != key_of("zoe\u0308@e.com", composes=False)


def test_a_sample_says_what_it_is():
    assert repr(Sample("null", "nothing in disguise")) == "nothing in disguise: 'null'"
