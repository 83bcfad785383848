"""The features as data: every story with its place, tags, steps and rows, and every definition of a step.

Reads feature files with the parser that pytest-bdd uses, and asks pytest-bdd nothing else. It judges
nothing: the rules are in `support.selftests.features.corpus_rules`.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gherkin.parser import Parser
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PLACEHOLDER = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `kind` is given, when or then, which And and But take over from the step before."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """One Examples of an outline: its title, column names and rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def examples(self) -> Iterator[dict[str, str]]:
        """Return each row by column name."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario or an outline. `rule` is empty when it stands outside any Rule."""

    where: str
    title: str
    rule: str
    is_outline: bool
    tags: tuple[str, ...]
    description: str
    steps: tuple[Step, ...]
    tables: tuple[Table, ...]

    def sentences(self) -> Iterator[Step]:
        """Return the steps as they run: once as they are, or once for each row of an outline."""
        if not self.tables:
            yield from self.steps
        for table in self.tables:
            for row in table.examples():
                for step in self.steps:
                    yield Step(step.kind, fill(step.text, row))


@dataclass(slots=True)
class Feature:
    """One feature file. `where` is its path below the features."""

    where: str
    name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    rules: list[str] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)  # of rules, backgrounds and tables
    backgrounds: list[tuple[Step, ...]] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)


def fill(text: str, row: Mapping[str, str]) -> str:
    """Put the values of a row where a text names their columns."""
    return PLACEHOLDER.sub(lambda found: row.get(found[1], found[0]), text)


def read_features(folder: Path) -> list[Feature]:
    """Read all feature files below a folder, in the order of their paths."""
    return [
        read_feature(file.read_text(encoding="utf-8"), file.relative_to(folder).as_posix())
        for file in sorted(folder.rglob("*.feature"))
    ]


def read_feature(text: str, where: str) -> Feature:
    """Read one feature; raises the parser's error, with line and column, for what is no Gherkin."""
    raw: Any = Parser().parse(text).get("feature")
    feature = Feature(where)
    if raw is None:
        return feature
    feature.name, feature.description, feature.tags = raw["name"], raw["description"], _tags(raw)
    for child in raw["children"]:
        if "rule" in child:
            rule = child["rule"]
            feature.rules.append(rule["name"])
            feature.descriptions.append(rule["description"])
            for inner in rule["children"]:
                _add(feature, inner, rule["name"], (*feature.tags, *_tags(rule)))
        else:
            _add(feature, child, "", feature.tags)
    return feature


def _add(feature: Feature, child: Mapping[str, Any], rule: str, tags: tuple[str, ...]) -> None:
    if "background" in child:
        feature.backgrounds.append(_steps(child["background"]))
        feature.descriptions.append(child["background"]["description"])
        return
    raw = child["scenario"]
    feature.descriptions += [table["description"] for table in raw["examples"]]
    story = Story(
        where=f"{feature.where}:{raw['location']['line']}",
        title=raw["name"],
        rule=rule,
        is_outline=raw["keyword"] != "Scenario",
        tags=(*tags, *_tags(raw), *(tag for table in raw["examples"] for tag in _tags(table))),
        description=raw["description"],
        steps=_steps(raw),
        tables=tuple(_table(table) for table in raw["examples"]),
    )
    feature.stories.append(story)


def _tags(raw: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(tag["name"].removeprefix("@") for tag in raw["tags"])


def _steps(raw: Mapping[str, Any]) -> tuple[Step, ...]:
    kinds = {"Context": "given", "Action": "when", "Outcome": "then"}
    steps: list[Step] = []
    for step in raw["steps"]:
        kind = kinds.get(step["keywordType"]) or (steps[-1].kind if steps else "none")
        steps.append(Step(kind, step["text"]))
    return tuple(steps)


def _table(raw: Mapping[str, Any]) -> Table:
    columns = raw.get("tableHeader", {}).get("cells", [])
    rows = (tuple(cell["value"] for cell in row["cells"]) for row in raw.get("tableBody", []))
    return Table(raw["name"], tuple(cell["value"] for cell in columns), tuple(rows))


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition of a step: `name` is module and function, `sentence` its wording."""

    name: str
    context: StepFunctionContext

    @property
    def sentence(self) -> str:
        """The wording with its placeholders."""
        return str(self.context.parser.name)

    def matches(self, step: Step) -> bool:
        """Return whether pytest-bdd would take this definition for a step."""
        return self.context.type in {None, step.kind} and bool(self.context.parser.is_matching(step.text))


def read_definitions(modules: list[str]) -> list[Definition]:
    """Return every definition of the modules, in the order in which they stand there."""
    definitions = []
    for name in modules:
        for value in vars(importlib.import_module(name)).values():
            marker = getattr(value, "_get_wrapped_function", lambda: None)()
            context = step_function_context_registry.get(marker) if marker else None
            if context is not None:
                function = context.step_func.__name__
                definitions.append(Definition(f"{name.removeprefix('steps.')}.{function}", context))
    return definitions
