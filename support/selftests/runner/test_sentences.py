"""Sentences match whole, tell their placeholders apart, and convert what is a list or a number."""

from __future__ import annotations

import re

import pytest
from pytest_bdd import parsers

from support.runner.glossary.phrases import phrases_in, placeholders, texts
from support.runner.sentences import KINDS


def read(text, step):
    parser = parsers.parse(text, KINDS)
    return parser.parse_arguments(step) if parser.is_matching(step) else None


@pytest.mark.parametrize(
    ("text", "step", "values"),
    [
        ("user {person:Person} exists", "user Ada exists", {"person": "Ada"}),
        ("user {person:Person} exists", "user Zoë exists", {"person": "Zoë"}),
        ("user {person:Person} exists {variation:Variation}", 'user Ada exists with name "x"',
         {"person": "Ada", "variation": 'with name "x"'}),
        ("user {person:Person} exists {variation:Variation}", 'user Ada exists with name "say \\"x\\""',
         {"person": "Ada", "variation": 'with name "say \\"x\\""'}),
        ("users {names:Names} exist", "users Ada and Grace exist", {"names": ["Ada", "Grace"]}),
        ("users {names:Names} exist", "users Ada, Grace and Alan exist", {"names": ["Ada", "Grace", "Alan"]}),
        ("{count:Number} users exist", "12 users exist", {"count": 12}),
        ("{group:Group} are seen", "users Ada and Grace are seen", {"group": "users Ada and Grace"}),
        ("{group:Group} are unchanged", "all of them are unchanged", {"group": "all of them"}),
        ("user {person:Person} can be found {place:Place}", "user Ada can be found by email",
         {"person": "Ada", "place": "filter"}),
        ("the list is {order:ListOrder}", "the list is sorted by name, last first",
         {"order": "sorted by name, last first"}),
        ("{which:Answers} repeats", "every answer repeats", {"which": slice(1, None)}),
        ("the {sent:Sent} request", "the first request", {"sent": 0}),
        ("the search finds {found:Found}", "the search finds only user Ada", {"found": "Ada"}),
        ("the search finds {found:Found}", "the search finds no user", {"found": ""}),
        ("(a) sentence. with? odd* signs+", "(a) sentence. with? odd* signs+", {}),
    ],
)  # fmt: skip
def test_a_sentence_gives_its_values(text, step, values):
    assert read(text, step) == values


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("user {person:Person} exists", "user Ada exists now"),
        ("user {person:Person} exists", "the user Ada exists"),
        ("user {person:Person} exists", "user ada exists"),
        ("user {person:Person} exists", "user Ada Lovelace exists"),
        ("users {names:Names} exist", "users Ada exist"),
        ("users {names:Names} exist", "users Ada, Grace exist"),
        ("users {names:Names} exist", "users Ada and grace exist"),
        ("{count:Number} users exist", "some users exist"),
        ("{count:Number} users exist", "-1 users exist"),
        ("user {person:Person} can be found {place:Place}", "user Ada can be found by name"),
        ("the list is {order:ListOrder}", "the list is sorted by age"),
        ("a sentence.", "a sentence!"),
        ("the client replaces user {person:Person} {variation:Variation}",
         "the client replaces user Ada 4 times"),
        ("user {person:Person} exists {variation:Variation}", "user Ada exists with an emptied name"),
        ("user {person:Person} exists {variation:Variation}", 'user Ada exists with name "x" at once'),
    ],
)  # fmt: skip
def test_a_sentence_matches_whole_and_exactly(text, step):
    assert read(text, step) is None


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_kind_has_a_group_of_its_own_or_matches_nothing(kind):
    compiled = re.compile(kind.pattern)
    assert compiled.groups == 0
    assert kind.example == "Ada King" or not compiled.fullmatch("")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_is_either_open_and_has_an_example_or_closed_and_has_phrases(kind):
    assert bool(kind.example) != bool(kind.phrases)
    assert not kind.example or re.fullmatch(kind.pattern, kind.example)
    assert len(set(kind.phrases)) == len(kind.phrases)


def test_placeholders_and_their_texts_are_found():
    sentence = "the client changes the {detail:Detail} of user {person:Person} to {value:Value}"
    assert placeholders(sentence) == {"detail": "Detail", "person": "Person", "value": "Value"}
    step = "the client changes the email of user Grace to that of user Ada"
    assert texts(sentence, step) == {"detail": "email", "person": "Grace", "value": "that of user Ada"}
    with pytest.raises(ValueError, match="is not said by"):
        texts(sentence, "the client changes the shoe of user Grace")


def test_phrases_are_found_with_those_that_they_name():
    assert list(phrases_in("Verdict", "refused because there is no such user")) == [
        ("Verdict", "refused because {Reason}"),
        ("Reason", "there is no such user"),
    ]
    assert list(phrases_in("Verdict", "refused because of the weather")) == []
