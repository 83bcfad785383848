"""An answer that is not as the service's own document says leaves a script too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.behaviours.openapi import Description
from support.errors import UnexpectedContent
from support.report.reproductions.plans import facts_of
from support.report.reproductions.script.answers import Answer
from support.report.reproductions.script.checks import Checks
from support.target.profiles import load_target


def complaint(body: object, path: list[str | int], keyword: str, value: object, status: int = 200) -> str:
    facts: Any = facts_of(load_target("reference"))
    answers = {"a1": Answer(200, {}, json.dumps(body).encode())}
    check = {"that": "described", "of": "a1", "status": status, "path": path}
    return Checks(facts, answers, lambda text: text).complaint({**check, "keyword": keyword, "value": value})


@pytest.mark.parametrize(
    ("keyword", "wanted", "right", "wrong"),
    [
        ("type", "string", "", None),
        ("type", ["string", "null"], None, 7),
        ("type", "integer", 7.0, True),
        ("type", "number", 7.5, "7"),
        ("type", "object", {}, []),
        ("required", ["a"], {"a": None}, {}),
        ("enum", ["a", None], None, "b"),
        ("const", 7, 7, 8),
        ("pattern", "^a+$", "aa", "b"),
        ("minLength", 2, "äö", "a"),
        ("maxLength", 2, "äö", "äöü"),
        ("minimum", 2, 2, 1.9),
        ("maximum", 2, 2, 2.1),
    ],
)
def test_a_keyword_of_a_schema_is_held_against_each_place(keyword, wanted, right, wrong):
    assert not complaint({"user": right}, ["user"], keyword, wanted)
    assert complaint({"user": wrong}, ["user"], keyword, wanted)
    assert complaint({"x": [right, wrong]}, ["x", 1], keyword, wanted)


def test_nothing_is_said_of_other_answers_places_kinds_and_keywords():
    assert not complaint({"user": None}, ["user"], "type", "string", status=404)
    assert not complaint({}, ["user"], "type", "string")
    assert not complaint({"user": 7}, ["user"], "pattern", "a")
    assert not complaint({"user": "x"}, ["user"], "format", "uuid")


@pytest.mark.parametrize("purpose", ["create users", "look up a user", "list users"])
def test_a_wrong_description_leaves_a_script(meet, purpose):
    """N96: the document says that every user has a nickname, and not every user has."""
    stage = meet("N96")
    description = Description(stage.suite.observer, stage.suite.people, 40, 7)
    with pytest.raises(UnexpectedContent) as failure:
        description.is_kept(description.ask(purpose))
    made = stage.reproduce(failure.value)
    assert made.texts, made.reason
    assert "'keyword': 'type'" in next(iter(made.texts.values()))
