"""One look at one person in one view, and whether it showed the new state, an older one, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.convergence.polling import Reading
from support.convergence.timelines import Seen
from support.errors import TraceLeft, UnexpectedContent
from support.http.retry import is_fault
from support.users.validators import clip

if TYPE_CHECKING:
    from support.convergence.viewpoint import Viewpoint
    from support.http import Operation
    from support.users import Person, User


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a view: the operation, and what a list held; None when it could not be read to its end.

    `first` is the operation that a walk through several pages began with.
    """

    operation: Operation
    items: list[Any] | None = None
    first: Operation | None = None

    @property
    def begun_at(self) -> float:
        """When it was sent, monotonic [s]: by the attempt that was answered, those before it were lost."""
        return (self.first or self.operation).last.sent_at


class PersonProbe:
    """One person in one view; `strong` asks for the newest state."""

    def __init__(
        self, viewpoint: Viewpoint, person: Person, view: str, *, expects_absence: bool, strong: bool = False
    ) -> None:
        self.view = view
        self.expects_absence = expects_absence
        self.expected = "gone" if expects_absence else "shown as last written"
        self.user: User | None = None
        self._viewpoint = viewpoint
        self.person = person
        self._strong = strong

    @property
    def is_dear(self) -> bool:
        """Whether a look takes many requests."""
        return self.view == "list"

    def read(self, *, fresh: bool) -> Reading:
        """Read once; say whether that is the state that is waited for, an older one, or neither."""
        look = self.look(fresh=fresh)
        return Reading(*self.judge(look), look.operation, look.begun_at)

    def look(self, *, fresh: bool = False) -> Look:
        """Read once, to be judged later."""
        api, person = self._viewpoint.api, self.person
        if self.view == "single":
            return Look(api.look_up(person.id, person.subject, strong=self._strong, fresh=fresh))
        if self.view == "filter":
            return Look(*api.find(person.email, person.subject, strong=self._strong, fresh=fresh))
        operations, items, complete = api.walk_list(person.subject, strong=self._strong, fresh=fresh)
        return Look(operations[-1], items if complete else None, operations[0])

    def judge(self, look: Look) -> tuple[Seen, str]:
        """Say what a look showed; raises when it is no proper answer."""
        operation = look.operation
        if is_fault(operation.last, self._viewpoint.api.target.faults) and not operation.persists:
            return Seen.NOTHING, "a fault"
        self.user = user = self._pick(look)
        if user is None:
            return (Seen.NEW if self.expects_absence else Seen.OLD), "nobody"
        return self._compare(operation, user)

    def _pick(self, look: Look) -> User | None:
        validator, person, operation = self._viewpoint.validator, self.person, look.operation
        accepted = self._viewpoint.api.target.accepted
        if self.view == "filter":
            self._viewpoint.only_of(person, operation, look.items)
        if self.view != "single":
            return self._viewpoint.pick(operation, look.items, person)
        if validator.answered(operation).status in accepted.gone or self._viewpoint.api.is_gone(operation):
            return None
        validator.done(operation, accepted.look_up)
        user = validator.user(operation)
        if user.id != person.id:
            raise UnexpectedContent(
                f"looking up {person.subject} shows that user",
                f"the answer shows the id {clip(user.id)} instead of {clip(person.id)}",
                evidence=[operation],
            )
        return user

    def _compare(self, operation: Operation, user: User) -> tuple[Seen, str]:
        person, normalizer = self.person, self._viewpoint.normalizer
        shown = normalizer.readable(user)
        words = ", ".join(f"{name} {clip(value)}" for name, value in shown.items())
        if self.expects_absence:
            return Seen.OLD, words
        if any(shown == normalizer.stored(details) for details in person.possible):
            return Seen.NEW, words
        written = [normalizer.stored(write.details) for write in person.writes if write.may_stand]
        if shown in written:
            return Seen.OLD, words
        refused = [normalizer.stored(write.details) for write in person.writes if not write.may_stand]
        expected = normalizer.stored(person.current)
        differing = [name for name, value in shown.items() if value != expected[name]]
        if any(details[name] == shown[name] for details in refused for name in differing):
            raise TraceLeft(
                f"a refused change of {person.subject} has no effect",
                f"the {self.view} view shows {words}",
                evidence=[person.writes[-1].operation, operation],
            )
        pieces = all(any(details[name] == value for details in written) for name, value in shown.items())
        name = differing[0]
        detail = f"{name} {clip(shown[name])} where {clip(expected[name])} was written"
        return (Seen.TORN if pieces else Seen.FOREIGN), detail
