"""The history: every attempt of the run, as it was sent and as it was answered.

One record for each attempt, kept in memory as it really was: redaction happens when something is
rendered (`support.secrets.redaction`), never when it is judged. This module sends nothing and judges
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime


class Outcome(StrEnum):
    """What an attempt tells about its effect."""

    OK = "ok"  # answered with 2xx or 304: it has happened
    REFUSED = "refused"  # answered with a conclusive 4xx: it has not happened
    FAILED = "failed"  # it cannot have happened: never sent, or turned away before the work
    UNKNOWN = "unknown"  # reset, timed out or a server fault: it may have happened, or may yet


# The fault of an attempt that the client itself broke off: it says nothing about the service.
HUNG_UP = "the client hung up on purpose"
TOO_LARGE = "answer larger than the profile's answer_limits"
SHOWN = 200  # characters of a path, where an object is shown among the locals of a failure


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """What was sent. `url` is absolute; header names are as sent; `body` are the bytes on the wire."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    def __repr__(self) -> str:
        return f"<request {self.method} {shorten(self.path)}, {len(self.body)} bytes>"

    @property
    def path(self) -> str:
        """The path with its query, as it stands in the request line."""
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """What was answered. Header names are in lower case, equal ones joined by `", "`; `body` is decoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def __repr__(self) -> str:
        return f"<response {self.status}, {len(self.body)} bytes>"

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; empty when there is none."""
        return self.written_type.lower()

    @property
    def written_type(self) -> str:
        """The media type as it was written, to be shown: in other letters nobody finds what is encoded."""
        return self.headers.get("content-type", "").partition(";")[0].strip()


@dataclass(frozen=True, slots=True, repr=False)
class Exchange:
    """One attempt: a request with its response or its transport fault.

    `sent_at` and `answered_at` are monotonic [s] (`answered_at` is when the attempt ended, however
    it ended), `at` is the instant of sending. `fault` names the transport error in a few words. `page`
    is what came in the place of an answer, where that was a page for people; `original` is the answer as it
    came, where the adapter of the profile read it otherwise.
    """

    request: Request
    attempt: int
    sent_at: float
    answered_at: float
    at: datetime
    outcome: Outcome
    response: Response | None = None
    fault: str | None = None
    first_byte_s: float | None = None
    page: Response | None = None
    original: Response | None = None

    def __repr__(self) -> str:
        return (
            f"<attempt {self.attempt}: {self.request.method} {shorten(self.request.path)} {self.describe()}>"
        )

    @property
    def came(self) -> Response | None:
        """The answer as it came, however an adapter read it."""
        return self.original or self.response

    @property
    def is_oversized(self) -> bool:
        """Whether the answer was larger than is read, which no weather explains."""
        return self.fault == TOO_LARGE

    @property
    def seconds(self) -> float:
        """How long the attempt took [s]."""
        return self.answered_at - self.sent_at

    def describe(self) -> str:
        """Say in a few words how it ended."""
        if self.response is not None:
            return f"answered {self.response.status} after {self.seconds * 1000:.0f} ms"
        return f"{self.fault} after {self.seconds * 1000:.0f} ms"


@dataclass(slots=True, repr=False)
class Operation:
    """One logical operation, made of one or more attempts.

    `verb` is one of the features' verbs (create, look up, replace, change, delete, list, …) and
    `subject` what it was about ("user Ada"); `story` the id of the test that made it. `waits` are the
    pauses before attempts 2, 3, … [s], each with its reason. `adopted` is set when the answer was lost
    and the effect was found by reading afterwards; `persists` when its fault outlasted every weather while
    control requests of another kind went through. `view` is the look-up that shows what the answer to a
    creation does not, where the profile says so. `is_end` is set of the page at which a walk may end although
    the list goes on: nobody beyond it can matter.
    """

    verb: str
    subject: str
    story: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    waits: list[tuple[float, str]] = field(default_factory=list)
    adopted: bool = False
    is_end: bool = False
    persists: bool = False
    view: Operation | None = None

    def __repr__(self) -> str:
        last = f": {self.exchanges[-1]!r}" if self.exchanges else ""
        return f"<operation {self.verb} {self.subject[:SHOWN]}{last}>"

    @property
    def last(self) -> Exchange:
        """The attempt that ended it."""
        return self.exchanges[-1]

    @property
    def response(self) -> Response | None:
        """The final answer, or None when the last attempt got none."""
        return self.last.response

    @property
    def outcome(self) -> Outcome:
        """The outcome of the last attempt."""
        return self.last.outcome

    @property
    def sent_at(self) -> float:
        """When its first attempt was sent, monotonic [s]."""
        return self.exchanges[0].sent_at

    @property
    def answered_at(self) -> float:
        """When its last attempt ended, monotonic [s]."""
        return self.last.answered_at

    @property
    def is_first_attempt(self) -> bool:
        """Whether the first attempt was the last: only then is a refusal conclusive."""
        return len(self.exchanges) == 1

    @property
    def may_have_happened_before(self) -> bool:
        """Whether an attempt before the last one may have had the effect."""
        return any(exchange.outcome is Outcome.UNKNOWN for exchange in self.exchanges[:-1])

    @property
    def refusals(self) -> int:
        """How many of its attempts were refused."""
        return sum(exchange.outcome is Outcome.REFUSED for exchange in self.exchanges)

    def describe(self) -> str:
        """Say in one line what was done and how it ended."""
        tries = "" if self.is_first_attempt else f" (attempt {self.last.attempt})"
        request = self.last.request
        return f"{self.verb} {self.subject}: {request.method} {request.path} {self.last.describe()}{tries}"


class History:
    """Every operation of this process in the order of sending, with listeners for those who render it.

    Appending is atomic under the interpreter's lock, so racing threads may share one history.
    """

    def __init__(self) -> None:
        self._operations: list[Operation] = []
        self._listeners: list[Callable[[Operation, Exchange], None]] = []

    def __iter__(self) -> Iterator[Operation]:
        return iter(tuple(self._operations))

    def __len__(self) -> int:
        return len(self._operations)

    def since(self, mark: int) -> list[Operation]:
        """Return the operations begun after `mark`, an earlier `len()` of this history."""
        return self._operations[mark:]

    def begin(self, operation: Operation) -> Operation:
        """Add an operation that is about to be sent."""
        self._operations.append(operation)
        return operation

    def drop(self, operation: Operation) -> None:
        """Take back an operation of which nothing was sent."""
        self._operations.remove(operation)

    def record(self, operation: Operation, exchange: Exchange) -> None:
        """Append an attempt to its operation and tell the listeners."""
        operation.exchanges.append(exchange)
        for listener in self._listeners:
            listener(operation, exchange)

    def listen(self, listener: Callable[[Operation, Exchange], None]) -> None:
        """Have the listener called after each attempt, in the thread that made it."""
        self._listeners.append(listener)


def shorten(text: str) -> str:
    """Return the beginning of a text, its secrets hidden before it is cut."""
    return REDACTOR.text(text)[:SHOWN]
