"""What the suite takes from pytest-bdd's inside is there, and remembering a definition changes nothing."""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import version

import pytest
from _pytest._io.pprint import PrettyPrinter
from pytest_bdd.feature import get_feature

from support.runner.binding import example_of, read_tags, remember_steps, scenario, shorten_parts
from support.target.settings import ROOT

pytest_plugins = ["pytester"]

FEATURE = """\
@area
Feature: Memory
  Rule: One
    Scenario: First
      Given a word "one"
      When a word "two"
      Then the words are one two
    Scenario Outline: Second
      Given a word "<word>"
      When a word "two"
      Then the words are <word> two
      @row
      Examples:
        | word  |
        | one   |
        | three |
"""
STEPS = """
import pytest
from pytest_bdd import given, parsers, scenarios, then, when
scenarios("memory.feature")
@pytest.fixture
def words():
    return []
@given(parsers.parse('a word "{word}"'))
def given_word(words, word):
    words.append("given " + word)
@when(parsers.parse('a word "{word}"'))
def when_word(words, word):
    words.append("when " + word)
@then(parsers.parse("the words are {first} {second}"))
def then_words(words, first, second):
    assert words == ["given " + first, "when " + second]
"""
CONFTEST = """
import json, os
from support.runner.binding import example_of, remember_steps, scenario, shorten_parts
looked_up, ran, rows = [], [], []
original = scenario.get_step_function
def counted(request, step):
    looked_up.append([step.type, step.name])
    return original(request, step)
scenario.get_step_function = counted
if os.environ["REMEMBERS"] == "yes":
    remember_steps()
def pytest_bdd_before_step(step, step_func):
    ran.append([step.type, step.name, step_func.__name__])
def pytest_collection_finish(session):
    rows.extend(dict(example_of(item)) for item in session.items)
def pytest_sessionfinish():
    scenario.get_step_function = original
    with open("seen.json", "w") as file:
        json.dump([looked_up, ran, rows], file)
"""


@pytest.fixture
def run_stories(pytester, monkeypatch):
    """Run two stories of one outline and one plain one; return look-ups, definitions that ran, and rows."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makefile(".feature", memory=FEATURE)
    pytester.makepyfile(test_memory=STEPS)
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\nmarkers =\n    area\n    row\n")

    def run(remembers):
        monkeypatch.setenv("REMEMBERS", remembers)
        pytester.runpytest_inprocess("-p", "pytest_bdd.plugin").assert_outcomes(passed=3)
        return json.loads((pytester.path / "seen.json").read_text(encoding="utf-8"))

    return run


def test_the_versions_are_those_that_this_was_written_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name in ("pytest", "pytest-bdd"):
        assert f"{name}=={version(name)}" in project["dependencies"]


def test_pytest_bdd_looks_steps_up_where_it_is_wrapped():
    names = ("get_step_function", "find_fixturedefs_for_step", "signature", "get_required_args")
    # The last one is wrapped to be a context manager.
    users = [
        scenario._execute_step_function,
        scenario._execute_scenario,
        scenario.inject_fixturedefs_for_step.__wrapped__,
    ]
    used = {name for user in users for name in user.__code__.co_names}
    before = [getattr(scenario, name) for name in names]
    restore = remember_steps()
    assert set(names) < used
    assert not any(getattr(scenario, name) in before for name in names)
    restore()
    assert [getattr(scenario, name) for name in names] == before


def test_a_remembered_definition_is_the_one_that_pytest_bdd_finds(run_stories):
    looked_up, ran, _ = run_stories("no")
    looked_up_less, ran_the_same, _ = run_stories("yes")
    assert ran_the_same == ran
    assert len(looked_up) == len(ran) == 9
    # Once for each kind and text; "a word" means different things as a Given and as a When.
    assert [tuple(step) for step in looked_up_less] == list(dict.fromkeys(map(tuple, looked_up)))


def test_a_step_that_nobody_defined_is_looked_up_each_time():
    asked = []

    def finds_nothing(_, step):
        asked.append(step)

    before = scenario.get_step_function
    scenario.get_step_function = finds_nothing
    try:
        restore = remember_steps()
        step = type("Step", (), {"type": "given", "name": "nothing"})()
        assert scenario.get_step_function(None, step) is None
        assert scenario.get_step_function(None, step) is None
        restore()
    finally:
        scenario.get_step_function = before
    assert len(asked) == 2


def test_the_row_of_an_outline_is_known_before_it_runs(run_stories):
    assert run_stories("yes")[2] == [{}, {"word": "one"}, {"word": "three"}]


def test_a_plain_test_has_no_row(request):
    assert example_of(request.node) == {}


def test_tags_are_read_wherever_they_stand(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.feature").write_text(FEATURE, encoding="utf-8")
    (tmp_path / "b.feature").write_text("@b @c-1.2\nFeature: B\n", encoding="utf-8")
    assert read_tags(tmp_path) == {"area", "row", "b", "c-1.2"}


def test_a_feature_is_short_among_locals(tmp_path):
    """Each of its parts knows the others; pytest's own pretty printer lays none of them out."""
    (tmp_path / "memory.feature").write_text(FEATURE)
    feature = get_feature(str(tmp_path), "memory.feature")
    template = feature.scenarios["Second"]
    story = template.render({"word": "one"})
    parts = [feature, template, template.rule, story, story.steps[0], feature.background]
    plain = [repr(part) for part in parts]
    undo = shorten_parts()
    try:
        shown = [PrettyPrinter().pformat({"found": part}) for part in parts]
        assert "Memory" in shown[0]
        assert "Second" in shown[3]
        assert max(map(len, shown)) < 100
    finally:
        undo()
    assert [repr(part) for part in parts] == plain
