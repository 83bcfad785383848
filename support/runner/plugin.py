"""The suite as a pytest plugin: options, fixtures and hooks, and nothing that could be elsewhere.

The process that starts the run (the controller) opens the run, brings the service along where there is none,
and sweeps at the end; a process that runs stories has a world. Without pytest-xdist both are one process.
"""

from __future__ import annotations

import gc
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from support.cleanup import Run
from support.command_line.signals import Start
from support.command_line.streams import guard_streams
from support.errors import NotApplicable
from support.http import History
from support.report.allure.guard import SecretGuard
from support.report.coverage import Tally
from support.report.story import SETTINGS
from support.runner.applicability import reasons_against
from support.runner.binding import example_of, read_tags, remember_steps, sentences_of, shorten_parts
from support.runner.command_line import DEFAULT_EXPLORE_S, add_options, check_options, hand_to_capture
from support.runner.command_line.asked import runs_nothing, wants_stories
from support.runner.command_line.own_stories import bring_along
from support.runner.controller import DEFAULT_WEATHER, Controller
from support.runner.needs import reasons_by_wording
from support.runner.ordering import TURN, Ordering, Turn, rank, spread, takes_turns
from support.runner.results import DEFAULT_JUNIT, hold_junit
from support.runner.shards.stories import ShardStories
from support.runner.world import ONLY_WORKER, World
from support.target.known import KnownDeviations
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.convergence import Timeline

WORLD = pytest.StashKey[World]()
FEATURES = ROOT / "features"
LONGEST_FIRST = ("exploration", "consistency")
MANY = "many"  # in the name of a story that makes some twenty users one after the other
# Stories that run only where an option of that name says for how long, or with how many requests.
ON_DEMAND = ("load", "openapi")
PAGED = {"needs-pagination", "needs-sorting"}
MARKS = {
    "exclusive": "runs alone, after the stories that may share the target",
    TURN: "runs with others, but not beside another of these",
    "last": "runs alone, after everything else",
    "load": "many clients act at once; runs only with --load SECONDS",
    "openapi": "asks what the OpenAPI document describes; runs only with --openapi NUMBER",
    "destructive": "tries what would destroy data, if the service let it",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Check the options before any plugin makes something of them, and let output go away."""
    for name in guard_streams():
        hand_to_capture(config, name)
    check_options(config)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the tags of the features as marks, and what runs the stories if any are asked for."""
    Start.end()
    tags = {tag for place in (FEATURES, *bring_along(config)) for tag in read_tags(place)}
    for tag in sorted(tags | set(MARKS)):
        config.addinivalue_line("markers", f"{tag}: {MARKS.get(tag, 'a tag of the features')}")
    if not wants_stories(config):
        if runs_nothing(config) or config.option.xmlpath == DEFAULT_JUNIT:
            hold_junit(config)
        return
    config.pluginmanager.register(SecretGuard(), "acceptance-guard")
    is_worker = hasattr(config, "workerinput")
    if not is_worker:
        config.pluginmanager.register(Controller(config), "acceptance-controller")
    if is_worker or config.getoption("dist", "no") == "no":
        config.pluginmanager.register(StoryRunner(config), "acceptance-stories")


def _settings(config: pytest.Config, run: Run) -> tuple[str, str]:
    """Return what stands before and after `pytest` in a line that shows the same again."""
    option = config.option
    target = option.target or run.target.name
    after = [f"--target={target}", f"--seed={run.seed}"]
    if run.embedded:
        after.append(f"--weather={option.weather or DEFAULT_WEATHER}")
    if run.embedded and option.residents is not None:
        after.append(f"--residents={option.residents}")
    if option.explore != DEFAULT_EXPLORE_S:
        after.append(f"--explore={option.explore:g}")
    if option.load:
        after += [f"--load={option.load:g}", f"--load-clients={option.load_clients}"]
    if option.openapi:
        after.append(f"--openapi={option.openapi}")
    if option.bound is not None:
        after.append(f"--bound={option.bound:g}")
    before = "" if run.embedded or run.target.base_url else f"BASE_URL={shlex.quote(run.base_url)}"
    return before, " ".join(map(shlex.quote, after))


def _deselect(items: list[pytest.Item], mark: str) -> None:
    """Take the items with a mark out, as if they had not been asked for."""
    left_out = {item for item in items if item.get_closest_marker(mark)}
    if left_out:
        items[0].config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]


def _place(item: pytest.Item) -> int:
    """Say when a story begins: 0 first, as it waits for bounds, 1 next, with its many requests, or 2."""
    if any(map(item.get_closest_marker, LONGEST_FIRST)):
        return 0
    return 1 if MANY in item.name or any(map(item.get_closest_marker, PAGED)) else 2


class StoryRunner:
    """Runs stories in this process: builds the world, orders the stories and begins each."""

    def __init__(self, config: pytest.Config) -> None:
        from support.report.allure.bridge import AllureBridge  # noqa: PLC0415 - only where stories run

        self._config = config
        self._history = History()
        self._timelines: list[Timeline] = []
        self._before: dict[str, list[str]] = {}
        self._turn: Turn | None = None
        self._shard: ShardStories | None = None
        self._undo = (remember_steps(), shorten_parts())
        self._bridge = AllureBridge(self._history, self._timelines)
        config.pluginmanager.register(self._bridge, "acceptance-bridge")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Build the world from the run that the controller opened."""
        config = session.config
        if hasattr(config, "workerinput"):
            run, worker = Run.from_controller(config.workerinput["run"]), config.workerinput["workerid"]
        else:
            controller: Any = config.pluginmanager.get_plugin("acceptance-controller")
            run, worker = controller.run, ONLY_WORKER
        config.stash[SETTINGS] = _settings(config, run)
        self._bridge.recorder.known = KnownDeviations(run.target.known)
        world = config.stash[WORLD] = World(run, worker, self._history, self._timelines)
        self._bridge.recorder.reproduce = world.reproducer.reproduce
        self._bridge.recorder.tally = Tally(run.target, world.normalizer)
        self._ordering = Ordering(run.folder / "done", world.clock, config.getoption("explore"))
        self._turn = Turn(run.folder / f"{TURN}.lock", self._ordering.is_stopped)
        if run.shard is not None:
            self._shard = ShardStories(run, world.clock, self._ordering.is_stopped)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what was not asked for, and put those last that must be alone."""
        for mark in ON_DEMAND:
            if not self._config.getoption(mark):
                _deselect(items, mark)
        run = self._config.stash[WORLD].run
        for item in items:
            tags = {mark.name for mark in item.iter_markers()}
            if run.careful_target.fields.ids_return:
                item.add_marker(pytest.mark.exclusive)  # a deleted user's place is taken by others
            if TURN in tags and run.shard is not None and not run.embedded:
                item.add_marker(pytest.mark.exclusive)  # shards share no file by which to take turns
            if PAGED & tags and not run.target.promise("stable-cursor"):
                item.add_marker(pytest.mark.exclusive)  # while others come and go, such pages move
        # What waits longest begins first, so that at the end nobody waits for it alone.
        items[:] = spread(sorted(items, key=lambda item: (rank(item), _place(item))))
        if self._shard and (others := self._shard.choose(items)):
            self._config.hook.pytest_deselected(items=others)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what comes before each story that must be alone; spare the collector what was collected."""
        ids = [item.nodeid for item in session.items]
        for index, item in enumerate(session.items):
            if rank(item):
                self._before[item.nodeid] = ids[:index]
        gc.collect()
        gc.freeze()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Leave out what the target does not promise; wait for a story's turn, and begin it."""
        reasons = self._reasons_against(item)
        for reason in reasons:
            item.add_marker(pytest.mark.skip(reason=reason))
        if not reasons and item.nodeid in self._before:
            self._ordering.wait(self._before[item.nodeid])
            if self._shard:
                self._shard.let_pass(item)
        if not reasons and self._turn and takes_turns(item):
            self._turn.take()
        self._config.stash[WORLD].begin(item.nodeid)

    def _reasons_against(self, item: pytest.Item) -> list[str]:
        """Return why a story does not apply; asked when it begins, as a process runs few of all stories."""
        run = self._config.stash[WORLD].run
        tags = [mark.name for mark in item.iter_markers()]
        # What a document describes is asked by a number of its own, not by seconds.
        if "exploration" in tags and "openapi" not in tags and not self._config.getoption("explore"):
            return ["nothing is explored (--explore 0)"]
        by_tags = reasons_against(tags, example_of(item), run.target, run.tokens)
        return [*by_tags, *reasons_by_wording(sentences_of(item), run.target)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        """Say of a story that asks for what the target does not have that it does not apply.

        None is told for a service that has been given up: hundreds may be left, and each would look up its
        steps and make up its people for one request that is refused.
        """
        self._config.stash[WORLD].require_service()
        try:
            return (yield)
        except NotApplicable as error:
            pytest.skip(str(error))

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Have what the story has made of its people looked at once more at the end of the run."""
        self._config.stash[WORLD].end()
        if self._turn:
            self._turn.leave()
        if self._shard:
            self._shard.leave(item)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Close what is open, before the controller sweeps."""
        gc.unfreeze()
        if WORLD in session.config.stash:
            session.config.stash[WORLD].close()

    def pytest_unconfigure(self) -> None:
        """Return pytest-bdd its own back."""
        for undo in self._undo:
            undo()
