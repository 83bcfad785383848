"""One sighting of a person, compared with what a story has left of them: new, old, torn or foreign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.audit.facts import State
from support.convergence.timelines import Seen
from support.users.forms.paths import texts_in
from support.users.markers import find_mark
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.audit.facts import Fact
    from support.http import Operation


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one look showed of a person: their details, or None when they were not there.

    `place` says where in words, `view` is one of single, list and filter.
    """

    place: str
    view: str
    operation: Operation
    shown: Mapping[str, Any] | None


def compare(sighting: Sighting, fact: Fact) -> tuple[Seen, str]:
    """Return whether a sighting is what the story left, an older state, or neither; and what it showed."""
    shown = sighting.shown
    if shown is None:
        return (Seen.NEW if fact.state in {State.GONE, State.OPEN} else Seen.OLD), "nobody"
    words = ", ".join(f"{name} {clip(value)}" for name, value in shown.items())
    if fact.state is State.GONE:
        return (Seen.NEW if _is_somebody_else(shown, fact) else Seen.OLD), words
    if not fact.is_closed or shown in fact.possible:
        return Seen.NEW, words
    if fact.fields_only:
        is_possible = _is_mixture(shown, fact.possible)
        return (
            Seen.NEW if is_possible else Seen.OLD if _is_mixture(shown, fact.written) else Seen.FOREIGN
        ), words
    if shown in fact.written:
        return Seen.OLD, words
    return (Seen.TORN if _is_mixture(shown, fact.written) else Seen.FOREIGN), words


def _is_somebody_else(shown: Mapping[str, Any], fact: Fact) -> bool:
    """Return whether the id of a deleted person was given to another one, who is told by the mark."""
    marks = {find_mark(text.lower()) for text in texts_in(dict(shown))} - {None}
    return bool(marks) and fact.mark not in marks and shown not in fact.written


def _is_mixture(shown: Mapping[str, Any], states: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether every detail is that of some state."""
    return all(any(state.get(name) == value for state in states) for name, value in shown.items())
