"""Where the shards of a run meet: leases, turns and an election in Redis.

A shard that dies lets go of everything when its lease ends; one that comes late waits until whoever is alone
is done. Everybody first writes what they want and then looks at what others wrote, so that of two who want
what excludes the other at least one sees it. What is done in a turn is not known here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from support.errors import ConfigurationError, Inconclusive
from support.http.gates.redis_link import connect, redis_errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.cleanup.run import Shard
    from support.clock import Clock

LEASE_S = 15.0
BEAT_S = 3.0
LOOK_AGAIN_S = 0.1
LONGEST_WAIT_S = 3600.0
EXPIRES_S = 6 * 3600
TIMEOUT_S = 5.0
ALONE, LAST = "alone", "last"


class Stage(StrEnum):
    """How far a shard is."""

    WAITING = "waiting"  # for others who are alone, before its first story
    SHARING = "sharing"
    OUT = "out"  # only stories that must be alone are left
    ENDED = "ended"  # none but the audit is left
    CLOSED = "closed"  # its users are ready to be swept
    SWEPT = "swept"
    LEFT = "left"  # swept, and not all of them are gone


BUSY = frozenset({Stage.SHARING, Stage.OUT})
GONE = frozenset({Stage.SWEPT, Stage.LEFT})


class Meeting:
    """What one shard, known by the mark of its run, says and hears.

    Waits end with Inconclusive when `is_stopped`, or when Redis does not answer any more.
    """

    def __init__(
        self,
        url: str,
        scope: str,
        shard: Shard,
        mark: str,
        clock: Clock,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._redis = connect(url, TIMEOUT_S)
        self._name = f"users-acceptance:run:{shard.of_run}:{scope}"
        self._shard = shard
        self.mark = mark
        self._clock = clock
        self._is_stopped = is_stopped

    def join(self) -> None:
        """Register this shard; raises ConfigurationError where another one plays the same part."""
        of = str(self._shard.of)
        self._ask(lambda redis: redis.set(self._key("of"), of, nx=True, ex=EXPIRES_S))
        if (others := self._get("of")) != of:
            raise ConfigurationError(
                f"--shard {self._shard}: other shards of run {self._shard.of_run!r} say {others} shards"
            )
        # A pod that was killed and started again waits for the lease of its predecessor.
        deadline = self._clock.monotonic() + LEASE_S + BEAT_S
        while any(self._numbers()[mark] == self._shard.number for mark in self._living()):
            if self._clock.monotonic() > deadline:
                raise ConfigurationError(
                    f"--shard {self._shard}: this shard of run {self._shard.of_run!r} is going on already; "
                    "give each run a --run-id of its own"
                )
            self._clock.sleep(LOOK_AGAIN_S)
        self.beat()
        self._ask(lambda redis: redis.hset(self._key("shards"), self.mark, self._shard.number))
        self.say(Stage.WAITING)

    def beat(self) -> None:
        """Say that this shard lives, and keep what it holds."""
        px = int(LEASE_S * 1000)
        self._ask(lambda redis: redis.set(self._key("alive", self.mark), self._shard.number, px=px))
        held = [self._key(key) for key in (ALONE, LAST) if self._get(key) == self.mark]
        kept = [self._key(key) for key in ("shards", "stages", "of")]
        self._ask(lambda redis: [redis.pexpire(key, px) for key in held])
        self._ask(lambda redis: [redis.expire(key, EXPIRES_S) for key in kept])

    def share(self) -> None:
        """Wait until nobody is alone with the target, and begin with the stories that share it."""
        while True:
            self.say(Stage.SHARING)
            if all(self._get(key) in {None, self.mark} for key in (ALONE, LAST)):
                return
            self.say(Stage.WAITING)
            self._await(lambda: self._get(ALONE) is None and self._get(LAST) is None)

    def take_turn_alone(self) -> None:
        """Wait until no other shard has a story under way that shares the target, nor one that is alone."""
        self.say(Stage.OUT)
        self._await(lambda: self._hold(ALONE))
        self._await(lambda: not self._others(Stage.SHARING))

    def leave(self, *keys: str) -> None:
        """Let others be alone, or the last one."""
        held = [self._key(key) for key in keys or (ALONE,) if self._get(key) == self.mark]
        if held:
            self._ask(lambda redis: redis.delete(*held))

    def comes_last(self) -> bool:
        """Say that the stories have ended; wait for the other shards, and return whether this is the last."""
        self.say(Stage.ENDED)
        self.leave(ALONE)
        while True:
            self._await(lambda: not self._others(*BUSY))
            if not self._hold(LAST):
                return False
            if not self._others(*BUSY):
                return True
            self.leave(LAST)

    def closes_last(self) -> bool:
        """Say that there are only users left to sweep; return True for whoever has to, once all are there.

        False once another shard has swept them.
        """
        self.say(Stage.CLOSED)

        def is_decided() -> bool:
            return self.stage in GONE or (not self._others(*BUSY, Stage.ENDED) and self._hold(LAST))

        self._await(is_decided)
        return self.stage not in GONE

    def end(self) -> None:
        """Leave the meeting."""
        self.leave(ALONE, LAST)
        self._ask(lambda redis: redis.delete(self._key("alive", self.mark)))

    @property
    def stage(self) -> Stage:
        """How far this shard is."""
        return self._stages().get(self.mark, Stage.WAITING)

    def say(self, stage: Stage, mark: str = "") -> None:
        """Say how far this shard is, or another one by its mark."""
        self._ask(lambda redis: redis.hset(self._key("stages"), mark or self.mark, str(stage)))

    def unswept(self) -> dict[str, bool]:
        """Return the marks of the other shards whose users nobody has swept, and whether each has closed."""
        stages, living = self._stages(), self._living()
        return {
            mark: stages.get(mark) is Stage.CLOSED
            for mark in self._numbers()
            if mark != self.mark
            and stages.get(mark) not in {*GONE, Stage.WAITING}
            and (mark not in living or stages.get(mark) in {Stage.ENDED, Stage.CLOSED})
        }

    def hand_over(self, kind: str, body: bytes) -> None:
        """Leave something for the last shard."""
        self._ask(lambda redis: redis.set(self._key(kind, self.mark), body, ex=EXPIRES_S))

    def take(self, kind: str, mark: str) -> bytes | None:
        """Return what another shard has left; None for nothing."""
        body: bytes | None = self._ask(lambda redis: redis.get(self._key(kind, mark)))
        return body

    def agree(self, kind: str, body: bytes) -> bytes:
        """Return what the first shard has said, which is this one if nobody has spoken yet."""
        self._ask(lambda redis: redis.set(self._key(kind), body, nx=True, ex=EXPIRES_S))
        said: bytes = self._ask(lambda redis: redis.get(self._key(kind)))
        return said

    def now(self) -> float:
        """Return the time by the one clock that all shards share [s]."""
        seconds, microseconds = self._ask(lambda redis: redis.time())
        return float(seconds + microseconds / 1e6)

    def _await(self, is_so: Callable[[], bool]) -> None:
        deadline = self._clock.monotonic() + LONGEST_WAIT_S
        while not is_so():
            if self._is_stopped():
                raise Inconclusive("the run is being stopped")
            if self._clock.monotonic() > deadline:
                raise Inconclusive(f"the other shards of run {self._shard.of_run!r} did not end")
            self._clock.sleep(LOOK_AGAIN_S)

    def _hold(self, key: str) -> bool:
        px = int(LEASE_S * 1000)
        is_new = self._ask(lambda redis: redis.set(self._key(key), self.mark, nx=True, px=px))
        return bool(is_new) or self._get(key) == self.mark

    def _others(self, *stages: Stage) -> list[str]:
        """Return the other shards that live and are so far."""
        said = self._stages()
        candidates = [mark for mark, stage in said.items() if stage in stages and mark != self.mark]
        return [mark for mark in candidates if self._is_alive(mark)]

    def _living(self) -> list[str]:
        return [mark for mark in self._numbers() if mark != self.mark and self._is_alive(mark)]

    def _is_alive(self, mark: str) -> bool:
        return bool(self._ask(lambda redis: redis.exists(self._key("alive", mark))))

    def _numbers(self) -> dict[str, int]:
        raw = self._ask(lambda redis: redis.hgetall(self._key("shards")))
        return {mark.decode(): int(number) for mark, number in raw.items()}

    def _stages(self) -> dict[str, Stage]:
        raw = self._ask(lambda redis: redis.hgetall(self._key("stages")))
        return {mark.decode(): Stage(stage.decode()) for mark, stage in raw.items()}

    def _get(self, name: str) -> str | None:
        raw = self._ask(lambda redis: redis.get(self._key(name)))
        return None if raw is None else raw.decode()

    def _key(self, *parts: str) -> str:
        return ":".join((self._name, *parts))

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        try:
            return question(self._redis)
        except redis_errors() as error:
            raise Inconclusive(f"the shards cannot meet: Redis does not answer ({error})") from None
