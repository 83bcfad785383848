"""More users than fit on a page, each under a key of its own, once in an exploration."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from support.errors import UnexpectedContent
from support.http import Outcome
from support.users.pages import MOST_FOR_A_PAGE

if TYPE_CHECKING:
    from support.behaviours.exploration.model import Known
    from support.behaviours.exploration.sequence import Sequence
    from support.http import Operation
    from support.users import Person
    from support.users.normalizers import Page

# So many users may be made in a second of an exploration, so that most of it is left for everything else.
USERS_IN_A_SECOND = 3


def create_many(sequence: Sequence, _known: Known | None, _number: int) -> None:
    """Create more users than a page holds, ask for pages, and repeat the first creation."""
    setting, target = sequence.setting, sequence.target
    size = _size(sequence)
    if setting.has_created_many or not size:
        return
    has_keys = target.promise("idempotency-key")
    made: list[tuple[Person, str | None, Operation]] = []
    sequence.words.append(f"{size} more users are created{', each under a key' if has_keys else ''}")
    try:
        while len(made) < size and not sequence.is_over():
            person, key = sequence.people.unknown("Other"), str(uuid4()) if has_keys else None
            operation = sequence.api.create(person, key=key)
            made.append((person, key, operation))
            if operation.outcome is not Outcome.OK:
                return
        if len(made) == size:
            _ask_for_pages(sequence, len(made))
            _repeat_first(sequence, made)
            setting.has_created_many = True
    finally:
        for person, _, _ in made:
            if person.id is not None:
                sequence.api.delete(person)


def _size(sequence: Sequence) -> int:
    """Return how many users are to come: more than fit on the largest page, or on one of the default size."""
    target = sequence.target
    limits, most = target.limits, sequence.setting.seconds * USERS_IN_A_SECOND
    sizes = [limits.page_max + 1] if 0 < limits.page_max <= MOST_FOR_A_PAGE else []
    sizes += [limits.page_default + 1] if "page_default" in limits.model_fields_set else []
    if not target.has_list or not target.promise("pagination"):
        return 0
    return next((size for size in sizes if size <= most and sequence.api.fit(size) == size), 0)


def _ask_for_pages(sequence: Sequence, count: int) -> None:
    """Ask for a page of no size, which has the default one, and for one that is too large."""
    limits, lists = sequence.target.limits, sequence.target.lists
    strong = sequence.looks.is_newest
    if "page_default" in limits.model_fields_set:
        operation, page = sequence.api.list_page(lists.first_page, strong=strong)
        sequence.tell("asks for a page without a size", operation)
        _has_at_most(sequence, operation, page, limits.page_default)
    if 0 < limits.page_max < count and lists.has_sizes:
        operation, page = sequence.api.list_page(lists.sized(limits.page_max + 1), strong=strong)
        sequence.tell(f"asks for a page of {limits.page_max + 1} users", operation)
        _has_at_most(sequence, operation, page, limits.page_max)


def _has_at_most(sequence: Sequence, operation: Operation, page: Page | None, most: int) -> None:
    """Require that a page has no more users than promised, or was refused."""
    if page is not None and len(page.items) > most:
        raise UnexpectedContent(
            f"a page has at most {most} users", f"it has {len(page.items)}", evidence=[operation]
        )
    if page is None:
        validator = sequence.observer.validator
        sequence.verdicts.answered(operation, lambda: validator.refused_cleanly(operation))


def _repeat_first(sequence: Sequence, made: list[tuple[Person, str | None, Operation]]) -> None:
    """Send the first creation again under its key, after all the others."""
    person, key, first = made[0]
    if key is None or first.may_have_happened_before:
        return
    body = first.last.request.body
    again = sequence.api.submit(body, person.subject, key=key, of=person)
    sequence.tell(f"sends the creation of the first of them, {person.subject}, again under its key", again)
    sequence.verdicts.answered(again, lambda: sequence.repeats.repeat(first, [again]))
