"""What clients do by chance, and that no promise is broken by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

from support.runner.sentences import KINDS

if TYPE_CHECKING:
    from support.behaviours.exploration import Exploration
    from support.behaviours.exploration.search import Findings


@when(parsers.parse("clients {exploration_kind:Exploration}", KINDS), target_fixture="findings")
def explore(exploration: Exploration, exploration_kind: str) -> Findings:
    return exploration.explore(exploration_kind)


@then("every answer and every view has shown each user as last written")
def every_promise_held(exploration: Exploration, findings: Findings) -> None:
    exploration.held(findings)
