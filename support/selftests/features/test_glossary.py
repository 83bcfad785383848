"""The glossary and the index of stories are what the code and the features say now."""

from __future__ import annotations

import re

import pytest

from support.runner.glossary.corpus import read_definitions, read_features
from support.runner.glossary.writing import (
    BEGIN,
    END,
    FEATURES,
    GLOSSARY,
    STORIES,
    step_modules,
    with_sentences,
    write_sentences,
    write_stories,
)
from support.runner.sentences import KINDS
from support.target.settings import ROOT

AGAIN = "run `python -m support.runner.glossary` and commit what it writes"


@pytest.fixture(scope="module")
def features():
    return read_features(FEATURES)


@pytest.fixture(scope="module")
def sentences(features):
    return write_sentences(features, read_definitions(step_modules()))


def test_the_glossary_is_up_to_date(sentences):
    readme = GLOSSARY.read_text(encoding="utf-8")
    assert readme.count(BEGIN) == readme.count(END) == 1
    assert with_sentences(readme, sentences) == readme, AGAIN


def test_the_index_of_stories_is_up_to_date(features):
    assert STORIES.read_text(encoding="utf-8") == write_stories(features), AGAIN


def test_the_glossary_has_every_module_and_every_kind(sentences):
    assert {f"steps.{file.stem}" for file in (ROOT / "steps").glob("[a-z]*.py")} == set(step_modules())
    for name in KINDS:
        assert f'<a id="{name.lower()}"></a>' in sentences
        assert f"(#{name.lower()})" in sentences, f"nothing leads to {name}"


def test_a_glossary_that_is_stale_is_seen(sentences):
    stale = with_sentences(f"before\n{BEGIN}\n\nold\n{END}\nafter\n", sentences)
    assert stale.startswith(f"before\n{BEGIN}\n\n### ")
    assert stale.endswith(f"{END}\nafter\n")
    assert "old" not in stale.partition(BEGIN)[2].splitlines()


def test_every_story_stands_in_the_index_once(features):
    lines = write_stories(features).splitlines()
    for feature in features:
        for story in feature.stories:
            title = story.title.replace("<", "\\<").replace(">", "\\>")
            assert [line for line in lines if f"| {title} " in line], story.title
    assert sum(line.startswith("| ") and not line.startswith("| id") for line in lines) == sum(
        len(feature.stories) for feature in features
    )


@pytest.mark.parametrize("file", ["README.md", "features/README.md"])
def test_a_story_that_is_shown_as_an_example_is_one_of_ours(file):
    told = "\n".join(path.read_text(encoding="utf-8") for path in FEATURES.rglob("*.feature"))
    ours = [line.strip() for line in told.splitlines()]
    shown = re.findall(r"```gherkin\n(.*?)```", (ROOT / file).read_text(encoding="utf-8"), re.DOTALL)
    # What stands at the right of a line explains it; dots stand for the rest of one.
    lines = [re.split(r" {3,}", line.strip())[0] for block in shown for line in block.splitlines() if line]
    assert lines
    assert [line for line in lines if not any(each.startswith(line.rstrip(" .")) for each in ours)] == []
