"""How close together requests arrive: `python -m support.benchmarks.burst_spread [ROUNDS [REQUESTS]]`.

So many requests leave one starting line, again and again, for a bare listener on loopback that notes when
each became whole. Printed are the median and the 90th percentile of the time between the first and the last,
and of that between the first two [ms]. The bar is a median of 1.5 ms for eight.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import statistics
import sys
import threading
import time

from support.clock import SystemClock
from support.http.raw.last_byte_sync import StartingLine
from support.http.raw.requests import WireTransport
from support.http.transport import Transport
from support.target.profile import Target

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
BODY = b'{"name": "Ada"}'
TARGET = Target(name="loopback")


QUIET_S = 0.02


class Listener:
    """Notes when requests become whole, all in one thread, and answers them when no more come.

    A client that is answered goes on at once, and in one interpreter that would hold up the notes on the
    others.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.arrivals: list[float] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._raw: dict[socket.socket, bytes] = {}
        self._whole: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            events = self._selector.select(QUIET_S if self._whole else None)
            if not events:
                self._answer()
            for key, _ in events:
                if key.fileobj is self._listener:
                    connection, _ = self._listener.accept()
                    self._raw[connection] = b""
                    self._selector.register(connection, selectors.EVENT_READ)
                elif isinstance(key.fileobj, socket.socket):
                    self._hear(key.fileobj)

    def _hear(self, connection: socket.socket) -> None:
        piece = connection.recv(65536)
        self._raw[connection] += piece
        if self._raw[connection].endswith(BODY):
            self.arrivals.append(time.perf_counter())
            self._whole.append(connection)
        elif piece:
            return
        self._selector.unregister(connection)

    def _answer(self) -> None:
        for connection in self._whole:
            with contextlib.suppress(OSError):  # a client that has gone wants no answer
                connection.sendall(ANSWER)
            connection.close()
        self._whole.clear()


def measure(requests: int, listener: Listener) -> tuple[float, float]:
    """Send so many requests at once; return the spread and the gap of the first two [ms]."""
    clock = SystemClock()
    line = StartingLine(requests, clock)
    listener.arrivals.clear()

    def send() -> None:
        wire = WireTransport(Transport(TARGET, clock), TARGET, clock, line=line)
        wire.exchange("POST", f"{listener.url}/users", {}, BODY, 1)

    threads = [threading.Thread(target=send) for _ in range(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    arrivals = sorted(listener.arrivals)
    return (arrivals[-1] - arrivals[0]) * 1000, (arrivals[1] - arrivals[0]) * 1000


def measure_rounds(rounds: int, requests: int) -> tuple[list[float], list[float]]:
    """Return spreads and gaps of so many rounds [ms], the first one left out."""
    listener = Listener()
    results = [measure(requests, listener) for _ in range(rounds + 1)][1:]
    return [spread for spread, _ in results], [gap for _, gap in results]


def main() -> None:
    """Measure and print."""
    given = [int(argument) for argument in sys.argv[1:3]]
    rounds, requests = [*given, 40, 8][:1] + [*given[1:], 8][:1]
    spreads, gaps = measure_rounds(rounds, requests)
    for name, values in (("first to last", spreads), ("first to second", gaps)):
        p90 = statistics.quantiles(values, n=10)[-1]
        print(f"{name:16} median {statistics.median(values):.2f} ms, 90 of 100 within {p90:.2f} ms")


if __name__ == "__main__":
    main()
