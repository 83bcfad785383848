"""What clients do by chance, and that no promise is broken by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

from support.runner.sentences import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.behaviours.exploration import Exploration
    from support.behaviours.openapi import Description

    Judgement = Callable[[], None]


@when(parsers.parse("clients {exploration_kind:Exploration}", KINDS), target_fixture="judgement")
@when(
    parsers.parse(
        "clients send what the service describes, and what it does not, to {purpose:Described}", KINDS
    ),
    target_fixture="judgement",
)
def explore(
    exploration: Exploration, description: Description, exploration_kind: str = "", purpose: str = ""
) -> Judgement:
    if purpose:
        asked = description.ask(purpose)
        return lambda: description.is_kept(asked)
    findings = exploration.explore(exploration_kind)
    return lambda: exploration.held(findings)


@then("every answer and every view has shown each user as last written")
@then("every answer was as the service describes it")
def every_promise_held(judgement: Judgement) -> None:
    judgement()
