"""A user that a story knows: what was written of them, and what may be seen of them.

A person remembers every write with its outcome; nothing here sends or judges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.errors import NotApplicable
from support.http import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.http import Operation
    from support.target import Target


@dataclass(frozen=True, slots=True, repr=False)
class Write:
    """A write that was sent: the whole state it asked for, and the operation that asked."""

    details: Mapping[str, Any]
    operation: Operation

    def __repr__(self) -> str:
        return f"<write of {len(self.details)} details by {self.operation!r}>"

    @property
    def is_acknowledged(self) -> bool:
        """Whether the service said that it was done."""
        return self.operation.outcome is Outcome.OK

    @property
    def may_stand(self) -> bool:
        """Whether it was done or may have been, by any of its attempts."""
        return any(exchange.outcome in {Outcome.OK, Outcome.UNKNOWN} for exchange in self.operation.exchanges)

    def ends_at(self, late_s: float) -> float:
        """Return from when on it has no effect any more; a lost attempt may take `late_s` to arrive [s]."""
        if self.operation.verb == "create" and self.is_acknowledged:
            return self.operation.answered_at  # a lost attempt was somebody else, or had the same key
        lost = (
            exchange.answered_at + late_s
            for exchange in self.operation.exchanges
            if exchange.outcome is Outcome.UNKNOWN
        )
        return max(self.operation.answered_at, *lost, 0.0)


@dataclass(slots=True, eq=False, repr=False)
class Person:
    """A named user of a story.

    `details` are what the next creation sends; `id` is what the service called them; `caller` names the
    token that made them; for `late_s` [s] after a lost attempt it may still take effect; `tag` is the version
    that was seen last, where writes must name one.
    """

    label: str
    mark: str
    details: dict[str, Any]
    caller: str = ""
    id: int | str | None = None
    writes: list[Write] = field(default_factory=list)
    deletion: Operation | None = None
    version: int = 1
    late_s: float = 0.0
    tag: str | None = None

    def __repr__(self) -> str:
        return f"<{self.subject}, id {self.id!r}, {len(self.writes)} writes>"

    @property
    def subject(self) -> str:
        """How reports call them."""
        return f"user {self.label}"

    @property
    def email(self) -> str:
        """The email of the last acknowledged write, or the one that the next creation sends."""
        return str(self.current.get("email", ""))

    @property
    def current(self) -> Mapping[str, Any]:
        """What the last acknowledged write asked for."""
        for write in reversed(self.writes):
            if write.is_acknowledged:
                return write.details
        return self.details

    @property
    def shown(self) -> dict[str, Any]:
        """What the service shows of the last acknowledged write: everything but the password."""
        return {name: value for name, value in self.current.items() if name != "password"}

    @property
    def possible(self) -> list[Mapping[str, Any]]:
        """What may stand in the end: the last acknowledged write, or one that may have come after it.

        Of replacements that crossed, each may have been the last; a lost attempt may still arrive for
        `late_s` [s]. Merge patches that crossed are all kept, so that of them only the last one counts.
        """
        standing = self.standing
        if any(write.operation.verb == "change" for write in standing[:-1]):
            last = max((i for i, write in enumerate(self.writes) if write.is_acknowledged), default=-1)
            standing = [write for write in self.writes[last + 1 :] if write.may_stand]
        return [self.current, *(write.details for write in standing)]

    @property
    def standing(self) -> list[Write]:
        """The writes that may have taken effect last: no acknowledged one began after they had ended."""
        done = [write for write in self.writes if write.is_acknowledged]
        return [
            write
            for write in self.writes
            if write.may_stand
            and not any(
                other.operation.sent_at >= write.ends_at(self.late_s) for other in done if other is not write
            )
        ]

    @property
    def acknowledged_at(self) -> float:
        """When the last write or deletion that may stand was answered, monotonic [s]."""
        operations = [write.operation for write in self.writes if write.may_stand]
        if self.deletion is not None:
            operations.append(self.deletion)
        return max((operation.answered_at for operation in operations), default=0.0)

    @property
    def created_at(self) -> float:
        """When the creation was acknowledged, monotonic [s]."""
        return self.writes[0].operation.answered_at if self.writes else 0.0

    @property
    def is_deleted(self) -> bool:
        """Whether the service has acknowledged a deletion."""
        return self.deletion is not None and (self.deletion.outcome is Outcome.OK or self.deletion.adopted)

    def has_place(self, target: Target) -> bool:
        """Return whether the person's id can be nobody's whom this run did not create."""
        return not (self.is_deleted and target.fields.ids_return and not target.exclusive)

    def require_place(self, target: Target) -> None:
        """Raise NotApplicable where the person's id may be that of somebody whom this run did not create."""
        if not self.has_place(target):
            raise NotApplicable(
                f"target {target.name} gives the ids of deleted users to others, to whom nothing is sent"
            )

    def wrote(self, details: Mapping[str, Any], operation: Operation) -> None:
        """Remember a write; what a replace or change left unsaid is to be in `details` already."""
        self.writes.append(Write(dict(details), operation))

    @property
    def last_change(self) -> dict[str, Any]:
        """What the last write asked to be different from the one before."""
        before, last = self.writes[-2].details, self.writes[-1].details
        return {name: value for name, value in last.items() if before.get(name) != value}

    def next_version(self) -> dict[str, Any]:
        """Return the details of a further version; name and nickname both carry its number."""
        self.version += 1
        base = re.sub(r"\.v\d+$", "", str(self.current.get("name", self.label)))
        changed = {**self.current, "name": f"{base}.v{self.version}"}
        if "nickname" in changed:
            given = re.fullmatch(r"(.+)\.v\d+", str(self.details.get("nickname")))
            base = given[1] if given else f"{self.label.lower()} {self.mark}"
            changed["nickname"] = f"{base}.v{self.version}"
        return changed
