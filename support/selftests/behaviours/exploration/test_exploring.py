"""Explorations of a service in this process: a sound one is never accused, a broken one is, and told."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from support.behaviours.exploration import EXPLORATIONS, KNOWN_ADDRESSES, KNOWN_TEXTS, Exploration
from support.behaviours.exploration.addresses import ALIKE
from support.behaviours.exploration.machines import Machine
from support.behaviours.exploration.manners import Address, Manner
from support.behaviours.exploration.search import Findings, Found, Search
from support.behaviours.exploration.texts import Sample
from support.clock import FakeClock
from support.errors import CameBack, Failure, Inconclusive, StoryError, UnexpectedContent
from support.selftests.behaviours.exploration.explorer import Explorer
from support.selftests.reference.probe import Probe

pytestmark = pytest.mark.whole_run

TEXTS, ANY_ORDER = EXPLORATIONS
NAMED = {"name": Sample("Ada", "order")}
ADA = Address(Sample("ada.{mark}@example.com", "an address"), 0)
CAPITALS = Address(Sample("ADA.{mark}@example.com", "an address"), 0)


def explore(folder, wording, *switches, seconds=8.0, **options):
    """Explore a service with some switches on; return what came of it and the explorer."""
    with Probe(*switches) as probe:
        explorer = Explorer(probe, folder, **options)
        _, share = EXPLORATIONS.get(wording, ("", 1.0))
        findings = explorer.exploration(seconds / share).explore(wording)
    return findings, explorer


@pytest.mark.parametrize("wording", [TEXTS, ANY_ORDER])
@pytest.mark.parametrize("losses", [0.0, 0.2])
def test_a_sound_service_is_not_accused_whatever_is_lost(tmp_path, wording, losses):
    findings, explorer = explore(tmp_path, wording, losses=losses)
    Exploration.held(findings)
    assert findings.steps > 20
    assert explorer.journal.intents


@pytest.mark.parametrize(
    "without",
    [
        ("strong-read",),
        ("unique-email", "unicode-email", "etag", "timestamps"),
        ("put", "validation", "password"),
        ("patch", "idempotency-key", "pagination", "filter-by-email", "sorting", "total-count"),
    ],
)
def test_nothing_is_asked_for_that_is_not_promised(tmp_path, without):
    findings, _ = explore(tmp_path, ANY_ORDER, seconds=4, without=without)
    Exploration.held(findings)
    assert findings.steps > 5


@pytest.mark.parametrize("wording", [TEXTS, ANY_ORDER])
def test_where_there_is_no_list_nobody_looks_at_it(tmp_path, wording):
    """Whether the story applies is left to no chance."""
    without = ("pagination", "filter-by-email", "sorting", "total-count")
    findings, _ = explore(tmp_path, wording, seconds=4, without=without, has_list=False)
    Exploration.held(findings)
    assert findings.steps > 5


@pytest.mark.parametrize(
    ("wording", "defect"),
    [(TEXTS, "M05"), (ANY_ORDER, "M43"), (ANY_ORDER, "M66"), (ANY_ORDER, "M40")],
)
def test_a_broken_service_is_found_and_its_shortest_sequence_told(tmp_path, wording, defect):
    findings, _ = explore(tmp_path, wording, defect, seconds=40)
    with pytest.raises(Failure, match=r"after \d+ steps: .*the client creates user Ada") as told:
        Exploration.held(findings)
    assert "the shortest sequence that showed it:\n    When the client " in told.value.__notes__[0]
    assert told.value.evidence


@pytest.mark.parametrize("without", [(), ("put", "strong-read"), ("patch", "validation")])
def test_every_text_that_is_known_is_sent(tmp_path, without):
    for wording in KNOWN_TEXTS:
        findings, _ = explore(tmp_path, wording, without=without)
        Exploration.held(findings)
        assert findings.steps > 20


@pytest.mark.parametrize("defect", ["M04", "M05", "M132", "N03", "N04", "N45", "N72", "N73"])
def test_a_known_text_that_is_spoilt_is_found_whatever_chance_does(tmp_path, defect):
    findings = [explore(tmp_path, wording, defect)[0] for wording in KNOWN_TEXTS]
    found = [each for each in findings if each.found]
    assert found
    for each in found:
        with pytest.raises(Failure, match=r"after \d steps: the client creates user Ada"):
            Exploration.held(each)


@pytest.mark.parametrize(
    "without",
    [(), ("strong-read", "head"), ("unique-email", "unicode-email"), ("put", "filter-by-email"), ("patch",)],
)
def test_every_address_that_is_known_is_met_and_a_sound_service_is_not_accused(tmp_path, without):
    assert set(KNOWN_ADDRESSES.values()) == set(ALIKE)
    for wording in KNOWN_ADDRESSES:
        findings, _ = explore(tmp_path, wording, without=without)
        Exploration.held(findings)
        assert findings.sequences >= 4
        assert findings.steps > 5 * findings.sequences


@pytest.mark.parametrize("wording", [TEXTS, ANY_ORDER])
def test_a_change_of_a_detail_that_nobody_has_may_be_refused(tmp_path, wording):
    """Without the nickname nothing is left of it, and some services refuse a change of nothing."""
    findings, _ = explore(tmp_path, wording, "B75", has_nickname=False)
    Exploration.held(findings)
    assert findings.steps > 20


@pytest.mark.parametrize(("manner", "text"), [("B14", {"lowers_email": True}), ("B15", {"trims": True})])
def test_an_email_is_searched_for_as_it_is_kept(tmp_path, manner, text):
    """Some services drop blanks or capitals of an email, and find only what they have kept."""
    for wording in (ANY_ORDER, next(iter(KNOWN_ADDRESSES))):
        findings, _ = explore(tmp_path, wording, manner, "B73", text=text)
        Exploration.held(findings)
        assert findings.steps > 20


@pytest.mark.parametrize("wording", [TEXTS, ANY_ORDER, next(iter(KNOWN_ADDRESSES))])
def test_ids_that_return_are_no_finding_where_the_profile_says_so(tmp_path, wording):
    """json-server 0 gives the id of a deleted user to the next one: what was theirs is another's then."""
    findings, _ = explore(tmp_path, wording, "M11", seconds=8, ids_return=True)
    Exploration.held(findings)
    assert findings.steps > 20
    findings, _ = explore(tmp_path, wording, "M11", seconds=8)
    assert findings.found or wording == TEXTS


@pytest.mark.parametrize("defect", ["N28", "N29", "N71", "N78", "N79", "N83", "N146", "N170"])
def test_an_address_that_is_taken_for_another_is_found_whatever_chance_does(tmp_path, defect):
    findings = [explore(tmp_path, wording, defect)[0] for wording in KNOWN_ADDRESSES]
    found = [each for each in findings if each.found]
    assert found
    for each in found:
        with pytest.raises(Failure, match=r"after \d+ steps: "):
            Exploration.held(each)


def test_time_begins_with_the_first_step(tmp_path):
    """To draw a first sequence may take longer than there is time: on a busy machine nothing was explored."""
    with Probe() as probe:
        explorer = Explorer(probe, tmp_path)
        clock = FakeClock()
        search = Search(explorer.sequence, clock, tmp_path, 1)
        search._seconds = 1.0
        sequence = search._begin()
        clock.advance(5)
        assert sequence.act(lambda: sequence.create(NAMED, ADA)) is not None
        clock.advance(5)
        assert sequence.act(lambda: pytest.fail("time is over")) is None


def test_what_was_found_is_tried_first_the_next_time(tmp_path):
    first, _ = explore(tmp_path, ANY_ORDER, "M43", seconds=40)
    with Probe("M43") as probe:
        again = Explorer(probe, tmp_path).exploration(20, seed=99).explore(ANY_ORDER)
    assert told(again.found[0]) in [told(found) for found in first.found]


def told(found):
    """Return the steps of a finding without what is new in each sequence: marks, versions, answers."""
    return [re.sub(r"accm\w+\.gw0-\d+|\d+", "", words) for words in found.words]


def test_chance_elsewhere_is_left_alone(tmp_path):
    random.seed(4)
    expected = random.Random(4).random()
    explore(tmp_path, TEXTS, seconds=0.5)
    assert random.random() == expected


def test_a_conflict_is_expected(tmp_path):
    with Probe() as probe:
        sequence = Explorer(probe, tmp_path).sequence()
        sequence.act(lambda: sequence.create(NAMED, ADA))
        assert sequence.act(lambda: sequence.create(NAMED, CAPITALS)) is None
        assert sequence.failure is None


def test_a_conflict_that_is_not_seen_is_a_finding_after_which_nothing_is_sent(tmp_path):
    with Probe("M66") as probe:
        sequence = Explorer(probe, tmp_path).sequence()
        sequence.act(lambda: sequence.create(NAMED, ADA))
        with pytest.raises(Failure, match="already in use"):
            sequence.act(lambda: sequence.create(NAMED, CAPITALS))
        assert sequence.words[1].endswith("(201)")
        assert sequence.act(lambda: pytest.fail("nothing more is sent")) is None


def test_a_key_that_is_like_another_is_another(tmp_path):
    with Probe("N33") as probe:
        sequence = Explorer(probe, tmp_path).sequence()
        sequence.act(lambda: sequence.create(NAMED, ADA, Manner(key=sequence.new_key(None, ""))))
        key = sequence.new_key(sequence.keyed[0], "in capitals")
        with pytest.raises(Failure):
            sequence.act(
                lambda: sequence.create(NAMED, Address(Sample("x.{mark}@example.com", "")), Manner(key=key))
            )


def test_users_are_deleted_at_the_end_of_a_sequence(tmp_path):
    with Probe() as probe:
        sequence = Explorer(probe, tmp_path).sequence()
        sequence.act(lambda: sequence.create(NAMED, ADA))
        assert len(probe.all()) == 1
        sequence.clean_up()
        assert probe.all() == []


class Play:
    """A sequence that breaks a promise in some of its runs."""

    def __init__(self, *, fails: bool, error: Exception | None = None) -> None:
        self.words = ["the client looks"]
        self.since = 0
        self.failure: Failure | None = None
        self.doubt = None
        self._fails = fails
        self._error = error

    def look(self) -> None:
        if self._error:
            raise self._error
        if self._fails:
            self.failure = UnexpectedContent("a promise", "the opposite")
            raise self.failure

    def act(self, _):
        return None

    def let_time_pass(self) -> None: ...

    def clean_up(self) -> None: ...


class Looking(Machine):
    sequence: Any

    @rule(_=st.integers(0, 9))
    def look(self, _):
        self.sequence.look()


class Hurry(FakeClock):
    """A clock that moves whenever it is looked at."""

    def monotonic(self) -> float:
        self.advance(1.5)
        return super().monotonic()


def search(tmp_path, begin) -> Findings:
    return Search(begin, Hurry(), tmp_path, 1).run(Looking, 5.0)


def test_a_finding_that_repeats_is_found_at_least_twice(tmp_path):
    findings = search(tmp_path, lambda _: Play(fails=True))
    assert len(findings.found) > 1


def test_a_finding_that_does_not_repeat_is_looked_for_again_and_is_no_verdict(tmp_path):
    runs = iter([False, True])
    findings = search(tmp_path, lambda _: Play(fails=next(runs, False)))
    assert len(findings.found) == 1
    with pytest.raises(Inconclusive, match="once and in no sequence since: promised: a promise"):
        Exploration.held(findings)


def test_a_finding_that_a_fresh_sequence_shows_too_is_one(tmp_path):
    runs = iter([False, True, *[False] * 40, True])
    findings = search(tmp_path, lambda _: Play(fails=next(runs, False)))
    with pytest.raises(UnexpectedContent):
        Exploration.held(findings)


def test_a_mistake_of_the_suite_is_not_taken_for_a_finding(tmp_path):
    with pytest.raises(StoryError):
        search(tmp_path, lambda _: Play(fails=False, error=StoryError("a mistake")))


def test_without_any_sequence_there_is_no_verdict():
    with pytest.raises(Inconclusive, match="no time"):
        Exploration.held(Findings())
    with pytest.raises(Inconclusive, match="it is out"):
        Exploration.held(Findings(sequences=1, doubts=["it is out"]))


def test_the_shortest_of_the_first_kind_is_told():
    long = Found(("a", "b"), CameBack("p", "s"), 0)
    short = Found(("a",), CameBack("p", "s"), 0)
    other = Found((), UnexpectedContent("p", "s"), 0)
    assert Findings(found=[long, other, short]).shortest is short
