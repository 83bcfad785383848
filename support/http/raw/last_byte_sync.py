"""Last-byte synchronisation: requests whose last bytes leave together, to arrive within about a millisecond.

After J. Kettle, "Smashing the state machine", 2023.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    from support.clock import Clock

# How long one request waits for the others before it goes on alone [s].
LONGEST_WAIT_S = 10.0


class StartingLine:
    """Holds back the last byte of so many requests until all of them have got there; use it once."""

    def __init__(self, runners: int, clock: Clock) -> None:
        self._barrier = threading.Barrier(runners, self._release)
        self._clock = clock
        self._ready: list[tuple[socket.socket, bytes]] = []
        self._errors: dict[int, OSError] = {}
        self.released_at: float | None = None

    def cross(self, connection: socket.socket | None, last: bytes = b"") -> float:
        """Send the last bytes together with all others; return the moment, monotonic [s].

        A runner without a connection only lets the others go. Raises the OSError of one's own connection.
        """
        if connection is not None:
            self._ready.append((connection, last))
        try:
            self._barrier.wait(LONGEST_WAIT_S)
        except threading.BrokenBarrierError:
            if self.released_at is None:
                # Somebody does not start at all: everyone runs alone.
                moment = self._clock.monotonic()
                if connection is not None:
                    connection.sendall(last)
                return moment
        if connection is not None and id(connection) in self._errors:
            raise self._errors[id(connection)]
        assert self.released_at is not None
        return self.released_at

    def call_off(self) -> None:
        """Let the others run alone: one of them does not start."""
        self._barrier.abort()

    def _release(self) -> None:
        self.released_at = self._clock.monotonic()
        for connection, last in self._ready:
            try:
                connection.sendall(last)
            except OSError as error:
                self._errors[id(connection)] = error
