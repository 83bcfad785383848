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
from support.report.alerts import Alerts
from support.report.summary import RunSummary
from support.report.terminal import install
from support.runner.command_line.asked import deal_one_by_one, fork_workers
from support.runner.embedded import EmbeddedService
from support.runner.ordering import Ordering
from support.runner.results import LINES, Results
from support.runner.shards import ShardSession, shard_of
from support.runner.shards.manifest import FILE as MANIFEST
from support.runner.shards.manifest import write_manifest
from support.runner.shards.plan import durations_of, note_durations
from support.secrets import REDACTOR
from support.target.known import KnownDeviations
from support.target.settings import REPORTS, ROOT, load_settings
from support.users.reachability import check

if TYPE_CHECKING:
    from collections.abc import Generator

    from filelock import BaseFileLock

DEFAULT_WEATHER = "flaky"
DELETED = "2.7"  # the clause by which a deleted user is gone


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
        self._shard: ShardSession | None = None
        self._is_interrupted = False
        self._reports = Path(config.option.reports or REPORTS).absolute()
        self.summary = RunSummary(None, self._reports)
        self.summary.at_end.append(self._close_run)
        self.summary.at_last += [self._remember, self._tell]
        self._alert = Alerts()
        self._results = Results(config, self._reports)
        config.pluginmanager.register(self._results, "acceptance-results")
        deal_one_by_one(config)
        self._forks = fork_workers(config)
        config.pluginmanager.register(self.summary, "acceptance-summary")
        install(config, self.summary)
        if self._forks or getattr(config.option, "dist", "no") != "no":
            from support.runner.workers.deaths import Deaths  # noqa: PLC0415 - only where there are workers

            config.pluginmanager.register(
                Deaths(config, self.summary.notes, self._stop_waiting), "acceptance-deaths"
            )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionstart(self) -> Generator[None, Any, Any]:
        """Open the run first of all: the workers need it."""
        try:
            self.run = self.summary.run = self._open()
            return (yield)
        except ConfigurationError as error:
            raise pytest.UsageError(REDACTOR.text(str(error))) from None
        except OSError as error:
            why = f"{error.strerror or error} ({error.filename or ROOT})"
            raise pytest.UsageError(f"the run cannot begin: {why}") from None
        except Inconclusive as error:
            self._close_run()
            self._alert.tell_reason(error.reason)
            pytest.exit(REDACTOR.text(error.reason), returncode=10)
        except KeyboardInterrupt:
            self._close_run()
            left = "; ".join(self.summary.problems) or "nobody is left"
            pytest.exit(REDACTOR.text(f"interrupted before the first story: {left}"), returncode=2)

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

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Let nobody wait for a turn any longer; a run that was cut short has a summary that says so."""
        self._is_interrupted = True
        self._stop_waiting()
        if self._results.has_begun:
            why = f" ({excinfo.value})" if str(excinfo.value) else ""
            self.summary.problems.append(f"interrupted before all stories had been told{why}")

    def _stop_waiting(self) -> None:
        if hasattr(self, "_ordering"):
            self._ordering.stop()

    def _close_run(self) -> None:
        """Undo what the run created, once its workers have ended."""
        if not hasattr(self, "run"):
            return
        with self._signals.put_off() as came:
            if self._shard:
                self._shard.is_told_to_end = lambda: self._is_interrupted or bool(came)
            self._sweep()
            self._note_warnings()
            self._results.publish_lines()
        if came:
            self.summary.notes.append(f"told to end ({', '.join(came)}) when only users were left to delete")

    def _remember(self, _code: int) -> None:
        """Leave what those need who put shards together, or cut the next run into some."""
        if self.run.shard is not None:
            is_together = self._shard is not None and self._shard.meets
            write_manifest(self._reports / MANIFEST, self.summary, is_together=is_together)
        else:
            seconds = {record.nodeid: record.seconds for record in self.summary.records}
            note_durations(durations_of(self.run.target.name), seconds)

    def _tell(self, code: int) -> None:
        """Tell the team what is not green; of a shard's run, `ci.merge` does."""
        if self.run.shard is None:
            self._alert.tell(self.summary, code)

    def pytest_unconfigure(self) -> None:
        """End the service, whatever happened."""
        with self._signals.put_off():
            if self._shard:
                self._shard.end()
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
        self._signals.close()

    def _open(self) -> Run:
        options = self._config.option
        settings = load_settings()
        target = choose_target(settings, options.target, options.bound)
        self._alert = Alerts.of(target, is_shard=options.shard is not None)
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
        shard = shard_of(options.shard, options.run_id or settings.run_id)
        given = options.seed if options.seed is not None else settings.seed
        identity, seed, folder = new_identity(given, shard)
        self._folder, self._alive = folder, hold_alive(folder)
        self._results.collect_lines_from(folder)
        if embedded:
            self.summary.weather = self._weather
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
                shard=shard,
            )
        else:
            run = replace(external(identity, seed, folder, self._reports, settings, target), shard=shard)
        facts = {"base_url": run.base_url, "collection": target.collection, "target": target.name}
        write_header(folder, {**facts, "seed": seed, "embedded": embedded})
        self._ordering = Ordering(folder / "done", SystemClock())
        run = self._join(run)
        sweeper = self._sweeper(run)
        check(sweeper.client, SystemClock())
        if target.request_limits.live_users is not None:
            # Room that earlier runs have taken is needed now.
            for name, swept in sweep_ended(sweeper):
                if swept.created:
                    self.summary.notes.append(f"{swept.deleted} users of run {name} swept first")
        self.run = run  # an interruption from now on has somebody to delete
        return run if embedded else self._look_first(run, sweeper)

    def _join(self, run: Run) -> Run:
        """Join the other shards of a run that several share."""
        if run.shard is None:
            return run
        self._shard = ShardSession(run, SystemClock())
        self._shard.begin()
        return self._shard.limit(run)

    def _look_first(self, run: Run, sweeper: Sweeper) -> Run:
        """Walk two users through a service that we did not write; what does not fit stops the run."""
        try:
            findings = look_first(sweeper.client, run.id, run.folder, sweeper.clients)
        except KeepsNothing:
            forget(run.folder)  # what bears the ids that it told is somebody else's
            raise
        except ConfigurationError as error:
            leftovers = read_leftovers(run.folder)
            self._swept = sweeper.sweep(leftovers) if leftovers and not leftovers.is_empty else Swept()
            if not self._swept.is_clean:
                why = "; ".join(self._swept.unseen) or f"{len(self._swept.left)} users are left"
                raise ConfigurationError(f"{error}. {why}: run python -m support.cleanup") from None
            raise
        self._notes = [f"note: {note}" for note in findings.notes]
        self.summary.notes += findings.notes
        return replace(run, controls=tuple(sorted(findings.succeeded)), ids_return=findings.ids_return)

    @staticmethod
    def _sweeper(run: Run) -> Sweeper:
        """Return what sweeps at the pace of the whole run."""
        pace = RateLimiter(run.folder, run.target.pace, SystemClock())
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
            sweeper = self._sweeper(self.run)
            if self._shard:
                swept, notes = self._shard.sweep(sweeper, leftovers)
                summary.notes += notes
            else:
                swept = sweeper.sweep(leftovers)
            self._swept = swept
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
