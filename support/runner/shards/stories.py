"""The shard's side in a process that runs stories: which of them are its own, and when each may begin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.command_line.files import write_whole
from support.errors import Inconclusive
from support.http.gates.redis_link import redis_errors
from support.runner.ordering import rank
from support.runner.shards.handover import leave_facts, take_facts
from support.runner.shards.meeting import Meeting
from support.runner.shards.plan import cut, read_durations

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.cleanup import Run
    from support.clock import Clock

DURATIONS = "durations.json"  # in the run's folder: what all shards have agreed on
PLAN = "plan.json"
LEFT_TO_THE_LAST = "left to the shard that ends last"
NOT_ALONE = "it must run alone, and shards without REDIS_URL cannot wait for each other"


class ShardStories:
    """Takes the stories of one shard out of all, and has them wait for those of other shards.

    Shards that each bring a service along have nothing to wait for; those at one service meet in Redis, and
    where there is none no story can be alone.
    """

    def __init__(self, run: Run, clock: Clock, is_stopped: Callable[[], bool]) -> None:
        assert run.shard is not None
        self._run = run
        self._shard = run.shard
        self._clock = clock
        self._is_stopped = is_stopped
        self._meeting: Meeting | None = None
        self._is_last: bool | None = None

    def choose(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """Leave only the stories of this shard in a list; return the others, and note who has which."""
        everybody = [item for item in items if rank(item) == 2]
        groups = [[item.nodeid for item in items if rank(item) == kind] for kind in (0, 1)]
        plan = cut(groups, read_durations(self._run.folder / DURATIONS), self._shard.of)
        write_whole(self._run.folder / PLAN, json.dumps(plan))
        kept = [item for item in items if plan.get(item.nodeid) == self._shard.number or item in everybody]
        others = [item for item in items if item not in kept]
        items[:] = kept
        return others

    def let_pass(self, item: pytest.Item) -> None:
        """Wait until a story may begin that must be alone, or that is the last one.

        Raises Inconclusive where that cannot be; skips what another shard does.
        """
        kind = rank(item)
        if not kind or self._run.embedded:
            return
        if self._run.redis_url is None:
            if kind == 1:
                raise Inconclusive(NOT_ALONE)
            return
        meeting = self._meet()
        if kind == 1:
            meeting.take_turn_alone()
            return
        if self._is_last is None:
            leave_facts(meeting, self._run.folder)
            self._is_last = meeting.comes_last()
            if self._is_last:
                take_facts(meeting, self._run.folder)
        if not self._is_last:
            pytest.skip(LEFT_TO_THE_LAST)

    def leave(self, item: pytest.Item) -> None:
        """Let stories of other shards be alone."""
        if self._meeting is not None and rank(item) == 1:
            self._meeting.leave()

    def _meet(self) -> Meeting:
        if self._meeting is None:
            try:
                self._meeting = Meeting(
                    self._run.redis_url or "",
                    self._run.base_url,
                    self._shard,
                    self._run.id,
                    self._clock,
                    self._is_stopped,
                )
            except redis_errors() as error:
                raise Inconclusive(f"the shards cannot meet: Redis does not answer ({error})") from None
        return self._meeting
