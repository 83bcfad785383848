"""What may be true of one user, given everything that was acknowledged, refused or left open.

A model is a set of states of which one stands; an answer that was lost makes two of one. It judges nothing
and sends nothing: what a look shows is told to it, and only what none of its states allows is evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.http import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from support.http import Operation
    from support.users import Person, User

    # A user's details as they were sent; None: there is no such user.
    State = Mapping[str, Any] | None
    Change = Callable[[State], State]
    Keep = Callable[[Mapping[str, Any]], dict[str, Any]]

DETAILS = ("name", "email", "nickname")
MOST_STATES = 24  # of one user; where more are possible, nothing is held against the service any more


@dataclass(frozen=True, slots=True)
class Glance:
    """A look at the newest state of a user: what it showed, the version (ETag), and after how many changes.

    `is_settled`: no lost attempt could arrive any more when it was sent.
    """

    operation: Operation
    user: User
    shown: Mapping[str, Any]
    tag: str
    changes: int
    is_settled: bool


class Known:
    """What is known of one user.

    `keep` gives details as the target keeps them; for `late_s` [s] a lost attempt may still arrive.
    `moments` are when each write that did, or may have, changed the user was sent and answered, monotonic
    [s]; `glances` are looks at the newest state, `told` is what the answer to the last write has shown.
    `is_succeeded`: the user was deleted, and the id is somebody else's now, where a target gives ids again.
    """

    def __init__(self, person: Person, keep: Keep, late_s: float) -> None:
        self.person = person
        self.states: list[State] = [None]
        self.refused: list[dict[str, Any]] = []
        self.moments: list[tuple[float, float]] = []
        self.glances: list[Glance] = []
        self.told: Glance | None = None
        self.is_succeeded = False
        self.shown_email: str | None = None  # as a look-up has shown it last
        self._keep = keep
        self._late_s = late_s
        self._open: list[tuple[float, Change]] = []
        self._ever: list[dict[str, Any]] = []

    @property
    def is_there(self) -> bool:
        """Whether the user exists, for certain."""
        return None not in self.states

    @property
    def is_gone(self) -> bool:
        """Whether the user does not exist, for certain."""
        return all(state is None for state in self.states)

    @property
    def certain(self) -> Mapping[str, Any] | None:
        """The details that stand, if only one state is possible and the user is there."""
        return self.states[0] if len(self.states) == 1 else None

    @property
    def is_blurred(self) -> bool:
        """Whether so much was left open that nothing can be held against the service."""
        return len(self.states) > MOST_STATES

    @property
    def acknowledged_at(self) -> float:
        """When the last write that may have had an effect was answered, monotonic [s]."""
        return max((answered for _, answered in self.moments), default=0.0)

    @property
    def current(self) -> Glance | None:
        """The last look at the newest state, if nothing has, or may have, changed since."""
        last = self.glances[-1] if self.glances else None
        return last if last is not None and last.changes == len(self.moments) and last.is_settled else None

    def emails(self) -> set[str]:
        """Return the emails that the user may have."""
        return {str(state["email"]) for state in self.states if state is not None}

    def as_shown(self, email: str, key: Callable[[str], str]) -> str:
        """Return an email letter by letter as a look-up has shown it: some searches find it in no other."""
        shown = self.shown_email
        return shown if shown is not None and key(shown) == key(email) else email

    def former_emails(self, key: Callable[[str], str]) -> list[str]:
        """Return the emails that the user has had and certainly has no more; spellings of one share a key."""
        if self.is_blurred:
            return []
        current = {key(email) for email in self.emails()}
        ever = {key(email): email for state in self._ever if (email := str(state["email"]))}
        return [email for common, email in ever.items() if common not in current]

    def is_settled_by(self, moment: float) -> bool:
        """Return whether no lost attempt can arrive any more at a moment, monotonic [s]."""
        return all(until <= moment for until, _ in self._open)

    def note(self, operation: Operation, change: Change, *, adopted: bool = False) -> bool:
        """Take account of a write; return whether it is certain that it has, or has not, happened."""
        lost = [each.answered_at for each in operation.exchanges if each.outcome is Outcome.UNKNOWN]
        done = operation.outcome is Outcome.OK or adopted
        if not done and not lost:
            return True
        after = [change(state) for state in self.states]
        self._open = [(until, earlier) for until, earlier in self._open if until > operation.sent_at]
        self.states = after if done else [*self.states, *after]
        self._let_arrive(self._open)
        # A creation that was answered is no other: a lost attempt had the same key, or made somebody else.
        if lost and not (done and operation.verb == "create"):
            self._open.append((max(lost) + self._late_s, change))
        self.moments.append((operation.sent_at, operation.answered_at))
        return done and not lost

    def turn_away(self, details: Mapping[str, Any]) -> None:
        """Remember details that were refused, so that their trace can be told from others."""
        self.refused.append(self._keep(details))

    def allows(self, shown: Mapping[str, Any] | None) -> bool:
        """Return whether the newest state may be what a look showed; None for nobody."""
        return self.is_blurred or any(self._kept(state) == shown for state in self.states)

    def saw(self, shown: Mapping[str, Any] | None, moment: float) -> None:
        """Narrow the states to what a look at the newest state has shown, sent at a moment, monotonic [s]."""
        if self.is_blurred and not self.is_settled_by(moment):
            return
        standing = [state for state in self.states if self._kept(state) == shown]
        if self.is_blurred:
            standing = [shown]
        self.states = standing or self.states
        self._let_arrive([each for each in self._open if each[0] > moment])

    def was(self, shown: Mapping[str, Any]) -> bool:
        """Return whether a user like this may have stood at any time."""
        return self.is_blurred or shown in self._ever

    def _kept(self, state: State) -> dict[str, Any] | None:
        return None if state is None else self._keep(state)

    def _let_arrive(self, late: Iterable[tuple[float, Change]]) -> None:
        """Add the states that lost attempts make if they arrive now; remember all that may have stood."""
        self._keep_once(self.states)
        for _, change in late:
            self._keep_once([*self.states, *map(change, self.states)])
        for state in self.states:
            kept = self._kept(state)
            if kept is not None and kept not in self._ever:
                self._ever.append(kept)

    def _keep_once(self, states: Iterable[State]) -> None:
        unique: list[State] = []
        for state in states:
            if state not in unique:
                unique.append(state)
        self.states = unique[: MOST_STATES + 1]


def creation(details: Mapping[str, Any]) -> Change:
    """Return the change that a creation with these details makes."""
    full = {name: details.get(name) for name in DETAILS}
    return lambda _: full


def replacement(details: Mapping[str, Any]) -> Change:
    """Return the change that a replacement makes: what is left out is cleared; nobody is created."""
    full = {name: details.get(name) for name in DETAILS}
    return lambda state: None if state is None else full


def merge(changes: Mapping[str, Any]) -> Change:
    """Return the change that a merge patch makes (RFC 7396): what is not named stays."""
    named = {name: value for name, value in changes.items() if name in DETAILS}
    return lambda state: None if state is None else {**state, **named}


def deletion() -> Change:
    """Return the change that a deletion makes."""
    return lambda _: None
