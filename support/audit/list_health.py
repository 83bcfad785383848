"""Whether the list can be read when all stories have ended, and which request broke it if not.

What a service has stored and cannot write out makes its list fail for everybody, sometimes for good. Every
story leaves when its lists were answered and what it wrote; between the last list that was answered and the
first of those that never were again stands the request that did it, whoever sent it; what a list has shown
did not break it. It changes nothing.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from support.errors import Inconclusive, PersistentFault
from support.http import Outcome
from support.http.retry import is_fault
from support.secrets import REDACTOR
from support.users.forms.paths import texts_in
from support.users.markers import PERSON_MARK
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from support.clock import Clock
    from support.http import Exchange, Operation
    from support.target import Target
    from support.users import UsersApi, Validator

PATTERN = "lists-*.jsonl"
WRITES = frozenset({"create", "replace", "change"})
MARK = re.compile(rf"{PERSON_MARK.pattern}(?:\.v\d+)?")
RARE = re.compile(r"[^\w .,@+-]", re.ASCII)
TOO_MANY = 429  # says nothing about what the list holds
CONTROLS = 3
AGAIN_S = 1.0
SUSPECTS = 3
LONGEST = 160


@dataclass(frozen=True, slots=True)
class Event:
    """A list that was answered or not (`is_list`), or a write that may have happened; times monotonic [s].

    `marks` are those that a list has shown, or by which a list shows a write. `words` say what was written
    and by which story, `oddness` how many of its characters are rare.
    """

    caller: str
    sent_at: float
    answered_at: float
    is_list: bool
    is_answered: bool = True
    marks: list[str] = field(default_factory=list)
    words: str = ""
    oddness: int = 0


class ListLog:
    """Takes down the lists and writes of ended stories; one for a process."""

    def __init__(self, file: Path, target: Target) -> None:
        self._fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._target = target

    def hand_over(self, story: str, operations: Iterable[Operation]) -> None:
        """Write down what a story has listed and written."""
        events = [event for operation in operations for event in self._take(story, operation)]
        if events:
            os.write(self._fd, (json.dumps([asdict(event) for event in events]) + "\n").encode())

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)

    def _take(self, story: str, operation: Operation) -> list[Event]:
        if operation.verb == "list":
            return [
                Event(
                    caller_of(exchange),
                    exchange.sent_at,
                    exchange.answered_at,
                    is_list=True,
                    is_answered=not fails(exchange, self._target),
                    marks=marks_in(exchange.response.body if exchange.response else b""),
                )
                for exchange in operation.exchanges
                if exchange.response is None or exchange.response.status != TOO_MANY
            ]
        if operation.verb not in WRITES:
            return []
        return [
            Event(
                caller_of(exchange),
                exchange.sent_at,
                exchange.answered_at,
                is_list=False,
                marks=marks_of(operation.verb, exchange.request.body),
                words=describe(operation, exchange, story),
                oddness=oddness_of(exchange.request.body),
            )
            for exchange in operation.exchanges
            if exchange.outcome in {Outcome.OK, Outcome.UNKNOWN}
        ]


def fails(exchange: Exchange, target: Target) -> bool:
    """Return whether an attempt got no answer but a fault of the service, one that may pass included."""
    response = exchange.response
    return response is None or response.status >= 500 or is_fault(exchange, target.faults)


def caller_of(exchange: Exchange) -> str:
    """Name who asked, by the token's variable."""
    headers = exchange.request.headers
    return str(REDACTOR.header("Authorization", headers.get("Authorization", "")))


def marks_in(body: bytes) -> list[str]:
    """Return all marks that a body shows, with the versions that they have there."""
    return list(dict.fromkeys(MARK.findall(body.decode("utf-8", "replace"))))


def marks_of(verb: str, body: bytes) -> list[str]:
    """Return the marks by which a list shows that it has taken a write over: any of a creation.

    Of a person who was there before only a version tells.
    """
    marks = marks_in(body)
    persons = list(dict.fromkeys(mark.partition(".v")[0] for mark in marks))
    return persons if verb == "create" else [mark for mark in marks if ".v" in mark]


def describe(operation: Operation, exchange: Exchange, story: str) -> str:
    """Say what a request wrote, without what must not be shown, and in which story."""
    shown = REDACTOR.name_fields(exchange.request.body, "application/json")
    name = story.rpartition("::")[2]
    return f"{operation.verb} {operation.subject}, {clip(shown, LONGEST)} ({name})"


def oddness_of(body: bytes) -> int:
    """Count the characters of a request's texts that everyday data does not have; half characters count."""
    try:
        texts = list(texts_in(json.loads(body)))
    except (ValueError, RecursionError):
        return len(body)
    return sum(len(RARE.findall(text)) for text in texts)


def read_events(folder: Path) -> list[Event]:
    """Read what all processes of a run handed over; a line torn by a crash is left out."""
    events = []
    for file in sorted(folder.glob(PATTERN)):
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                rows: list[dict[str, Any]] = json.loads(line)
            except ValueError:
                continue
            events += [Event(**row) for row in rows]
    return events


@dataclass(frozen=True, slots=True)
class Break:
    """Since when a list is not answered any more, monotonic [s], and what may have done it, oddest first."""

    since: float
    times: int
    suspects: list[Event]


def find_break(events: Sequence[Event], late_s: float) -> Break | None:
    """Find where a list was answered for the last time; None where it never was, or did not fail since.

    A write may show in lists up to `late_s` [s] after its answer; one that a list has shown is innocent.
    """
    shown = {
        name
        for event in events
        if event.is_list and event.is_answered
        for mark in event.marks
        for name in (mark, mark.partition(".v")[0])
    }
    answered = [event.sent_at for event in events if event.is_list and event.is_answered]
    last = max(answered, default=None)
    if last is None:
        return None
    failed = sorted(
        (event for event in events if event.is_list and not event.is_answered and event.sent_at > last),
        key=lambda event: event.answered_at,
    )
    if not failed:
        return None
    first = failed[0]
    suspects = [
        event
        for event in events
        if not event.is_list
        and event.answered_at > last - late_s
        and event.sent_at < first.answered_at
        and shown.isdisjoint(event.marks)
    ]
    suspects.sort(key=lambda event: (-event.oddness, -event.answered_at))
    return Break(first.sent_at, len(failed), suspects)


class ListHealth:
    """Looks at the list once more when all stories have ended."""

    def __init__(self, folder: Path, api: UsersApi, validator: Validator, clock: Clock) -> None:
        self._folder = folder
        self._api = api
        self._target = api.target
        self._validator = validator
        self._clock = clock

    def judge(self) -> None:
        """Require that the list can be read.

        Raises PersistentFault where it fails for longer than an outage may last while other requests are
        answered, with the request before which it was answered last; Inconclusive where nothing is answered.
        """
        begun = self._clock.monotonic()
        looks = [self._look()]
        broken = self._broken(looks[-1])
        while self._may_pass(looks[-1], broken.since if broken else begun):
            self._clock.sleep(AGAIN_S)
            looks.append(self._look())
        if not self._is_broken(looks[-1]):
            self._validator.done(looks[-1], self._target.listed)
            return
        for _ in range(CONTROLS):
            if self._api.client.control is None or not self._api.client.control(looks[-1]):
                raise Inconclusive("neither the list nor other requests are answered", evidence=looks)
            looks.append(self._look())
            if not self._is_broken(looks[-1]):
                return
        if broken is None:
            self._validator.answered(looks[-1])
        self._accuse(looks, broken)

    def _accuse(self, looks: Sequence[Operation], broken: Break | None) -> None:
        ended = looks[-1].last
        times = sum(len(look.exchanges) for look in looks) + (broken.times if broken else 0)
        seen = f"{times} requests for it failed in a row, while others were answered ({ended.describe()})"
        if broken is not None:
            seen += f"; it was answered for the last time before {self._tell(broken)}"
        raise PersistentFault(
            "the list can be read, whatever the details of the users in it", seen, evidence=looks[-1:]
        )

    @staticmethod
    def _tell(broken: Break) -> str:
        named = [event.words for event in broken.suspects[:SUSPECTS]]
        more = len(broken.suspects) - len(named)
        others = f"; or {more} more" if more > 0 else ""
        return f"{'; or '.join(named)}{others}" if named else "nothing that this run wrote"

    def _look(self) -> Operation:
        operation, _ = self._api.list_page(self._target.lists.sized(self._target.walk_size))
        return operation

    def _is_broken(self, look: Operation) -> bool:
        response = look.response
        return fails(look.last, self._target) and (response is None or response.status != TOO_MANY)

    def _may_pass(self, look: Operation, since: float) -> bool:
        """Return whether a list fails as a service may in passing, for no longer than it may so far."""
        is_passing = self._is_broken(look) and is_fault(look.last, self._target.faults)
        return is_passing and self._clock.monotonic() - since < self._target.faults.max_outage_s

    def _broken(self, look: Operation) -> Break | None:
        mine = caller_of(look.last)
        events = [event for event in read_events(self._folder) if event.caller == mine]
        return find_break(events, self._target.bounds.list_s)
