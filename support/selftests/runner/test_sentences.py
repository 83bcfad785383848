"""Sentences match whole, tell their placeholders apart, and convert what is a list or a number."""

from __future__ import annotations

import re

import pytest

from support.runner.sentences import PATTERNS, sentence


def read(text, step):
    parser = sentence(text)
    return parser.parse_arguments(step) if parser.is_matching(step) else None


@pytest.mark.parametrize(
    ("text", "step", "values"),
    [
        ("user {person} exists", "user Ada exists", {"person": "Ada"}),
        ("user {person} exists", "user Zoë exists", {"person": "Zoë"}),
        ("user {person} exists[ {variation}]", "user Ada exists", {"person": "Ada", "variation": ""}),
        ("user {person} exists[ {variation}]", 'user Ada exists with name "x"',
         {"person": "Ada", "variation": 'with name "x"'}),
        ("users {names} exist", "users Ada and Grace exist", {"names": ["Ada", "Grace"]}),
        ("users {names} exist", "users Ada, Grace and Alan exist", {"names": ["Ada", "Grace", "Alan"]}),
        ("{count} users exist", "12 users exist", {"count": 12}),
        ("the client looks up user {person}[ {count} times]", "the client looks up user Ada",
         {"person": "Ada", "count": 1}),
        ("the client looks up user {person}[ {count} times]", "the client looks up user Ada 5 times",
         {"person": "Ada", "count": 5}),
        ("user {person} {view}", "user Ada is found by email", {"person": "Ada", "view": "filter"}),
        ("user {person} is no longer {absence}", "user Ada is no longer listed",
         {"person": "Ada", "absence": "list"}),
        ("in the order of {sorting}", "in the order of name, last first", {"sorting": "name, last first"}),
        ("the client deletes user {person}[ again]", "the client deletes user Ada again", {"person": "Ada"}),
        ("(a) sentence. with? odd* signs+", "(a) sentence. with? odd* signs+", {}),
    ],
)  # fmt: skip
def test_a_sentence_gives_its_values(text, step, values):
    assert read(text, step) == values


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("user {person} exists", "user Ada exists now"),
        ("user {person} exists", "the user Ada exists"),
        ("user {person} exists", "user ada exists"),
        ("user {person} exists", "user Ada Lovelace exists"),
        ("users {names} exist", "users Ada exist"),
        ("users {names} exist", "users Ada, Grace exist"),
        ("{count} users exist", "some users exist"),
        ("user {person} {view}", "user Ada is seen"),
        ("in the order of {sorting}", "in the order of age"),
        ("a sentence.", "a sentence!"),
        ("the client replaces user {person} {variation}", "the client replaces user Ada 4 times"),
        ("the client replaces user {person} {variation}",
         "the client replaces user Ada with the same details 3 times"),
    ],
)  # fmt: skip
def test_a_sentence_matches_whole_and_exactly(text, step):
    assert read(text, step) is None


def test_a_sentence_is_called_by_its_words():
    assert sentence("user {person} exists").name == "user {person} exists"


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_no_pattern_names_a_group_of_its_own_or_matches_nothing(pattern):
    compiled = re.compile(pattern)
    assert compiled.groups == 0
    assert not compiled.fullmatch("")
