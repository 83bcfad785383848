"""Pages of the list: in each order, in odd sizes, from odd cursors, and while users move."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from support.behaviours.exploration.texts import Sample
from support.behaviours.users.listing import ListObserver
from support.errors import UnexpectedContent
from support.users.pages import MADE_UP_CURSORS, page_from_cursor
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from support.behaviours.exploration.model import Known
    from support.behaviours.exploration.sequence import Sequence
    from support.http import Operation
    from support.http.call import QueryValue

LARGEST_SIZE = 3
MOST_PAGES = 64  # a few more than `size_for` makes of any list
# Sizes that no page has, whatever the largest one is.
ODD_SIZES = ("0", "-1", "x", "1.5", "1000")
# Cursors of these kinds have a form that may be a good one; the others are out of any range.
LIKE_GOOD_ONES = MADE_UP_CURSORS[:2]


def orders(sequence: Sequence) -> list[str]:
    """Return the orders that may be asked for, the list's own first."""
    target = sequence.target
    return ["", *sorted(target.lists.sort_keys)] if target.promise("sorting") else [""]


def turn_pages(sequence: Sequence, _known: Known | None, number: int) -> None:
    """List all users, page after page, in some order."""
    choices = orders(sequence)
    order, size = choices[number % len(choices)], 1 + (number // len(choices)) % LARGEST_SIZE
    sorting = f", sorted by {order}" if order else ""
    sequence.words.append(f"the client lists all users, {size} per page{sorting}")
    listing = sequence.look_around(sequence.api.size_for(size), order)
    people = [known.person for known in sequence.users]
    if listing is None or not people or not sequence.target.promise("total-count"):
        return
    # In a list without orders a look may begin where the story did, and all who are counted stand before it.
    if listing.is_whole or order or sequence.api.horizon.is_offered:
        ListObserver(sequence.observer).counts_right(people, listing, is_alone=False)


def ask_for_odd_size(sequence: Sequence, _known: Known | None, number: int) -> None:
    """Ask for a page of a size that none has: it is refused, or has no more users than promised."""
    lists = sequence.target.lists
    size = ODD_SIZES[number % len(ODD_SIZES)]
    asked = lists.sized(size)
    if asked:
        operation, page = sequence.api.list_page(asked)
        sequence.tell(f"asks for a page of {size!r} users", operation)
        sequence.verdicts.answered(operation, lambda: _in_range(sequence, operation, page))


def _in_range(sequence: Sequence, operation: Operation, page: Any) -> None:
    if _is_refused(sequence, operation):
        return
    largest = sequence.target.limits.page_max
    if page is not None and 0 < largest < len(page.items):
        raise UnexpectedContent(
            f"no page has more than {largest} users", f"it has {len(page.items)}", evidence=[operation]
        )


def follow_odd_cursor(sequence: Sequence, _known: Known | None, number: int) -> None:
    """Go on from a cursor that was never given out: it is refused, or at least does not begin again."""
    kind = MADE_UP_CURSORS[number % len(MADE_UP_CURSORS)]
    listing = page_from_cursor(sequence.api, kind)
    sequence.tell(f"asks for a page with a cursor that {kind}", listing.operation)

    def judge() -> None:
        if _is_refused(sequence, listing.operation) or kind not in LIKE_GOOD_ONES:
            return
        first, page = sequence.api.list_page(sequence.target.lists.sized(1))
        # Where there is no second page, the last one, which may be shown instead, is the first.
        if page and page.next and page.items and listing.items[:1] == page.items:
            raise UnexpectedContent(
                "a cursor that was never given out is refused, or leads nowhere",
                "it leads to the first page again",
                evidence=[listing.operation, first],
            )

    sequence.verdicts.answered(listing.operation, judge)


def move_between_pages(sequence: Sequence, _known: Known | None, number: int) -> None:
    """List all users while some are deleted or changed: nobody who stays is skipped, or shown twice.

    Only where the newest state can be asked for: else nobody can tell who was there throughout. A user whose
    name and email stay keeps their place in any order but that of changes, which no list may go by.
    """
    api, target = sequence.api, sequence.target
    if not (target.promise("stable-cursor") and sequence.looks.is_newest):
        return
    size = api.size_for(1 + number % 2)
    changes = number >= 2 and target.promise("patch") and bool(target.fields.nickname)
    does = "changes some between pages" if changes else "deletes one of the first"
    sequence.words.append(f"the client lists all users, {size} per page, and {does}")
    stayers = {str(known.person.id): known for known in sequence.users if known.is_there}
    following: Mapping[str, QueryValue] | None = {**target.lists.always, **target.lists.sized(size)}
    operations: list[Operation] = []
    shown: Counter[str] = Counter()
    has_moved = False
    while following is not None and len(operations) < MOST_PAGES:
        operation, page = api.list_page(following, strong=True)
        operations.append(operation)
        if page is None:
            return
        ids = [str(api.id_of(item)) for item in page.items]
        shown.update(ids)
        following = page.next
        ours = [stayers[each] for each in ids if each in stayers]
        if not ours or following is None or has_moved:
            continue
        has_moved = True
        if changes:
            unseen = [known for each, known in stayers.items() if not shown[each]]
            for known in {id(each): each for each in (ours[0], *unseen[-1:])}.values():
                sequence.change(known, {"nickname": Sample("between pages", "a nickname")}, None)
        else:
            sequence.delete(ours[0])
    if following is not None:
        return
    for user_id, known in stayers.items():
        if known.is_there and shown[user_id] != 1:
            raise UnexpectedContent(
                "turning the pages shows everyone who stays exactly once, while others move",
                f"{known.person.subject} stands there {shown[user_id]} times, id {clip(user_id)}",
                evidence=operations[-1:],
            )


def _is_refused(sequence: Sequence, operation: Operation) -> bool:
    """Return whether a page was refused; raises where it was not refused cleanly."""
    validator = sequence.observer.validator
    if validator.answered(operation).status < 300:
        return False
    validator.refused_cleanly(operation)
    return True
