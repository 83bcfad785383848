"""Writes the glossary of sentences and the index of stories from the code and the features.

The glossary is a part of `features/README.md`, between two marks; the index is all of `features/STORIES.md`.
A self-test says when either is not what this would write.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from support.runner.glossary.corpus import read_definitions, read_features
from support.runner.glossary.phrases import placeholders
from support.runner.sentences import KINDS, NESTED
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.runner.glossary.corpus import Definition, Feature, Story

FEATURES = ROOT / "features"
GLOSSARY, STORIES = FEATURES / "README.md", FEATURES / "STORIES.md"
BEGIN, END = "<!-- sentences: python -m support.runner.glossary -->", "<!-- end of the sentences -->"
CONTRACT = "CONTRACT.md"
AREAS = {
    "users": "Users",
    "idempotency": "Requests that are sent again",
    "consistency": "Readers and sessions",
    "concurrency": "Versions and simultaneous requests",
    "refusals": "Refusals",
    "access": "Callers and privacy",
    "strain": "Rate limits, faults and service quality",
    "exploration": "What clients do by chance",
}
PLACEHOLDER = re.compile(r"\{\w+:(\w+)\}")
STORY_ID = re.compile(r"[A-Z]+-\d+")
INDEX = """\
# All stories

Written by `python -m support.runner.glossary` from the feature files. An id is a row of the story map, a
clause one of the [contract]({contract}), a promise what a service's profile must say for a story to apply.

"""


def step_modules() -> list[str]:
    """Return the modules of sentences, in the order of the glossary."""
    return [f"steps.{area}" for area in AREAS]


def write_sentences(features: Sequence[Feature], definitions: Sequence[Definition]) -> str:
    """Return the glossary: every sentence by ability, then every kind of placeholder with its phrases."""
    lines = list(_sentences(features, definitions))
    return "\n".join([*lines, "### What may stand in a sentence", "", *_kinds()])


def write_stories(features: Sequence[Feature]) -> str:
    """Return the index of all stories, by ability, feature and rule."""
    return INDEX.format(contract=CONTRACT) + "\n".join(_index(features))


def with_sentences(readme: str, sentences: str) -> str:
    """Return the text of the glossary's file with its sentences between the marks."""
    before, _, rest = readme.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{sentences}\n{END}{rest.partition(END)[2]}"


def _sentences(features: Sequence[Feature], definitions: Sequence[Definition]) -> Iterator[str]:
    steps = [step for feature in features for story in feature.stories for step in story.sentences()]
    for area, title in AREAS.items():
        yield from (f"### {title}", "", "| sentence | for example |", "|---|---|")
        own = [definition for definition in definitions if definition.name.startswith(f"{area}.")]
        for kind in ("given", "when", "then"):
            for definition in own:
                if definition.context.type == kind:
                    example = next(step.text for step in steps if definition.matches(step))
                    said = f"{kind.capitalize()} {PLACEHOLDER.sub(_linked, definition.sentence)}"
                    shown = _cell(example) if placeholders(definition.sentence) else ""
                    yield f"| {_cell(said)} | {shown} |"
        yield ""


def _kinds() -> Iterator[str]:
    for name, kind in KINDS.items():
        if kind.example:
            yield f'- <a id="{name.lower()}"></a>**{name}**: such as `{kind.example}`'
        else:
            phrases = "; ".join(NESTED.sub(_linked, _cell(phrase)) for phrase in kind.phrases)
            yield f'- <a id="{name.lower()}"></a>**{name}**: {phrases}'
    yield ""


def _linked(found: re.Match[str]) -> str:
    return f"[{found[1]}](#{found[1].lower()})"


def _cell(text: str) -> str:
    """Escape what Markdown would read as a table, a tag or emphasis; of letters beyond ASCII nothing."""
    return re.sub(r"([|<>*_`\\])", r"\\\1", text)


def _index(features: Sequence[Feature]) -> Iterator[str]:
    for area in AREAS:
        for feature in features:
            if feature.where.startswith(f"{area}/"):
                yield from (f"## [{feature.name}]({feature.where})", "")
                for rule in feature.rules:
                    yield from (f"### {rule}", "", "| id | story | clauses | promises |", "|---|---|---|---|")
                    yield from (_row(story) for story in feature.stories if story.rule == rule)
                    yield ""


def _row(story: Story) -> str:
    ids = ", ".join(sorted(tag for tag in story.tags if STORY_ID.fullmatch(tag)))
    clauses = sorted(
        (tag.removeprefix("clause-") for tag in story.tags if tag.startswith("clause-")),
        key=lambda clause: [int(part) for part in clause.split(".")],
    )
    links = ", ".join(f"[{clause}]({CONTRACT}#clause-{clause})" for clause in clauses)
    needs = ", ".join(sorted(tag.removeprefix("needs-") for tag in story.tags if tag.startswith("needs-")))
    rows = sum(len(table.rows) for table in story.tables)
    title = f"{_cell(story.title)} ({rows} examples)" if rows else _cell(story.title)
    return f"| {ids} | {title} | {links} | {needs} |"


def main() -> None:
    """Write both files anew."""
    features, definitions = read_features(FEATURES), read_definitions(step_modules())
    readme = GLOSSARY.read_text(encoding="utf-8")
    glossary = with_sentences(readme, write_sentences(features, definitions))
    GLOSSARY.write_text(glossary, encoding="utf-8")
    STORIES.write_text(write_stories(features), encoding="utf-8")
