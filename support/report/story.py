"""Who a story is: its place, titles, tags and example row, read once from the collected test.

Names a story by its feature path, rule, title and example row, never by the order of collection or the
worker that runs it. It runs nothing and renders nothing.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLE_ARGUMENT = "_pytest_bdd_example"
SEVERITIES = ("blocker", "critical", "normal", "minor", "trivial")
_ID = re.compile(r"[A-Z]{2,6}-\d{2,3}[a-z]?")
_CLAUSE = "clause-"
_STORY = pytest.StashKey["Story | None"]()
# What the runner knows of how to see the same again: what stands before and after `pytest` in a shell.
SETTINGS = pytest.StashKey[tuple[str, str]]()
# Marks that pytest itself or a plugin reads: they say how to run, not what the story is about.
_OTHER_MARKS = frozenset(
    {"parametrize", "usefixtures", "filterwarnings", "skip", "skipif", "xfail", "timeout"}
)


@dataclass(frozen=True, slots=True)
class Story:
    """One story, that is one scenario or one row of an outline.

    `path` is the feature file relative to the project, `line` where the scenario begins, `background_steps`
    how many of its first steps belong to a Background. `tags` are all its tags but those that became
    `ids`, `clauses` or `severity`.
    """

    nodeid: str
    path: str
    line: int
    epic: str
    feature: str
    rule: str
    title: str
    outline: str  # the title as the feature file has it, placeholders and all
    feature_description: str = ""
    description: str = ""
    example: Mapping[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    severity: str = "normal"
    background_steps: int = 0
    elsewhere: str = ""  # the whole path of a feature file that is not in this project
    settings: tuple[str, str] = ("", "")  # what stands before and after pytest to see the same again

    @property
    def name(self) -> str:
        """The title, with the values of the example row that it does not already say."""
        return with_example(self.title, self.example)

    @property
    def case_key(self) -> str:
        """A digest of feature path, rule and title as written: the same for all rows of an outline."""
        return _digest(self.path, self.rule, self.outline)

    @property
    def key(self) -> str:
        """A digest of the whole identity, the example row included."""
        return _digest(self.path, self.rule, self.outline, *(f"{k}={v}" for k, v in self.example.items()))

    def rerun(self) -> str:
        """Return a line for a shell that runs this story alone, against the same target with the same seed.

        It names the story by its node id, for several may share a story id; tokens stay in the environment.
        """
        before, after = self.settings
        what = _shell_quoted(self.nodeid)
        if self.elsewhere:
            # pytest would take a path that leads out for the place of the whole project.
            story = self.nodeid.partition("::")[2]
            what = f"--stories={_shell_quoted(f'{self.elsewhere}::{story}')}"
        parts = (before, "pytest", what, after)
        return " ".join(part for part in parts if part)


def with_example(title: str, example: Mapping[str, str]) -> str:
    """Return a title with those values of an example row, as whole words, that it does not say itself."""
    unsaid = [
        value for value in example.values() if not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", title)
    ]
    values = [value or "(empty)" for value in example.values() if not value or value in unsaid]
    return f"{title} [{', '.join(values)}]" if values else title


def story_of(item: pytest.Item) -> Story | None:
    """Return the story of a collected test, or None when the test is not one; cheap after the first time."""
    if _STORY not in item.stash:
        item.stash[_STORY] = _read(item)
    return item.stash[_STORY]


def file_of(item: pytest.Item) -> str | None:
    """Return the feature file of a test, as its story names it, or None; cheaper than to read the story."""
    function = getattr(item, "obj", None)
    template: Any = scenario_wrapper_template_registry.get(function) if callable(function) else None
    return _path_of(template, item).as_posix() if template else None


def example_of(item: pytest.Item) -> dict[str, str]:
    """Return the example row of a collected test by column; empty when it is no row of an outline."""
    callspec = getattr(item, "callspec", None)
    return dict(callspec.params.get(EXAMPLE_ARGUMENT, {})) if callspec else {}


def _path_of(template: Any, item: pytest.Item) -> Path:
    return _relative(Path(template.feature.filename), item.config.rootpath)


def _read(item: pytest.Item) -> Story | None:
    function = getattr(item, "obj", None)
    template: Any = scenario_wrapper_template_registry.get(function) if callable(function) else None
    if template is None:
        return None
    feature, rule = template.feature, template.rule
    example = example_of(item)
    marks = {mark.name for mark in item.iter_markers() if not mark.args and not mark.kwargs}
    levels = (template.tags, rule.tags if rule else set(), feature.tags, marks - _OTHER_MARKS)
    tags = set().union(*levels)
    path = _path_of(template, item)
    # The nearest level that names one decides.
    severity = next((name for level in levels for name in SEVERITIES if name in level), "normal")
    ids = tuple(sorted(tag for tag in tags if _ID.fullmatch(tag)))
    clauses = sorted((tag.removeprefix(_CLAUSE) for tag in tags if tag.startswith(_CLAUSE)), key=_numbers)
    plain = (tag for tag in tags if tag not in ids and not tag.startswith(_CLAUSE) and tag not in SEVERITIES)
    return Story(
        nodeid=item.nodeid,
        path=path.as_posix(),
        line=template.line_number,
        epic=_in_words(path.parent.name),
        feature=feature.name,
        rule=rule.name if rule else "",
        title=_filled_in(template.name, example),
        outline=template.name,
        feature_description=feature.description.strip(),
        description=template.description.strip(),
        example=example,
        ids=ids,
        clauses=tuple(clauses),
        tags=tuple(sorted(plain)),
        severity=severity,
        background_steps=len(template.all_background_steps),
        elsewhere="" if Path(feature.filename).is_relative_to(item.config.rootpath) else feature.filename,
        settings=item.config.stash.get(SETTINGS, ("", "")),
    )


@cache
def _relative(path: Path, root: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else Path(path.parent.name, path.name)


def _in_words(folder: str) -> str:
    return folder.replace("_", " ").replace("-", " ").capitalize()


def _filled_in(title: str, example: Mapping[str, str]) -> str:
    return re.sub(r"<(.+?)>", lambda match: example.get(match[1], match[0]), title)


def _numbers(clause: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", clause)]


def _digest(*parts: str) -> str:
    return hashlib.md5("\n".join(parts).encode(), usedforsecurity=False).hexdigest()


def _shell_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
