"""One sighting of a person, compared with what a story has left of them: new, old, torn or foreign."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from support.audit.facts import State
from support.convergence.timelines import Seen
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
        return Seen.OLD, words
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


def of_this_person(sighting: Sighting, fact: Fact, others: Sequence[Fact] = ()) -> Sighting:
    """Return a sighting as it is, or as of nobody where another one was given the id of who may be deleted.

    People are told by their marks, that of the name first: an email may be somebody's who had it before. One
    of the `others` who have that id may have come back with all details of the one who was deleted.
    """
    shown = sighting.shown
    if shown is None or fact.state not in {State.GONE, State.OPEN}:
        return sighting
    if fact.state is State.GONE and any(shown in other.written for other in others):
        return replace(sighting, shown=None)
    if shown in fact.written:
        return sighting
    texts = (shown.get(name) for name in ("name", "nickname", "email"))
    marks = (find_mark(text.lower()) for text in texts if isinstance(text, str))
    mark = next(filter(None, marks), fact.mark)
    return sighting if mark == fact.mark else replace(sighting, shown=None)


def _is_mixture(shown: Mapping[str, Any], states: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether every detail is that of some state."""
    return all(any(state.get(name) == value for state in states) for name, value in shown.items())
