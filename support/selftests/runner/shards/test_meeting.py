"""Shards in Redis: one is alone with the target, one comes last, and one that dies holds nobody up."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from support.cleanup.run import Shard
from support.clock import SystemClock
from support.errors import ConfigurationError, Inconclusive
from support.runner.shards import meeting as module
from support.runner.shards.meeting import Meeting, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.selftests.servers.redis_server import RedisServer

SOON_S = 10.0
NOT_YET_S = 0.4


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


@pytest.fixture
def join(redis: RedisServer, monkeypatch: pytest.MonkeyPatch):
    """Have shards of three join the run; the lease of one that does not beat ends after a second."""
    monkeypatch.setattr(module, "LEASE_S", 1.0)
    over = threading.Event()
    threads = []

    def beat(meeting: Meeting) -> None:
        while not over.wait(0.2):
            with contextlib.suppress(Inconclusive):
                meeting.beat()

    def start(number: int, mark: str = "", *, lives: bool = True, stopped: bool = False) -> Meeting:
        shard = Shard(number, 3, "nightly")
        made = Meeting(redis.url, "http://x", shard, mark or f"acc{number}", SystemClock(), lambda: stopped)
        made.join()
        if lives:
            threads.append(threading.Thread(target=beat, args=(made,)))
            threads[-1].start()
        return made

    yield start
    over.set()
    for thread in threads:
        thread.join()


def test_a_shard_is_alone_only_when_no_other_has_a_story_under_way(join, pool):
    here, there = join(1), join(2)
    here.share()
    there.share()
    turn = pool.submit(here.take_turn_alone)
    with pytest.raises(TimeoutError):
        turn.result(NOT_YET_S)
    other = pool.submit(there.take_turn_alone)
    turn.result(SOON_S)
    with pytest.raises(TimeoutError):
        other.result(NOT_YET_S)
    here.leave()
    other.result(SOON_S)


def test_one_that_comes_late_waits_for_whoever_is_alone(join, pool):
    here = join(1)
    here.share()
    here.take_turn_alone()
    late = pool.submit(join(2).share)
    with pytest.raises(TimeoutError):
        late.result(NOT_YET_S)
    here.leave()
    late.result(SOON_S)


def test_exactly_one_comes_last_and_when_all_have_ended(join, pool):
    shards = [join(number) for number in (1, 2, 3)]
    for shard in shards:
        shard.share()
    ends = [pool.submit(shard.comes_last) for shard in shards[:2]]
    for end in ends:
        with pytest.raises(TimeoutError):
            end.result(NOT_YET_S)
    ends.append(pool.submit(shards[2].comes_last))
    assert sorted(end.result(SOON_S) for end in ends) == [False, False, True]


def test_whoever_comes_last_sweeps_and_the_others_wait_for_it(join, pool):
    here, there = join(1), join(2)
    for shard in (here, there):
        shard.share()
    there.hand_over("journals", b"of two")
    first = pool.submit(there.comes_last)
    is_last = here.comes_last()
    last, other = (here, there) if is_last else (there, here)
    assert first.result(SOON_S) is not is_last
    waits = pool.submit(other.closes_last)
    assert last.closes_last()
    assert last.unswept() == {other.mark: True}
    assert last.take("journals", there.mark) == b"of two"
    with pytest.raises(TimeoutError):
        waits.result(NOT_YET_S)
    last.say(Stage.SWEPT, other.mark)
    assert waits.result(SOON_S) is False


@pytest.mark.parametrize("stage", ["sharing", "alone", "last"])
def test_one_that_dies_holds_nobody_up_and_its_users_are_swept(join, pool, stage):
    dead, here = join(1, lives=False), join(2)
    dead.share()
    if stage == "alone":
        dead.take_turn_alone()
    elif stage == "last":
        assert dead.comes_last()
    pool.submit(here.share).result(SOON_S)
    pool.submit(here.take_turn_alone).result(SOON_S)
    assert pool.submit(here.comes_last).result(SOON_S)
    assert pool.submit(here.closes_last).result(SOON_S)
    assert here.unswept() == {dead.mark: False}


def test_a_shard_that_was_killed_may_begin_again(join):
    join(1, "accold", lives=False)
    again = join(1, "accnew")
    again.share()
    assert again.stage is Stage.SHARING


def test_two_cannot_be_the_same_shard(join):
    join(1, "accone")
    with pytest.raises(ConfigurationError, match="is going on already"):
        join(1, "acctwo")


def test_shards_of_different_counts_are_of_different_runs(join, redis):
    join(1)
    other = Meeting(redis.url, "http://x", Shard(2, 4, "nightly"), "acc9", SystemClock())
    with pytest.raises(ConfigurationError, match="other shards of run 'nightly' say 3 shards"):
        other.join()


def test_one_that_comes_when_all_is_swept_is_the_last_of_its_own(join):
    first = join(1)
    first.share()
    assert first.comes_last()
    assert first.closes_last()
    first.say(Stage.SWEPT)
    first.end()
    second = join(2)
    second.share()
    assert second.comes_last()
    assert second.unswept() == {}


def test_a_run_that_is_stopped_keeps_nobody_waiting(join):
    join(1).share()
    with pytest.raises(Inconclusive, match="is being stopped"):
        join(2, stopped=True).take_turn_alone()


def test_without_redis_nobody_can_tell(join, redis):
    here = join(1)
    redis.kill()
    with pytest.raises(Inconclusive, match="the shards cannot meet"):
        here.comes_last()


def test_the_first_word_holds_for_all(join):
    assert join(1).agree("durations", b"one") == b"one"
    assert join(2).agree("durations", b"two") == b"one"
