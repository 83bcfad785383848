"""The process that starts a run: opens it, hands it to the workers, and leaves nothing behind.

It runs no story. What stops a run before its first story is said in one line.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.cleanup import Run, Sweeper, Swept
from support.cleanup.ended_runs import forget, forget_embedded, sweep_ended
from support.cleanup.journal import hold_alive, write_header
from support.cleanup.leftovers import read_leftovers
from support.cleanup.outage import require_answers
from support.cleanup.run import choose_target, external, is_embedded, new_identity
from support.clock import SystemClock
from support.command_line.signals import Signals
from support.errors import ConfigurationError, Inconclusive, SuiteError
from support.http.gates.rate_limiter import RateLimiter
from support.probe.first_look import KeepsNothing, look_first
from support.report.summary import RunSummary
from support.report.terminal import install
from support.runner.embedded import EmbeddedService
from support.runner.ordering import Ordering
from support.runner.results import LINES, Results
from support.runner.workers import Forks
from support.secrets import REDACTOR
from support.target.known import KnownDeviations
from support.target.settings import REPORTS, ROOT, load_settings
from support.users.reachability import check

if TYPE_CHECKING:
    from collections.abc import Generator

    from filelock import BaseFileLock

OWN_TESTS = (ROOT / "support", ROOT / "ci")
DEFAULT_WEATHER = "flaky"
DELETED = "2.7"  # the clause by which a deleted user is gone
HAND = 2  # stories given to a worker at a time: some wait for seconds, and equal shares would not be equal


def runs_nothing(config: pytest.Config) -> bool:
    """Return whether pytest was only asked a question: what there is, and what it can do."""
    option = config.option
    questions = (option.help, option.markers, option.showfixtures, option.show_fixtures_per_test)
    return bool(option.collectonly or any(questions))


def wants_stories(config: pytest.Config) -> bool:
    """Return whether a run takes in the stories, and not only the tests of the suite itself."""
    if hasattr(config, "workerinput"):
        return "run" in config.workerinput
    if runs_nothing(config):
        return False
    paths = [(config.invocation_params.dir / text.partition("::")[0]).resolve() for text in config.args]
    return not all(any(tests == path or tests in path.parents for tests in OWN_TESTS) for path in paths)


def _deal_one_by_one(config: pytest.Config) -> None:
    """Have stories dealt to workers in their order, a few at a time, whatever else was asked for.

    A story that must run alone waits for all before it. Dealt by file or by group, it might wait for one that
    stands behind it in the same worker.
    """
    option = config.option
    if getattr(option, "maxschedchunk", HAND) is None:
        option.maxschedchunk = HAND
    if getattr(option, "dist", "no") not in {"no", "load", "worksteal"}:
        option.dist = "load"


def _fork_workers(config: pytest.Config) -> Forks | None:
    """Have workers forked from a process that has imported everything, if there will be some."""
    given = config.invocation_params
    is_shared = getattr(config.option, "dist", "no") != "no" and bool(config.option.tx)
    return Forks([*map(str, given.args)], given.dir) if is_shared and Forks.is_offered() else None


class Controller:
    """Opens a run before the session starts and closes it when all stories have ended."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._service: EmbeddedService | None = None
        self._alive: BaseFileLock | None = None
        self._swept: Swept | None = None
        self._failed = 0
        self._notes: list[str] = []
        self._signals = Signals()
        self._reports = Path(config.option.reports or REPORTS).absolute()
        self.summary = RunSummary(None, self._reports)
        self.summary.at_end.append(self._close_run)
        self._results = Results(config, self._reports)
        config.pluginmanager.register(self._results, "acceptance-results")
        _deal_one_by_one(config)
        self._forks = _fork_workers(config)
        config.pluginmanager.register(self.summary, "acceptance-summary")
        install(config, self.summary)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionstart(self) -> Generator[None, Any, Any]:
        """Open the run first of all: the workers need it."""
        try:
            self.run = self.summary.run = self._open()
        except ConfigurationError as error:
            raise pytest.UsageError(REDACTOR.text(str(error))) from None
        except OSError as error:
            why = f"{error.strerror or error} ({error.filename or ROOT})"
            raise pytest.UsageError(f"the run cannot begin: {why}") from None
        except Inconclusive as error:
            pytest.exit(REDACTOR.text(error.reason), returncode=10)
        return (yield)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the run to a worker."""
        node.workerinput["run"] = self.run.to_worker()

    def pytest_report_header(self) -> str:
        """Say what is being looked at, and how to see the same again."""
        run = self.run
        where = f"embedded, weather {self._weather}" if run.embedded else run.base_url
        said = f"users acceptance: target {run.target.name} ({where}), seed {run.seed}, run {run.id}"
        return "\n".join([said, *self._notes])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what is done, crashed stories included: others may be waiting for their turn."""
        if report.when not in {"setup", "call"}:
            self._ordering.note(report.nodeid)
        self._failed += report.failed
        if self._failed >= (self._config.getoption("maxfail") or self._failed + 1):
            self._ordering.stop()

    def pytest_keyboard_interrupt(self) -> None:
        """Let nobody wait for a turn any longer."""
        if hasattr(self, "_ordering"):
            self._ordering.stop()

    def _close_run(self) -> None:
        """Undo what the run created, once its workers have ended."""
        if not hasattr(self, "run"):
            return
        with self._signals.put_off() as came:
            self._sweep()
            self._note_warnings()
            self._results.publish_lines()
        if came:
            self.summary.notes.append(f"told to end ({', '.join(came)}) when only users were left to delete")

    def pytest_unconfigure(self) -> None:
        """End the service, whatever happened."""
        self._signals.close()
        if self._forks:
            self._forks.stop()
        if self._service:
            self._service.stop()
        if self._alive:
            self._alive.release()
            leftovers = read_leftovers(self._folder)
            is_clean = self._swept is not None and self._swept.is_clean
            if is_clean or leftovers is None or leftovers.is_empty:
                forget(self._folder)

    def _open(self) -> Run:
        options = self._config.option
        settings = load_settings()
        target = choose_target(settings, options.target, options.bound)
        if target.production and not options.production:
            raise ConfigurationError(
                f"people rely on target {target.name!r} (production = true): give --production to run the "
                f"stories there, all but those that might destroy something"
            )
        embedded = is_embedded(settings, target)
        if options.weather and not embedded:
            raise ConfigurationError("--weather is for the embedded service; this target has its own")
        if options.residents is not None and not embedded:
            raise ConfigurationError("--residents is for the embedded service; this target has its own")
        self._weather = options.weather or DEFAULT_WEATHER
        self._results.check()
        forget_embedded()
        identity, seed, folder = new_identity(options.seed if options.seed is not None else settings.seed)
        self._folder, self._alive = folder, hold_alive(folder)
        self._results.collect_lines_from(folder)
        if embedded:
            self._service = EmbeddedService(
                target.embedded or "",
                target.auth.variables,
                [
                    *("--weather", self._weather, "--seed", str(seed)),
                    *("--bound", str(target.bounds.single_s)),
                ],
                options.residents or 0,
            )
            service = self._service
            run = Run(
                identity,
                seed,
                folder,
                service.base_url,
                target,
                service.tokens,
                reports=self._reports,
                redis_url=settings.redis_url,
                embedded=True,
            )
        else:
            run = external(identity, seed, folder, self._reports, settings, target)
        facts = {"base_url": run.base_url, "collection": target.collection, "target": target.name}
        write_header(folder, {**facts, "seed": seed, "embedded": embedded})
        self._ordering = Ordering(folder / "done", SystemClock())
        sweeper = self._sweeper(run)
        check(sweeper.client, SystemClock())
        if target.request_limits.live_users is not None:
            # Room that earlier runs have taken is needed now.
            for name, swept in sweep_ended(sweeper):
                if swept.created:
                    self.summary.notes.append(f"{swept.deleted} users of run {name} swept first")
        return run if embedded else self._look_first(run, sweeper)

    def _look_first(self, run: Run, sweeper: Sweeper) -> Run:
        """Walk two users through a service that we did not write; what does not fit stops the run."""
        try:
            findings = look_first(sweeper.client, run.id, run.folder, sweeper.clients)
        except KeepsNothing:
            forget(run.folder)  # what bears the ids that it told is somebody else's
            raise
        except ConfigurationError as error:
            leftovers = read_leftovers(run.folder)
            self._swept = sweeper.sweep(leftovers) if leftovers else Swept()
            if not self._swept.is_clean:
                why = "; ".join(self._swept.unseen) or f"{len(self._swept.left)} users are left"
                raise ConfigurationError(f"{error}. {why}: run python -m support.cleanup") from None
            raise
        self._notes = [f"note: {note}" for note in findings.notes]
        self.summary.notes += findings.notes
        return replace(run, controls=tuple(sorted(findings.succeeded)))

    @staticmethod
    def _sweeper(run: Run) -> Sweeper:
        """Return what sweeps at the pace of the whole run."""
        pace = RateLimiter(run.folder, run.target.request_limits, SystemClock())
        return Sweeper(run.base_url, run.target, run.tokens, pace)

    def _note_warnings(self) -> None:
        """Repeat what was warned of: a worker's own words are not seen where pytest captures them."""
        said: dict[str, None] = {}
        log = self._folder / LINES[0]
        with contextlib.suppress(OSError, ValueError), log.open(encoding="utf-8") as lines:
            said = {json.loads(line)["event"]: None for line in lines if '"level":"warning"' in line}
        self.summary.notes += said

    def _sweep(self) -> None:
        leftovers = read_leftovers(self.run.folder)
        if leftovers is None:
            return
        summary = self.summary
        try:
            require_answers(self.run, leftovers)
            self._swept = swept = self._sweeper(self.run).sweep(leftovers)
        except SuiteError as error:
            gone = leftovers.created - sum(map(len, leftovers.ids.values()))
            summary.users = {"created": leftovers.created, "deleted": gone, "left": None}
            summary.problems.append(f"{error}: run python -m support.cleanup when the service is back")
            return
        summary.users = swept.figures
        if swept.untrue and KnownDeviations(self.run.target.known).covering((), (DELETED,)) is None:
            summary.broken += swept.untrue
        summary.problems += swept.untrue[:1]
        summary.problems += swept.unseen
        if swept.left:
            summary.problems.append(f"{len(swept.left)} users are left: run python -m support.cleanup")
        elif swept.unseen:
            summary.problems.append("not everybody could be looked at: run python -m support.cleanup later")
