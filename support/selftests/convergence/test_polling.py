"""Convergence is judged from evidence: in time, late, never and diverged again are told apart, every time.

A simulated service converges, or does not, on a fake clock; its reads take time and come from replicas that
are drawn from a seed, so that each claim is tried on twenty runs that differ.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from support.clock import FakeClock
from support.convergence.polling import Convergence, Reading
from support.convergence.timelines import Finding, Sample, Seen, Timeline
from support.errors import (
    CameBack,
    DivergedAgain,
    Failure,
    ForeignValue,
    Inconclusive,
    LateConvergence,
    NeverConverged,
    TornRead,
)
from support.http.history import Exchange, Operation, Outcome, Request, Response

BOUND_S = 2.0
SEEDS = range(20)
Truth = Callable[[float, random.Random], Seen]


def converges_at(moment: float) -> Truth:
    return lambda t, _: Seen.NEW if t >= moment else Seen.OLD


def replicas_at(*moments: float) -> Truth:
    return lambda t, chance: Seen.NEW if t >= chance.choice(moments) else Seen.OLD


def old_between(begin: float, end: float) -> Truth:
    """Tell of a state that is new from the start but for a while."""
    return lambda t, _: Seen.OLD if begin <= t < end else Seen.NEW


class FakeProbe:
    """A view of a simulated service: a read takes `read_s` [s] and sees what is true when it arrives."""

    view = "single"
    expected = "shown as last written"
    is_dear = False

    def __init__(
        self, clock: FakeClock, truth: Truth, chance: random.Random, *, absence: bool = False,
        read_s: float = 0.01, arrives: float = 0.5,
    ) -> None:  # fmt: skip
        self.expects_absence = absence
        self._clock, self._truth, self._chance = clock, truth, chance
        self._read_s, self._arrives = read_s, arrives
        self._since = clock.monotonic()

    def read(self, *, fresh: bool) -> Reading:  # noqa: ARG002 - all connections are alike here
        sent_at = self._clock.monotonic()
        seen = self._truth(sent_at + self._arrives * self._read_s - self._since, self._chance)
        self._clock.advance(self._read_s)
        return Reading(seen, seen.value, operation(sent_at, self._clock.monotonic()), sent_at)


def operation(sent_at: float, answered_at: float) -> Operation:
    request = Request("GET", "http://localhost/users/1", {})
    at = FakeClock().now()
    exchange = Exchange(request, 1, sent_at, answered_at, at, Outcome.OK, Response(200, {}))
    return Operation("look up", "user Ada", exchanges=[exchange])


def watch(
    truth: Truth, seed: int = 0, *, how: str = "observe", absence: bool = False, read_s: float = 0.01,
    arrives: float = 0.5, bound_s: float = BOUND_S,
) -> Timeline:  # fmt: skip
    """Have a state observed; return its timeline, or raise what is found."""
    clock, chance = FakeClock(), random.Random(seed)
    probe = FakeProbe(clock, truth, chance, absence=absence, read_s=read_s, arrives=arrives)
    now = clock.monotonic()
    line = Timeline("user Ada", probe.expected, "single", now - 0.01, now, bound_s, "replace")
    convergence = Convergence(clock, [])
    result: Timeline = getattr(convergence, how)(probe, line)
    return result


@pytest.mark.parametrize("seed", SEEDS)
class TestToldApart:
    def test_in_time_just_below_the_bound(self, seed: int) -> None:
        """A service that converges at 0.95 of the bound keeps its promise, however its reads fall."""
        chance = random.Random(seed)
        line = watch(converges_at(0.95 * BOUND_S), seed, read_s=chance.uniform(0.001, 0.09))
        assert line.finding is Finding.IN_TIME
        assert line.lag_s is not None
        assert line.lag_s <= BOUND_S + 0.2

    @pytest.mark.parametrize("how", ["observe", "expect"])
    def test_late(self, seed: int, how: str) -> None:
        """Convergence at 1.3 of the bound is late, and nothing else."""
        read_s = random.Random(seed).uniform(0.001, 0.2)
        with pytest.raises(LateConvergence):
            watch(converges_at(1.3 * BOUND_S), seed, how=how, read_s=read_s)

    def test_late_on_one_replica(self, seed: int) -> None:
        """A single late replica makes the write late, although most reads saw it in time."""
        with pytest.raises(LateConvergence):
            watch(replicas_at(0.1, 0.2, 1.3 * BOUND_S), seed)

    def test_late_replica_after_replica(self, seed: int) -> None:
        """Replicas that catch up one after another, all too late, are late and did not diverge."""
        with pytest.raises(LateConvergence):
            watch(replicas_at(1.1 * BOUND_S, 1.3 * BOUND_S, 1.5 * BOUND_S), seed)

    @pytest.mark.parametrize("how", ["observe", "expect"])
    def test_never(self, seed: int, how: str) -> None:
        """What is old to the end never arrived."""
        with pytest.raises(NeverConverged):
            watch(converges_at(1e9), seed, how=how)

    def test_replica_that_never_follows(self, seed: int) -> None:
        """One replica of three that never follows is no mere lateness, whatever dozen of reads is lucky."""
        with pytest.raises(DivergedAgain):
            watch(replicas_at(0.1, 0.1, 1e9), seed)

    def test_diverged_again(self, seed: int) -> None:
        """An old answer among new ones after the bound is a relapse, when everyone had caught up."""
        begin = BOUND_S * 1.01 + 0.05 + 0.01 + 12 * 0.01 + random.Random(seed).uniform(0.01, 0.5)
        clock, chance = FakeClock(), random.Random(seed)
        probe = FakeProbe(clock, old_between(begin, begin + 1.0), chance)
        now = clock.monotonic()
        line = Timeline("user Ada", probe.expected, "single", now, now, BOUND_S, "replace")
        convergence = Convergence(clock, [])
        convergence.observe(probe, line)
        clock.advance(now + begin + 0.1 - clock.monotonic())
        with pytest.raises(DivergedAgain):
            convergence.keep_watching(probe, line)

    def test_came_back(self, seed: int) -> None:
        """A deleted user who is there again after the bound came back; that is not called late or never."""
        clock, chance = FakeClock(), random.Random(seed)
        probe = FakeProbe(clock, old_between(1.5 * BOUND_S, 3 * BOUND_S), chance, absence=True)
        now = clock.monotonic()
        line = Timeline("user Ada", "gone", "single", now, now, BOUND_S, "delete")
        convergence = Convergence(clock, [])
        convergence.observe(probe, line)
        clock.advance(now + 2 * BOUND_S - clock.monotonic())
        with pytest.raises(CameBack):
            convergence.keep_watching(probe, line)


def test_few_reads_tell_a_relapse_by_how_it_turns() -> None:
    """Also where reads are dear and few, a state that turns for all readers at once has relapsed."""
    clock = FakeClock()
    probe = FakeProbe(clock, old_between(1.2 * BOUND_S, 2.5 * BOUND_S), random.Random(0), absence=True)
    probe.is_dear = True
    now = clock.monotonic()
    line = Timeline("user Ada", "gone", "list", now, now, BOUND_S, "delete")
    probe._read_s = 0.09
    with pytest.raises(CameBack):
        Convergence(clock, []).observe(probe, line)


def test_read_that_straddles_the_limit_is_no_evidence() -> None:
    """A read sent before the limit and answered long after it convicts nobody."""
    line = watch(converges_at(0.98 * BOUND_S), read_s=0.7, arrives=0.0)
    assert line.finding is Finding.IN_TIME


def test_slow_reads_do_not_hide_lateness() -> None:
    """Reads that take 0.7 s do not make a service look good that converges at 1.3 of the bound."""
    with pytest.raises(LateConvergence):
        watch(converges_at(1.3 * BOUND_S), read_s=0.7, arrives=0.0)


def test_alternation_within_the_bound_is_legal() -> None:
    """Old, new and old again before the bound is what eventual consistency allows."""
    assert watch(old_between(0.5 * BOUND_S, 0.9 * BOUND_S)).finding is Finding.IN_TIME


@pytest.mark.parametrize(("seen", "error"), [(Seen.FOREIGN, ForeignValue), (Seen.TORN, TornRead)])
def test_what_nobody_wrote_is_convicted_at_once(seen: Seen, error: type[Failure]) -> None:
    """A foreign or torn value is a finding at any time, also within the bound."""
    with pytest.raises(error):
        watch(lambda t, _: seen if t < 0.3 else Seen.NEW)


def test_no_answer_is_no_verdict() -> None:
    """Where no read could be judged, nothing is concluded."""
    with pytest.raises(Inconclusive):
        watch(lambda _t, _c: Seen.NOTHING)


def test_faults_in_between_are_neither_old_nor_new() -> None:
    """Faults before and after the bound neither excuse nor convict."""
    line = watch(lambda t, chance: Seen.NOTHING if chance.random() < 0.4 else Seen.NEW if t > 1 else Seen.OLD)
    assert line.finding is Finding.IN_TIME
    with pytest.raises(LateConvergence):
        watch(lambda t, chance: Seen.NOTHING if chance.random() < 0.4 else Seen.NEW if t > 2.6 else Seen.OLD)


def test_never_is_not_given_up_early() -> None:
    """It takes three bounds, or ten seconds more than one, until late becomes never."""
    with pytest.raises(NeverConverged) as found:
        watch(converges_at(1e9), bound_s=10.0)
    line = found.value.timeline
    assert line is not None
    assert line.samples[-1].sent_at - line.acknowledged_at >= 30.0


def test_strong_reads_have_no_excuse() -> None:
    """With a bound of 0 an old answer convicts as soon as the tolerance is over."""
    with pytest.raises(LateConvergence):
        watch(converges_at(0.2), bound_s=0.0)


def test_waits_are_shared() -> None:
    """Eight states are observed in little more than the time of one, and every finding is kept."""
    clock = FakeClock()
    now = clock.monotonic()
    probes = [FakeProbe(clock, converges_at(0.0), random.Random(i)) for i in range(7)]
    probes.append(FakeProbe(clock, converges_at(1e9), random.Random(8)))
    lines = [Timeline(f"user {i}", "there", "single", now, now, 0.0, "create") for i in range(8)]
    with pytest.raises(NeverConverged):
        Convergence(clock, []).observe_all(list(zip(probes, lines, strict=True)))
    assert [line.finding for line in lines] == [Finding.IN_TIME] * 7 + [Finding.NEVER]


def test_walk_counts_from_its_first_page() -> None:
    """A walk whose first page was sent before the limit convicts nobody, though its last came after."""
    line = Timeline("user Ada", "listed", "list", 0.0, 0.0, 1.0, "create")
    line.samples.append(Sample(0.9, 1.5, Seen.OLD, "nobody", operation(1.4, 1.5)))
    line.samples.append(Sample(1.6, 1.7, Seen.NEW, "there", operation(1.6, 1.7)))
    assert line.conclude() is Finding.IN_TIME
