"""The features keep their rules, and each rule catches a feature that breaks it."""

from __future__ import annotations

import ast
from collections import Counter

import pytest
from gherkin.errors import ParserError

import conftest
from support.runner.glossary.corpus import (
    Definition,
    Feature,
    read_definitions,
    read_feature,
    read_features,
)
from support.selftests.features.corpus_rules import (
    RULES,
    backgrounds_only_arrange,
    descriptions_hide_nothing,
    features_say_why,
    names_are_unique,
    nothing_is_untold,
    outlines_teach,
    people_are_known,
    steps_have_one_meaning,
    stories_are_short,
    tags_are_known,
    titles_are_claims,
    words_are_plain,
)
from support.selftests.features.phrases import kinds_are_used, phrases_are_known, phrases_are_used
from support.target.settings import ROOT

STEP_MODULES = [name for name in conftest.pytest_plugins if name.startswith("steps.")]

SOUND = """\
@users @critical
Feature: Leaving
  Whoever leaves has a right to be gone, everywhere and for good,
  and everyone else has a right to stay where they are.

  Background:
    Given user Grace exists

  Rule: Gone means gone

    @DEL-01 @clause-2.7 @needs-patch
    Scenario: A deleted user can no longer be looked up
      Given user Ada exists with name "HTTP <b> \\"404\\" GET /users"
      When the client deletes user Ada
      Then the deletion of user Ada is accepted
      And a look-up no longer shows user Ada within the promised time

    @REG-07 @clause-3.4
    Scenario Outline: A refused creation leaves nobody behind
      When the client creates user Ada with <flaw>
      Then the request is refused because the details are not valid
      And no user has been created

      Examples: Flawed details
        | case | flaw            |
        | one  | an empty name   |
        | two  | a missing email |
"""

# The rule, what is changed in the sound feature, into what, and a part of the complaint.
PLANTED = [
    (
        titles_are_claims,
        "A deleted user can",
        "A user who has been deleted by a client can",
        "title of more than 9",
    ),
    (titles_are_claims, "A deleted user can", "Verify that a user can", "speaks of testing ('Verify')"),
    (titles_are_claims, "A deleted user can no", "A user should no", "speaks of testing ('should')"),
    (titles_are_claims, "A refused creation leaves", "Test a creation leaves", "speaks of testing ('Test')"),
    (titles_are_claims, " A deleted user can no longer be looked up", "", "no title"),
    (features_say_why, "Feature: Leaving\n  Whoever leaves", "Feature: Leaving\n\n  Rule: No\n", "no story"),
    (features_say_why, ", everywhere and for good,\n  and", "and", "a description of 1 lines"),
    (features_say_why, "gone,", "gone,\n  and not to be there,\n  not at all,", "a description of 4 lines"),
    (features_say_why, "  Rule: Gone means gone\n", "", "stands under no Rule"),
    (descriptions_hide_nothing, "means gone\n", "means gone\n  Scenari: A user leaves\n", "like Gherkin"),
    (descriptions_hide_nothing, "gone,", "gone,\n  Given that they left,", "looks like Gherkin"),
    (
        descriptions_hide_nothing,
        "Rule: Gone means gone",
        "Rule: Gone means gone\n  Then it is",
        "like Gherkin",
    ),
    (
        backgrounds_only_arrange,
        "Given user Grace exists",
        "When the client deletes user Ada",
        "more than arr",
    ),
    (backgrounds_only_arrange, "Given user Grace exists", "Given user Grace exists\n" * 5, "more than four"),
    (stories_are_short, "      And no user has been created\n", "      And nobody\n" * 5, "7 steps"),
    (stories_are_short, "      When the client deletes user Ada\n      Then", "     When", "end in a Then"),
    (stories_are_short, "      And no user has", "      Given no user has", "Given after a When or a Then"),
    (tags_are_known, "@users @critical", "@critical", "not tagged @users"),
    (tags_are_known, "@users @critical", "@users", "how severe"),
    (tags_are_known, "@DEL-01 @clause", "@DEL-99 @clause", "nobody knows the tag @DEL-99"),
    (tags_are_known, "@clause-2.7", "@clause-2.77", "nobody knows the tag @clause-2.77"),
    (tags_are_known, "@needs-patch", "@needs-pach", "nobody knows the tag @needs-pach"),
    (tags_are_known, "@DEL-01 ", "", "no row of the story map"),
    (tags_are_known, "@clause-2.7 ", "", "no clause of the contract"),
    (tags_are_known, "@DEL-01 ", "@DEL-01 @DEL-01 ", "@DEL-01 stands there 2 times"),
    (words_are_plain, "Then the deletion of user Ada is accepted", "Then 204 is shown", "'204' is a word"),
    (words_are_plain, "the client deletes user Ada", "the client sends DELETE for user Ada", "'DELETE'"),
    (words_are_plain, "Feature: Leaving", "Feature: Leaving /users", "'/users'"),
    (words_are_plain, "Gone means gone", "Gone means gone, by Retry-After", "'Retry-After'"),
    (words_are_plain, "| an empty name   |", "| a name in JSON  |", "'JSON'"),
    (words_are_plain, "deletes user Ada", "deletes user Ada and waits", "'waits' says"),
    (words_are_plain, "everyone else", "http://everyone.else", "'http:'"),
    (words_are_plain, "Flawed details", "Flawed headers", "'headers'"),
    (outlines_teach, "Examples: Flawed details", "Examples:", "without a title"),
    (outlines_teach, "        | one  | an empty name   |\n        | two  | a missing email |\n", "", "a row"),
    (outlines_teach, "| two  | a missing email |", "| one  | an empty name   |", "stands there twice"),
    (outlines_teach, "| two  | a missing email |", "| one  | a missing email |", "two rows of one case"),
    (outlines_teach, "| two  | a missing email |", "| zwö  | a missing email |", "a case that can be read"),
    (outlines_teach, "| case | flaw            |", "| kind | flaw            |", "'kind' is not used"),
    (outlines_teach, "user Ada with <flaw>", "user Ada with <falw>", "no column 'falw'"),
    (outlines_teach, "the deletion of user Ada", "the deletion of user <who>", "nothing fills in <who>"),
    (outlines_teach, "Scenario: A deleted", "Scenario Outline: A deleted", "an outline without Examples"),
    (people_are_known, "Given user Grace", "Given user Bob", "Bob is not of the cast"),
    (people_are_known, "client deletes user Ada", "client deletes user Alan", "Alan is spoken of before"),
    (people_are_known, "client deletes user Ada", "client deletes user Eve", "Eve is not of the cast"),
]


@pytest.fixture(scope="module")
def features() -> list[Feature]:
    return read_features(ROOT / "features")


@pytest.fixture(scope="module")
def definitions() -> list[Definition]:
    return read_definitions(STEP_MODULES)


def read_sound(old: str = "", new: str = "") -> Feature:
    assert old in SOUND
    return read_feature(SOUND.replace(old, new, 1), "users/leaving.feature")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_feature_keeps_the_rule(rule, features):
    assert [complaint for feature in features for complaint in rule(feature)] == []


def test_no_title_and_no_feature_is_there_twice(features):
    assert list(names_are_unique(features)) == []


def test_every_row_clause_and_promise_has_its_story(features):
    assert list(nothing_is_untold(features)) == []


def test_every_step_has_one_meaning_and_every_definition_is_used(features, definitions):
    assert list(steps_have_one_meaning(features, definitions)) == []


def test_every_phrase_is_known_and_used(features, definitions):
    assert list(phrases_are_known(features, definitions)) == []
    assert list(phrases_are_used(features, definitions)) == []
    assert list(kinds_are_used(definitions)) == []


def test_there_are_few_step_functions_with_at_most_two_wordings_each(definitions):
    wordings = Counter(definition.name for definition in definitions)
    assert len(wordings) <= 120
    assert [name for name, count in wordings.items() if count > 2] == []


def test_step_functions_are_short():
    for name in STEP_MODULES:
        source = (ROOT / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")
        assert len(source.splitlines()) <= 300, name
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.body[0].lineno < 6, f"{name}.{node.name}"  # type: ignore[operator]


def test_every_module_of_steps_is_loaded():
    modules = {f"steps.{file.stem}" for file in (ROOT / "steps").glob("*.py")}
    assert modules - {"steps.__init__"} == set(STEP_MODULES)


def test_a_sound_feature_has_no_complaint(definitions):
    sound = read_sound()
    assert [complaint for rule in RULES for complaint in rule(sound)] == []
    assert not [text for text in steps_have_one_meaning([sound], definitions) if "no story" not in text]
    assert list(phrases_are_known([sound], definitions)) == []


@pytest.mark.parametrize(
    ("rule", "old", "new", "complaint"),
    PLANTED,
    ids=[f"{rule.__name__}, {complaint}" for rule, _, _, complaint in PLANTED],
)
def test_a_planted_flaw_is_found_by_its_rule(rule, old, new, complaint):
    assert any(complaint in text for text in rule(read_sound(old, new)))


def test_a_title_that_is_there_twice_is_found():
    sound, twin = read_sound(), read_sound("Feature: Leaving", "Feature: Going")
    assert list(names_are_unique([sound])) == []
    assert "'A deleted user can no longer be looked up' stands there 2 times" in names_are_unique(
        [sound, twin]
    )
    assert "'Leaving' stands there 2 times" in names_are_unique([sound, sound])


def test_what_nobody_tells_is_found():
    found = list(nothing_is_untold([read_sound(), read_sound("@DEL-01", "@EDT-07")]))
    assert "DEL-02: no story tells of it" in found
    assert "needs-etag: no story tells of it" in found
    assert "4.1: no story tells of it" in found
    assert not [text for text in found if text.startswith(("DEL-01", "2.7", "needs-patch", "EDT-07"))]


@pytest.mark.parametrize("text", ["Feature\n", "Feature: A\n\n  Scenario: B\n    Given x\n    Whn y\n"])
def test_what_is_no_gherkin_is_refused_with_its_place(text):
    with pytest.raises(ParserError, match=r"\(\d+:\d+\)"):
        read_feature(text, "users/garbled.feature")


def test_a_step_without_a_definition_or_with_two_is_found(definitions):
    unknown = read_sound("And no user has been created", "And no user has been created yet")
    assert any(
        "'no user has been created yet' is not defined" in text
        for text in steps_have_one_meaning([unknown], definitions)
    )
    twice = [
        *definitions,
        Definition("more.deleted", _context(definitions, "the client {action:Action} {group:Group}")),
    ]
    assert any(
        "is defined by users.act and more.deleted" in text
        for text in steps_have_one_meaning([read_sound()], twice)
    )


def test_a_definition_that_no_story_uses_is_found(definitions):
    assert "users.list_all: no story says this" in steps_have_one_meaning([read_sound()], definitions)


def test_a_step_of_another_kind_is_not_taken(definitions):
    swapped = read_sound(
        "When the client deletes user Ada\n      Then", "Given the client deletes user Ada\n  And"
    )
    found = [text for text in steps_have_one_meaning([swapped], definitions) if "is not defined" in text]
    assert len(found) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| an empty name   |", "| an emptied name |"),
        ("because the details are not valid", "because the details are invalid"),
        ("because the details are not valid", "because the details are not valid, or they are wrong"),
        ("Given user Ada exists with name", "Given user Ada exists with nome"),
        ("And no user has been created", "When the client sends a form that is cut of to create a user"),
        ("And no user has been created", "When the client sends YAML to create a user"),
        ("And no user has been created", "When the client tries to replace everybody"),
        ("And no user has been created", "When the client looks up an id that is odd"),
        ("And no user has been created", "When the client asks for a page with a cursor that is old"),
        ("And no user has been created", "When the client searches for the name of user Ada"),
        ("And no user has been created", "Then user Ada does not have the chosen shoe"),
        ("And no user has been created", "When the client replaces user Ada with another mail"),
    ],
)
def test_a_phrase_that_no_table_has_makes_no_sentence(old, new, definitions):
    changed = read_sound(old, new)
    assert any("is not defined" in text for text in steps_have_one_meaning([changed], definitions))


def test_a_phrase_that_cannot_be_true_of_the_people_is_found(definitions):
    other = "replaces user Ada with the email of user Grace, but with a dotless i"
    changed = read_sound("deletes user Ada", other)
    assert [text for text in phrases_are_known([changed], definitions) if "cannot differ" in text]


def test_a_phrase_and_a_kind_that_nothing_uses_are_found(definitions):
    found = set(phrases_are_used([read_sound()], definitions))
    assert "Action: no story says 'checks for'" in found
    assert "Action: no story says 'deletes'" not in found
    assert "View: a kind for nothing" in kinds_are_used([d for d in definitions if "View" not in d.sentence])


def _context(definitions, sentence):
    return {each.sentence: each.context for each in definitions}[sentence]
