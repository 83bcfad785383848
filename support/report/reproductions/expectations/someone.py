"""What is known of one user in a recorded story, for what has to hold of later answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.report.reproductions.recording.steps import Step


@dataclass(slots=True)
class Someone:
    """A user: the step that created them, and their details as templates; None where those are not known.

    `written_at` is when the last write that has, or may have, happened was answered, monotonic [s]; `ever`
    are all details that have stood, without any where they are not known. `looks` are the look-ups since the
    last change, `earlier_looks` those before it, `first_look` the first of all.
    """

    creation: Step
    details: dict[str, Any] | None
    tenant: str = ""
    is_gone: bool = False
    written_at: float = 0.0
    ever: list[dict[str, Any]] = field(default_factory=list)
    looks: list[Step] = field(default_factory=list)
    earlier_looks: list[Step] = field(default_factory=list)
    first_look: Step | None = None

    @property
    def has_one_state(self) -> bool:
        """Whether nothing has happened since the creation: whoever is shown, is shown as created."""
        return len(self.ever) == 1

    def after(self, verb: str, asked: dict[str, Any] | None, *, clears: bool) -> dict[str, Any] | None:
        """Return the details after a replacement, which may clear, or a change; None where not known."""
        if asked is None:
            return None
        if verb == "replace" and clears:
            return {"nickname": None, **asked}
        return None if self.details is None else {**self.details, **asked}

    def move_on(self, moment: float) -> None:
        """Note that something has, or may have, changed by a moment, monotonic [s]."""
        self.written_at = moment
        self.ever.append(self.details or {})
        self.earlier_looks += self.looks
        self.looks = []

    def forget_looks(self) -> None:
        """Note that version and dates may have moved or not: no look so far says anything of the next."""
        self.looks, self.earlier_looks = [], []
