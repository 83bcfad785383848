"""Several people at once: operations whose first attempts arrive together, in rounds that stop at a find.

Each runner of a burst is a client of its own; the last bytes of their first requests leave together
(`support.http.raw.requests`). What meets a passing fault is repeated by the normal retry policy, as far as
that is safe. Nothing is judged here.

Power: a window of a millisecond is hit by eight requests that arrive within one nearly every time; a defect
that shows in half of the rounds is seen in five rounds with 97 %, one that shows in a fifth with 67 %.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from support.http.raw.last_byte_sync import StartingLine
from support.http.raw.requests import WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from support.clock import Clock
    from support.convergence import Observer
    from support.http import Exchange, Operation
    from support.http.client import AttemptTransport
    from support.users import UsersApi

    Deed = Callable[[UsersApi], Operation]

_T = TypeVar("_T")


class Bursts:
    """Lets operations of one caller start at the same moment."""

    def __init__(self, observer: Observer) -> None:
        self._api = observer.api
        self._clock = observer.clock

    def fit(self, runners: int) -> int:
        """Return how many of so many may run at once; a target may allow fewer requests in flight."""
        allowed = self._api.target.pace.in_flight
        return runners if allowed is None else max(2, min(runners, allowed))

    def at_once(self, deeds: Sequence[Deed]) -> list[Operation]:
        """Do all deeds at once and return their operations, in the order of the deeds."""
        with ThreadPoolExecutor(len(deeds)) as pool:
            return [future.result() for future in _Burst(self._api, self._clock, deeds).start(pool)]

    def rounds(
        self,
        deeds: Sequence[Sequence[Deed]],
        is_find: Callable[[Sequence[Exchange]], bool] = lambda _: False,
    ) -> list[list[Operation]]:
        """Do one burst after the other; stop when the first answers of one are a find.

        The next begins when the first attempts of the last have ended; repeating goes on meanwhile.
        """
        futures = []
        with ThreadPoolExecutor(sum(map(len, deeds))) as pool:
            for each in deeds:
                burst = _Burst(self._api, self._clock, each)
                futures.append(burst.start(pool))
                if is_find(burst.first_exchanges()):
                    break
            return [[future.result() for future in burst_futures] for burst_futures in futures]

    def side_by_side(self, tasks: Sequence[Callable[[UsersApi], _T]]) -> list[_T]:
        """Do tasks of several operations side by side, each as a client of its own."""

        def run(task: Callable[[UsersApi], _T]) -> _T:
            client = self._api.client.twin()
            try:
                return task(self._api.with_client(client))
            finally:
                client.close()

        with ThreadPoolExecutor(len(tasks)) as pool:
            return list(pool.map(run, tasks))


class _Burst:
    """One burst: a starting line and a runner for each deed."""

    def __init__(self, api: UsersApi, clock: Clock, deeds: Sequence[Deed]) -> None:
        self._api = api
        self._clock = clock
        self._deeds = deeds
        self._line = StartingLine(len(deeds), clock)
        self._wires: list[WireTransport] = []

    def start(self, pool: ThreadPoolExecutor) -> list[Future[Operation]]:
        runners = [self._make_runner() for _ in self._deeds]
        return [
            pool.submit(self._run, deed, runner, wire)
            for deed, runner, wire in zip(self._deeds, runners, self._wires, strict=True)
        ]

    def first_exchanges(self) -> list[Exchange]:
        """Wait until all first attempts have ended, and return them."""
        for wire in self._wires:
            wire.is_done.wait()
        return [wire.first for wire in self._wires if wire.first is not None]

    def _make_runner(self) -> UsersApi:
        def by_hand(way: AttemptTransport) -> WireTransport:
            wire = WireTransport(way, self._api.target, self._clock, line=self._line)
            self._wires.append(wire)
            return wire

        return self._api.with_client(self._api.client.over(by_hand))

    @staticmethod
    def _run(deed: Deed, runner: UsersApi, wire: WireTransport) -> Operation:
        try:
            return deed(runner)
        finally:
            wire.give_up()
            runner.client.close()
