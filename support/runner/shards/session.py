"""The shard's side in the process that starts a run: it joins the others, beats, and ends with them."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from support.cleanup import Swept
from support.cleanup.run import Shard
from support.errors import ConfigurationError, Inconclusive
from support.http.gates.redis_link import redis_errors
from support.runner.shards.handover import leave_journals, sweep_others
from support.runner.shards.meeting import BEAT_S, Meeting, Stage
from support.runner.shards.plan import durations_of, read_durations
from support.runner.shards.stories import DURATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.cleanup import Run, Sweeper
    from support.cleanup.leftovers import Leftovers
    from support.clock import Clock


class ShardSession:
    """One shard among others; `is_told_to_end` says that nobody may be waited for any longer."""

    def __init__(self, run: Run, clock: Clock) -> None:
        assert run.shard is not None
        self._run = run
        self._meeting: Meeting | None = None
        self._over = threading.Event()
        self.is_told_to_end: Callable[[], bool] = lambda: False
        if run.redis_url is not None and not run.embedded:
            self._meeting = self._connect(run, clock)

    def _connect(self, run: Run, clock: Clock) -> Meeting:
        assert run.shard is not None
        try:
            return Meeting(run.redis_url or "", run.base_url, run.shard, run.id, clock, self._is_told)
        except ImportError:
            raise ConfigurationError(
                "REDIS_URL is set, but the Redis client is not installed: pip install redis"
            ) from None
        except redis_errors() as error:
            raise ConfigurationError(f"the shards cannot meet: Redis does not answer ({error})") from None

    def _is_told(self) -> bool:
        return self.is_told_to_end()

    @property
    def meets(self) -> bool:
        """Whether this shard and the others know of each other."""
        return self._meeting is not None

    def begin(self) -> None:
        """Join the others, agree with them on how long stories take, and wait until the target is free."""
        known = json.dumps(read_durations(durations_of(self._run.target.name))).encode()
        if self._meeting is not None:
            self._meeting.join()
            threading.Thread(target=self._beat, daemon=True, name="shard").start()
            known = self._meeting.agree("durations", known)
            self._meeting.share()
        (self._run.folder / DURATIONS).write_bytes(known)

    def limit(self, run: Run) -> Run:
        """Return the run with what this shard may count on: its part of all limits where nobody is asked.

        Raises ConfigurationError for more shards than the target takes requests at once.
        """
        assert run.shard is not None
        if run.embedded or self._meeting is not None:
            return run
        limits, of = run.target.request_limits, run.shard.of
        if limits.in_flight is not None and limits.in_flight < of:
            raise ConfigurationError(
                f"--shard {run.shard}: target {run.target.name!r} takes {limits.in_flight} requests at once "
                "(request_limits.in_flight); without REDIS_URL each shard needs one of its own"
            )
        # Somebody else changes the population meanwhile: the other shards.
        changes = {"request_limits": limits.part(of), "exclusive": False}
        return replace(run, target=run.target.model_copy(update=changes))

    def sweep(self, sweeper: Sweeper, leftovers: Leftovers) -> tuple[Swept, list[str]]:
        """Have the users of all shards swept, once, by whoever comes last.

        Return what was swept here, and what to say about it. Without a meeting, or once told to end, a shard
        sweeps its own users and no others.
        """
        meeting = self._meeting
        if meeting is None:
            return sweeper.sweep(leftovers), []
        try:
            leave_journals(meeting, self._run.folder)
            if not meeting.closes_last():
                is_clean = meeting.stage is Stage.SWEPT
                left = Swept(unseen=[] if is_clean else ["the shard that came last could not sweep all"])
                return left, ["the shard that came last has swept the users"]
        except Inconclusive as error:
            swept = sweeper.sweep(leftovers)
            self._tell(meeting, swept)
            return swept, [f"only the users of this shard were swept here ({error})"]
        swept = sweeper.sweep(leftovers)
        note = f"this shard came last and has swept the users of all: {swept.created} were its own"
        self._tell(meeting, swept)
        try:
            for mark, others in sweep_others(meeting, sweeper, self._run.folder):
                swept.created += others.created
                swept.deleted += others.deleted
                swept.left += others.left
                swept.untrue += others.untrue
                swept.unseen += [f"run {mark}: {reason}" for reason in others.unseen]
        except Inconclusive as error:
            swept.unseen.append(f"the users of other shards could not be looked at ({error})")
        return swept, [note]

    @staticmethod
    def _tell(meeting: Meeting, swept: Swept) -> None:
        with contextlib.suppress(Inconclusive):
            meeting.say(Stage.SWEPT if swept.is_clean else Stage.LEFT)

    def end(self) -> None:
        """Leave the others."""
        self._over.set()
        if self._meeting is not None:
            with contextlib.suppress(Inconclusive):
                self._meeting.end()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_S):
            with contextlib.suppress(Inconclusive):
                assert self._meeting is not None
                self._meeting.beat()


def shard_of(given: tuple[int, int] | None, run_id: str | None) -> Shard | None:
    """Return which part of which run was asked for; raises ConfigurationError for a part of none."""
    if given is None:
        return None
    if not run_id:
        raise ConfigurationError(
            f"--shard {given[0]}/{given[1]}: say by --run-id or RUN_ID of which run; all of its shards say "
            "the same, and no other run does"
        )
    return Shard(*given, run_id)
