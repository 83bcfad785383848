"""What stories leave to the end-of-run audit: of each person what may stand, and whose story made it so.

Facts are taken when a story ends and handed over in one file for each process, a line for a story, so that
the audit may run anywhere. They hold no password. What is not certain is left open here, never guessed.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from support.http import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from support.convergence import Timeline
    from support.http import Operation
    from support.target import Target
    from support.users import Normalizer, Person

PATTERN = "facts-*.jsonl"
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class State(StrEnum):
    """What a story has made of a person."""

    THERE = "there"
    GONE = "gone"
    NOBODY = "nobody"  # refused for good: their mark may stand nowhere
    OPEN = "open"  # an answer was lost: there or not, but the same for everyone


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """What may be seen of one person after a story.

    `possible` are the states of which one stands, `written` all that may ever have stood, `refused` those
    that were turned away, each as the target keeps them; `fields_only`: changes crossed, so that each
    detail is judged alone; `is_closed`: nothing else was sent to them than is known here. Times are
    monotonic [s], shared by the processes of one host: when the last answer came, and from when on nothing
    may change any more. `seen` are the views that showed the story its final state.
    """

    story: str
    label: str
    mark: str
    caller: str
    state: State
    id: int | str | None
    possible: list[dict[str, Any]]
    written: list[dict[str, Any]]
    acknowledged_at: float
    settled_at: float
    fields_only: bool = False
    is_closed: bool = True
    seen: list[str] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<fact of {self.subject}: {self.state}>"

    @property
    def subject(self) -> str:
        """How reports call the person."""
        return f"user {self.label} ({self.mark})"


class FactLog:
    """Takes the facts of ended stories; one for a process."""

    def __init__(self, file: Path, target: Target, normalizer: Normalizer) -> None:
        self._fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._target = target
        self._normalizer = normalizer
        self._late_s = 2 * max(target.bounds.single_s, target.bounds.list_s)

    def hand_over(
        self, story: str, people: Iterable[Person], operations: Sequence[Operation], lines: Iterable[Timeline]
    ) -> None:
        """Write down what a story has made of its people, by what it sent and saw."""
        writing = [op for op in operations if op.exchanges and op.last.request.method in WRITING]
        seen = list(lines)
        facts = [fact for p in people if (fact := self._take(story, p, writing, seen)) is not None]
        if facts:
            line = json.dumps([asdict(fact) for fact in facts]) + "\n"
            os.write(self._fd, line.encode())

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)

    def _take(
        self, story: str, person: Person, writing: Sequence[Operation], lines: Sequence[Timeline]
    ) -> Fact | None:
        known = {id(write.operation) for write in person.writes} | {id(person.deletion)}
        others = [op for op in writing if id(op) not in known and self._concerns(op, person)]
        state = self._state(person, others)
        if state is None:
            return None
        operations = [write.operation for write in person.writes] + others
        operations += [person.deletion] if person.deletion else []
        ended = max((op.answered_at for op in operations), default=0.0)
        lost = [x.answered_at for op in operations for x in op.exchanges if x.outcome is Outcome.UNKNOWN]
        crossed = person.standing[:-1]
        return Fact(
            story=story,
            label=person.label,
            mark=person.mark,
            caller=person.caller,
            state=state,
            id=person.id,
            possible=self._stored([*person.possible, *(write.details for write in person.standing)]),
            written=self._stored(write.details for write in person.writes if write.may_stand),
            refused=self._stored(write.details for write in person.writes if not write.may_stand),
            acknowledged_at=ended,
            settled_at=max([ended, *(moment + self._late_s for moment in lost)]),
            fields_only=any(write.operation.verb == "change" for write in crossed),
            is_closed=not any(may_have_happened(op) for op in others),
            seen=sorted(
                {
                    line.view
                    for line in lines
                    if line.subject == person.subject and line.lag_s is not None
                    and line.acknowledged_at >= person.acknowledged_at
                }
            ),
        )  # fmt: skip

    def _state(self, person: Person, others: Sequence[Operation]) -> State | None:
        """Say what has become of a person; None when nothing was ever sent for them."""
        deletions = [op for op in others if op.last.request.method == "DELETE"]
        if person.deletion is not None:
            deletions.append(person.deletion)
        creations = [write.operation for write in person.writes if write.operation.verb == "create"]
        creations += [op for op in others if op.last.request.method != "DELETE" and person.id is None]
        if not creations and person.id is None:
            return None
        if person.id is None:
            return State.OPEN if any(map(may_have_happened, creations)) else State.NOBODY
        if person.is_deleted or any(self._has_deleted(op, creations) for op in deletions):
            return State.GONE
        return State.OPEN if any(map(may_have_happened, deletions)) else State.THERE

    def _has_deleted(self, operation: Operation, creations: Sequence[Operation]) -> bool:
        """Return whether a deletion is certain: done, or found done after a lost answer."""
        if operation.outcome is Outcome.OK:
            return True
        status = operation.response.status if operation.response else 0
        # To another tenant a user is gone from the beginning.
        is_owner = any(_credentials(operation) == _credentials(creation) for creation in creations)
        return is_owner and operation.may_have_happened_before and status in self._target.accepted.gone

    def _concerns(self, operation: Operation, person: Person) -> bool:
        """Return whether an operation that is in nobody's books was about a person."""
        if person.writes and operation.answered_at < person.writes[0].operation.sent_at:
            return False  # about somebody who had the same id before
        request = operation.last.request
        if person.id is not None and urlsplit(request.url).path.endswith(f"/{person.id}"):
            return True
        return person.mark.encode() in request.body and person.id is None

    def _stored(self, details: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = []
        for each in details:
            stored = self._normalizer.stored(each)
            if stored not in kept:
                kept.append(stored)
        return kept


def may_have_happened(operation: Operation) -> bool:
    """Return whether an operation has had its effect, or may have had it by any of its attempts."""
    return any(exchange.outcome in {Outcome.OK, Outcome.UNKNOWN} for exchange in operation.exchanges)


def _credentials(operation: Operation) -> str | None:
    return operation.last.request.headers.get("Authorization")


def read_facts(folder: Path) -> list[Fact]:
    """Read what all processes of a run handed over; a line torn by a crash is left out."""
    facts = []
    for file in sorted(folder.glob(PATTERN)):
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                rows = json.loads(line)
            except ValueError:
                continue
            facts += [Fact(**{**row, "state": State(row["state"])}) for row in rows]
    return facts
