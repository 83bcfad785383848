"""What was asked on the command line: stories, the tests of the suite itself, or only what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.runner.workers import Forks
from support.target.settings import ROOT

if TYPE_CHECKING:
    import pytest

OWN_TESTS = (ROOT / "support", ROOT / "ci")
HAND = 2  # stories given to a worker at a time: some wait for seconds, and equal shares would not be equal


def runs_nothing(config: pytest.Config) -> bool:
    """Return whether pytest was only asked a question: what there is, what it can do, what it would do."""
    option = config.option
    questions = (option.help, option.markers, option.showfixtures, option.show_fixtures_per_test,
                 option.setuponly, option.setupplan)  # fmt: skip
    return bool(option.collectonly or any(questions))


def wants_stories(config: pytest.Config) -> bool:
    """Return whether a run takes in the stories, and not only the tests of the suite itself."""
    if hasattr(config, "workerinput"):
        return "run" in config.workerinput
    if runs_nothing(config):
        return False
    paths = [(config.invocation_params.dir / text.partition("::")[0]).resolve() for text in config.args]
    return not all(any(tests == path or tests in path.parents for tests in OWN_TESTS) for path in paths)


def deal_one_by_one(config: pytest.Config) -> None:
    """Have stories dealt to workers in their order, a few at a time, whatever else was asked for.

    A story that must run alone waits for all before it. Dealt by file or by group, it might wait for one that
    stands behind it in the same worker.
    """
    option = config.option
    if getattr(option, "maxschedchunk", HAND) is None:
        option.maxschedchunk = HAND
    if getattr(option, "dist", "no") not in {"no", "load", "worksteal"}:
        option.dist = "load"


def fork_workers(config: pytest.Config) -> Forks | None:
    """Have workers forked from a process that has imported everything, if there will be some."""
    given = config.invocation_params
    is_shared = getattr(config.option, "dist", "no") != "no" and bool(config.option.tx)
    return Forks([*map(str, given.args)], given.dir) if is_shared and Forks.is_offered() else None
