"""The suite as a pytest plugin: options, fixtures and hooks, and nothing that could be elsewhere.

The process that starts the run (the controller) opens the run, brings the service along where there is none,
and sweeps at the end; a process that runs stories has a stage. Without pytest-xdist both are one process.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest

from support.applicability import reasons_against
from support.binding import example_of, read_tags, remember_steps
from support.controller import Controller, wants_stories
from support.exchange import History
from support.report.guard import SecretGuard
from support.run import Run
from support.settings import ROOT
from support.stage import Stage
from support.turnstile import Turnstile, rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.arrangement import Arrangement
    from support.audit import Audit
    from support.cast import Cast
    from support.crossings import Crossings
    from support.crowds import Crowds
    from support.detours import Detours
    from support.editors import Editors
    from support.everybody import Everybody
    from support.everyday import Everyday
    from support.exchange import Operation
    from support.findings import Findings
    from support.halves import Halves
    from support.haste import Haste
    from support.keys import Keys
    from support.listing import ListWitness
    from support.misuse import Misuse
    from support.privacy import Privacy
    from support.repeats import Repeats
    from support.session_findings import SessionFindings
    from support.sessions import Sessions
    from support.shapes import Views
    from support.traces import Traces
    from support.users import UsersApi
    from support.validators import Judge
    from support.variations import Variations
    from support.versions import Versions
    from support.visitors import Visitors
    from support.witness import Witness

STAGE = pytest.StashKey[Stage]()
FEATURES = ROOT / "features"
WEATHERS = ("calm", "laggy", "flaky", "stormy")
MARKS = {
    "exclusive": "runs alone, after the stories that may share the target",
    "last": "runs alone, after everything else",
    "destructive": "tries what would destroy data, if the service let it",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    group = parser.getgroup("users acceptance")
    group.addoption("--target", help="a profile's name, or the path of a .toml file (TARGET)")
    group.addoption("--seed", type=int, help="makes the same data, weather and choices again (SEED)")
    group.addoption(
        "--production",
        action="store_true",
        help="run although the profile says that people rely on the target",
    )
    group.addoption("--weather", choices=WEATHERS, help="of the embedded service; default: flaky")
    group.addoption("--reports", metavar="FOLDER", help="where summary and log go; default: reports")
    group.addoption(
        "--bound", type=float, metavar="SECONDS", help="the promised time, instead of the profile's"
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the tags of the features as marks, and what runs the stories if any are asked for."""
    for tag in sorted(read_tags(FEATURES) | set(MARKS)):
        config.addinivalue_line("markers", f"{tag}: {MARKS.get(tag, 'a tag of the features')}")
    if not wants_stories(config):
        return
    config.pluginmanager.register(SecretGuard(), "acceptance-guard")
    is_worker = hasattr(config, "workerinput")
    if not is_worker:
        config.pluginmanager.register(Controller(config), "acceptance-controller")
    if is_worker or config.getoption("dist", "no") == "no":
        config.pluginmanager.register(StoryRunner(config), "acceptance-stories")


class StoryRunner:
    """Runs stories in this process: builds the stage, orders the stories and sets the stage for each."""

    def __init__(self, config: pytest.Config) -> None:
        from support.report.bridge import AllureBridge  # noqa: PLC0415 - only where stories run

        self._config = config
        self._history = History()
        self._before: dict[str, list[str]] = {}
        self._undo = remember_steps()
        config.pluginmanager.register(AllureBridge(self._history), "acceptance-bridge")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Build the stage from the run that the controller opened."""
        config = session.config
        if hasattr(config, "workerinput"):
            run, worker = Run.from_controller(config.workerinput["run"]), config.workerinput["workerid"]
        else:
            controller: Any = config.pluginmanager.get_plugin("acceptance-controller")
            run, worker = controller.run, "gw"
        stage = config.stash[STAGE] = Stage(run, worker, self._history)
        self._turnstile = Turnstile(run.folder / "done", stage.clock)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what the target does not promise, and put those last that must be alone."""
        run = self._config.stash[STAGE].run
        for item in items:
            tags = [mark.name for mark in item.iter_markers()]
            for reason in reasons_against(tags, example_of(item), run.target, run.tokens):
                item.add_marker(pytest.mark.skip(reason=reason))
        items.sort(key=rank)

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
        """Wait for a story's turn, and set the stage."""
        if item.get_closest_marker("skip") is None and item.nodeid in self._before:
            self._turnstile.wait(self._before[item.nodeid])
        self._config.stash[STAGE].begin(item.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self) -> None:
        """Have what the story has made of its people looked at once more at the end of the run."""
        self._config.stash[STAGE].end()

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Close what is open, before the controller sweeps."""
        gc.unfreeze()
        if STAGE in session.config.stash:
            stage = session.config.stash[STAGE]
            stage.close()

    def pytest_unconfigure(self) -> None:
        """Give pytest-bdd its own back."""
        self._undo()


@pytest.fixture(scope="session")
def stage(pytestconfig: pytest.Config) -> Stage:
    """Give everything that stories need in this process."""
    return pytestconfig.stash[STAGE]


@pytest.fixture(scope="session")
def api(stage: Stage) -> UsersApi:
    """Give the users API as the client sees it."""
    return stage.api


@pytest.fixture(scope="session")
def cast(stage: Stage) -> Cast:
    """Give the people of the running story."""
    return stage.cast


@pytest.fixture(scope="session")
def judge(stage: Stage) -> Judge:
    """Give the rules for answers."""
    return stage.judge


@pytest.fixture(scope="session")
def witness(stage: Stage) -> Witness:
    """Give what finds out the truth about one user."""
    return stage.witness


@pytest.fixture(scope="session")
def lists(stage: Stage) -> ListWitness:
    """Give what finds out the truth about the list."""
    return stage.lists


@pytest.fixture(scope="session")
def everybody(stage: Stage) -> Everybody:
    """Give what finds out what all readers see."""
    return stage.everybody


@pytest.fixture(scope="session")
def crowds(stage: Stage) -> Crowds:
    """Give what does things to many users, or at once."""
    return stage.crowds


@pytest.fixture(scope="session")
def sessions(stage: Stage) -> Sessions:
    """Give what has clients act in sessions of their own."""
    return stage.sessions


@pytest.fixture(scope="session")
def session_findings(stage: Stage) -> SessionFindings:
    """Give what judges what clients saw in their sessions."""
    return stage.session_findings


@pytest.fixture(scope="session")
def audit(stage: Stage) -> Audit:
    """Give the end-of-run audit."""
    return stage.audit


@pytest.fixture(scope="session")
def arrangement(stage: Stage) -> Arrangement:
    """Give what brings a story's beginning about."""
    return stage.arrangement


@pytest.fixture(scope="session")
def findings(stage: Stage) -> Findings:
    """Give what judges answers, sentence by sentence."""
    return stage.findings


@pytest.fixture(scope="session")
def misuse(stage: Stage) -> Misuse:
    """Give what sends requests that no careful client sends."""
    return stage.misuse


@pytest.fixture(scope="session")
def variations(stage: Stage) -> Variations:
    """Give the closed table of phrases about details."""
    return stage.variations


@pytest.fixture(scope="session")
def detours(stage: Stage) -> Detours:
    """Give what sends the next request astray."""
    return stage.detours


@pytest.fixture(scope="session")
def keys(stage: Stage) -> Keys:
    """Give the idempotency keys of the running story."""
    return stage.keys


@pytest.fixture(scope="session")
def repeats(stage: Stage) -> Repeats:
    """Give the rules for requests that are sent again."""
    return stage.repeats


@pytest.fixture(scope="session")
def versions(stage: Stage) -> Versions:
    """Give the versions that the client of the running story knows."""
    return stage.versions


@pytest.fixture(scope="session")
def editors(stage: Stage) -> Editors:
    """Give what lets several clients save one user at once."""
    return stage.editors


@pytest.fixture(scope="session")
def crossings(stage: Stage) -> Crossings:
    """Give what lets operations cross."""
    return stage.crossings


@pytest.fixture
def other_tenant(stage: Stage) -> Iterator[UsersApi]:
    """Give the users API as another tenant sees it."""
    seen = stage.other_tenant()
    yield seen
    seen.client.close()


@pytest.fixture(scope="session")
def everyday(stage: Stage) -> Everyday:
    """Give what anybody does every day."""
    return stage.everyday


@pytest.fixture(scope="session")
def halves(stage: Stage) -> Halves:
    """Give what makes writes meet trouble."""
    return stage.halves


@pytest.fixture(scope="session")
def haste(stage: Stage) -> Haste:
    """Give the client in a hurry."""
    return stage.haste


@pytest.fixture(scope="session")
def privacy(stage: Stage) -> Privacy:
    """Give the rules for what nobody is shown."""
    return stage.privacy


@pytest.fixture(scope="session")
def traces(stage: Stage) -> Traces:
    """Give what leads answers back to their requests."""
    return stage.traces


@pytest.fixture(scope="session")
def views(stage: Stage) -> Views:
    """Give what looks at a user in every view."""
    return stage.views


@pytest.fixture(scope="session")
def visitors(stage: Stage) -> Visitors:
    """Give those who are not the client."""
    return stage.visitors


@pytest.fixture
def elsewhere(stage: Stage) -> Arrangement:
    """Give what brings a story's beginning about at another tenant's."""
    return stage.arrangement_as(stage.visitors.api_of("another tenant"))


@pytest.fixture
def lists_elsewhere(stage: Stage) -> ListWitness:
    """Give what finds out the truth about another tenant's list."""
    return stage.lists_as(stage.visitors.api_of("another tenant"))


@pytest.fixture
def answers() -> list[Operation]:
    """Give what the client did in this story, in order; Whens add to it, Thens judge it."""
    return []
