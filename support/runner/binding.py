"""What the suite needs of pytest-bdd's inside: remembering which definition a step has, and what it takes.

pytest-bdd looks through every fixture for each step that runs, which is two thirds of a step's cost, and
inspects the definition's signature twice, which is half of the rest. All definitions here are global, so that
the answers depend on the step's text and its function alone. Of each fixture it asks first who may see it,
which takes long, and then whether it is meant at all; the other way round finds the same at a tenth of the
cost. Pinned to the version in `pyproject.toml` and guarded by `support/selftests`.
"""

from __future__ import annotations

import contextlib
import importlib
import re
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd.feature import get_feature
from pytest_bdd.parser import Background, Feature, Rule, Scenario, ScenarioTemplate, Step
from pytest_bdd.utils import CONFIG_STACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pytest_bdd.steps import StepFunctionContext

# The package has a function of the same name as the module.
scenario: Any = importlib.import_module("pytest_bdd.scenario")
INSPECTIONS = ("signature", "get_required_args")  # of a function, by the module's own names for them
PARTS: tuple[type, ...] = (Feature, Rule, Background, ScenarioTemplate, Scenario, Step)
TAG_LINE = re.compile(r"^\s*(@\S.*)$", re.MULTILINE)


def remember_steps() -> Callable[[], None]:
    """Have a definition looked up once for each text, and inspected once; return what undoes that."""
    original: Callable[[pytest.FixtureRequest, Step], StepFunctionContext | None] = scenario.get_step_function
    search = scenario.find_fixturedefs_for_step
    inspections = {name: getattr(scenario, name) for name in INSPECTIONS}
    known: dict[tuple[str, str], StepFunctionContext] = {}

    def get_step_function(request: pytest.FixtureRequest, step: Step) -> StepFunctionContext | None:
        found = known.get((step.type, step.name))
        if found is None:
            found = original(request, step)
            if found is not None:
                known[step.type, step.name] = found
        return found

    def restore() -> None:
        scenario.get_step_function = original
        scenario.find_fixturedefs_for_step = search
        vars(scenario).update(inspections)

    scenario.get_step_function = get_step_function
    scenario.find_fixturedefs_for_step = _searching()
    vars(scenario).update({name: cache(inspect) for name, inspect in inspections.items()})
    return restore


def shorten_parts() -> Callable[[], None]:
    """Have the parts of a feature shown by their names; return what undoes that.

    Each knows the others, so that pytest, asked for the locals of every frame, would print the whole feature
    a dozen times for each story that fails.
    """
    before = {part: part.__repr__ for part in PARTS}

    def show(part: Any) -> str:
        what = part.name if hasattr(part, "name") else f"line {part.line_number}"
        return f"<{type(part).__name__} {what!r}>"

    def restore() -> None:
        for part, shown in before.items():
            part.__repr__ = shown  # type: ignore[method-assign]

    for part in PARTS:
        part.__repr__ = show  # type: ignore[method-assign, assignment]
    return restore


def _searching() -> Callable[[Step, Any, Any], Iterator[Any]]:
    """Return what finds the definitions that pytest-bdd finds for a step, in the same order."""
    contexts: dict[str, list[StepFunctionContext | None]] = {}

    def find(step: Step, fixturemanager: Any, node: Any) -> Iterator[Any]:
        for name in scenario.get_fixture_names(fixturemanager=fixturemanager):
            if name in contexts and not any(_means(context, step) for context in contexts[name]):
                continue
            seen = scenario.getfixturedefs(fixturemanager, name, node)
            if seen:
                contexts[name] = [scenario.step_function_context_registry.get(each.func) for each in seen]
                pairs = zip(seen, contexts[name], strict=True)
                yield from (fixture for fixture, context in pairs if _means(context, step))

    return find


def _means(context: StepFunctionContext | None, step: Step) -> bool:
    return context is not None and context.type in {None, step.type} and context.parser.is_matching(step.name)


@cache
def bind(file: Path) -> ModuleType:
    """Return a module with a test for each scenario of a feature file; raises pytest-bdd's own errors.

    Once made it stays, as the feature itself does: processes that are forked afterwards have it. Rows of an
    outline are called by their `case`, where the table has one: anything else than ASCII would be escaped in
    the ids of tests.
    """
    module = ModuleType(file.stem)
    module.__file__ = str(file)
    for title in get_feature(str(file.parent), file.name).scenarios:

        def story() -> None:
            """Run the steps; pytest-bdd does all of it."""

        test = scenario.scenario(file.name, title, features_base_dir=str(file.parent))(story)
        test.pytestmark = [_name_rows(mark) for mark in getattr(test, "pytestmark", [])]
        names = scenario.get_python_name_generator(title)
        setattr(module, next(name for name in names if not hasattr(module, name)), test)
    return module


def bind_ahead(config: pytest.Config, features: Path) -> None:
    """Bind the features of a folder before any session, which says what is wrong with one.

    The expressions of all definitions are compiled too: pytest-bdd does so when it first needs one.
    """
    for context in scenario.step_function_context_registry.values():
        context.parser.is_matching("")
    CONFIG_STACK.append(config)
    try:
        for file in sorted(features.rglob("*.feature")):
            with contextlib.suppress(Exception):
                bind(file)
    finally:
        CONFIG_STACK.pop()


def _name_rows(mark: pytest.Mark) -> pytest.Mark:
    """Return the mark that makes an outline's rows, each called by its case if it has one."""
    if mark.name != "parametrize":
        return mark
    argument, rows = mark.args
    named = [row._replace(id=row.values[0].get("case", row.id)) for row in rows]
    return pytest.mark.parametrize(argument, named).mark


def read_tags(features: Path) -> set[str]:
    """Return every tag that a feature file uses, or that those below a folder do, without the @."""
    tags: set[str] = set()
    for file in sorted(features.rglob("*.feature")) if features.is_dir() else (features,):
        for line in TAG_LINE.findall(file.read_text(encoding="utf-8")):
            tags.update(tag.lstrip("@") for tag in line.split())
    return tags


def sentences_of(item: pytest.Item) -> list[str]:
    """Return the sentences of a story with the values of its example row; none for any other test."""
    function: Any = getattr(item, "function", None)
    template = scenario.scenario_wrapper_template_registry.get(function) if callable(function) else None
    return [step.name for step in template.render(example_of(item)).steps] if template else []


def example_of(item: pytest.Item) -> Mapping[str, str]:
    """Return the example row that a story is made with; empty for one without examples."""
    callspec = getattr(item, "callspec", None)
    row: Mapping[str, str] = callspec.params.get("_pytest_bdd_example", {}) if callspec else {}
    return row
