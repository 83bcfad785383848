"""Walking through the list, page after page: as it is, while others come and go, or from odd marks.

Nothing is judged here; what a walk has shown is a `Listing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from support.errors import StoryError
from support.http import Call
from support.users.lists.story_horizon import NEWEST_FIRST

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from support.http import Operation
    from support.http.call import QueryValue
    from support.target import Target
    from support.target.lists import Lists
    from support.users.api import UsersApi
    from support.users.person import Person

# What stories call an order, and what the contract calls it.
SORT_KEYS = {
    "name": "name",
    "name, last first": "-name",
    "email": "email",
    "creation date": "createdAt",
    "creation date, newest first": NEWEST_FIRST,
}
MORE_WALKS = 2  # where somebody is missing whom moving pages may have skipped
MADE_UP_CURSORS = ("is made up", "was tampered with", "is beyond any list", "is below zero", "is empty")
# Positions that no list has, whatever they count; 10^30 fits in no integer of a database.
NOWHERE = {"is beyond any list": "1" + "0" * 30, "is below zero": "-1", "is empty": ""}

# Requests for a page that are odd in another way; a detail of the query is unknown, or named twice.
NO_SUCH_ORDER = "x-no-such-order"
ODD_QUERIES: dict[str, Callable[[Lists], Mapping[str, QueryValue]]] = {
    "in an order that does not exist": lambda lists: dict.fromkeys(_order_parameters(lists), NO_SUCH_ORDER),
    "whose order is named twice": lambda lists: {
        name: [NO_SUCH_ORDER, NO_SUCH_ORDER] for name in _order_parameters(lists)
    },
    "whose size is named twice": lambda lists: {name: ["2", "3"] for name in lists.sized(2)},
}

NEWCOMER_AFTER = 2  # pages

MOST_FOR_A_PAGE = 200  # users that a story creates to fill more than a page

# The largest page of the contract [users]: what stories ask for beyond is out of range on purpose.
CONTRACT_LARGEST = 100


@dataclass(slots=True)
class Listing:
    """One walk through the list: how it was asked for, and what came, page after page.

    `is_whole` asks for everyone in the list's own order, and not only for those who came since the story
    began; `sought` are the ids of those whom a walk in another order may end with. `is_newest` says that the
    newest state was asked for, `others_moved` that users came and went meanwhile.
    """

    query: Mapping[str, QueryValue] = field(default_factory=dict)
    size: int | None = None
    is_whole: bool = False
    sought: frozenset[object] = frozenset()
    operations: list[Operation] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    is_complete: bool = False
    is_newest: bool = False
    others_moved: bool = False

    @property
    def operation(self) -> Operation:
        """The operation that ended it."""
        return self.operations[-1]


def page_to_fill(target: Target) -> int:
    """Return how many users the page has that stories fill: the largest one, where that is feasible."""
    largest = target.limits.page_max
    return largest if 0 < largest <= MOST_FOR_A_PAGE else target.lists.page_size or target.limits.page_default


# The pages that stories fill, by what they are called, and how many users fill each.
FULL_PAGES: dict[str, Callable[[Target], int]] = {
    "one page": page_to_fill,
    "a page of the default size": lambda target: target.limits.page_default,
}


def within_range(target: Target, size: int) -> int:
    """Return the size of a page that stories name, or the largest one of a target that gives no such page.

    Stories name sizes that the contract allows. A target that promises smaller pages may refuse them.
    """
    largest = target.limits.page_max
    return min(size, largest) if largest and size <= CONTRACT_LARGEST else size


def size_that_leaves(left: int, total: int, largest: int) -> tuple[int, int]:
    """Return a size of pages by which so many users are left over, and how many have to be added for it.

    It is the one that costs the fewest requests: each page is asked for a few times.
    """

    def missing(size: int) -> int:
        return (left - total) % size

    size = min(range(1, largest + 1), key=lambda size: 3 * total / size + missing(size))
    return size, missing(size)


def sorted_by(lists: Lists, sorting: str) -> dict[str, str]:
    """Return the query that asks for an order by what stories call it; raises StoryError for any other.

    Stories that ask for an order which the profile does not declare do not apply.
    """
    if sorting not in SORT_KEYS or SORT_KEYS[sorting] not in lists.sort_keys:
        raise StoryError(f"no such order: {sorting!r}")
    return lists.ordered(SORT_KEYS[sorting])


def walk(api: UsersApi, listing: Listing, *, strong: bool = False, fresh: bool = False) -> Listing:
    """Walk through the list as a listing asks, and return what came as a new one."""
    operations, items, complete = api.walk_list(
        size=listing.size,
        query=listing.query,
        whole=listing.is_whole,
        sought=listing.sought,
        strong=strong,
        fresh=fresh,
    )
    return replace(
        listing,
        operations=operations,
        items=items,
        is_complete=complete,
        is_newest=strong,
        others_moved=False,
    )


def walk_for(api: UsersApi, asked: Listing, wanted: Collection[str], *, strong: bool) -> Listing:
    """Walk through the list as asked, again where somebody is missing who is wanted, by id.

    Pages that move skip somebody now and then, in two walks alike where others come and go all the time. Of
    several walks the one that misses the fewest is returned: nobody may be missing in all of them.
    """

    def missing(listing: Listing) -> int:
        return len(set(wanted) - {str(api.id_of(item)) for item in listing.items})

    found = walk(api, asked, strong=strong)
    for _ in range(MORE_WALKS):
        is_one_page = len(found.operations) == 1 or api.target.promise("stable-cursor")
        if is_one_page or not found.is_complete or not missing(found):
            break
        if api.goes_on(found.operation, found.items):
            break  # it was not walked to its end
        again = walk(api, asked, strong=strong)
        found = min(found, again, key=missing) if again.is_complete else found
    return found


def list_while_others_move(
    api: UsersApi, listing: Listing, leavers: list[Person], newcomer: Callable[[], Person], *, strong: bool
) -> Listing:
    """Walk through the list while, between any two pages, one user comes and one who was shown goes.

    A user that goes stood before the cursor, so that a mark which merely counts users skips somebody. Where
    the newest are listed first, a newcomer would make up for that: then a single one comes, and late.
    """
    listing.others_moved = True
    begin = api.horizon.begin()
    following: Mapping[str, QueryValue] | None = {
        **listing.query,
        **api.target.lists.sized(listing.size or 1),
        **(api.target.lists.ordered(NEWEST_FIRST) if begin else {}),
    }
    while following is not None:
        operation, page = api.list_page(following, strong=strong)
        listing.operations.append(operation)
        if page is None:
            return listing
        listing.items += page.items
        following = page.next
        if begin and api.horizon.is_passed(page.items, begin):
            break
        if not begin or len(listing.operations) == NEWCOMER_AFTER:
            api.create(newcomer())
        shown = {api.id_of(item) for item in listing.items}
        leaver = next((person for person in leavers if person.id in shown), None)
        if leaver is not None:
            leavers.remove(leaver)
            api.delete(leaver)
    listing.is_complete = True
    return listing


def odd_page(api: UsersApi, kind: str) -> Listing:
    """Ask for a page with a query that no careful client sends, by what stories call it."""
    lists = api.target.lists
    operation, page = api.list_page({**lists.sized(1), **ODD_QUERIES[kind](lists)})
    return Listing(operations=[operation], items=page.items if page else [], is_complete=page is not None)


def without_body(api: UsersApi) -> Listing:
    """Ask for the list without its body (HEAD), which shows nobody."""
    operation = api.send(Call("HEAD", api.route("list").path), "check", "users")
    return Listing(operations=[operation])


def _order_parameters(lists: Lists) -> list[str]:
    """Return the parameters by which an order is asked for."""
    return list(lists.ordered(next(iter(lists.sort_keys)))) if lists.sort_keys else [lists.sort]


def page_from_cursor(api: UsersApi, kind: str) -> Listing:
    """Ask for a page from a cursor that was never given out; raises StoryError for an unknown kind of it."""
    if kind not in MADE_UP_CURSORS:
        raise StoryError(f"no cursor {kind!r}; a cursor may be one that: {'; '.join(MADE_UP_CURSORS)}")
    lists = api.target.lists
    if kind in NOWHERE:
        operation, page = api.list_page({**lists.sized(1), lists.position: NOWHERE[kind]})
        return Listing(operations=[operation], items=page.items if page else [], is_complete=page is not None)
    _, first = api.list_page(lists.sized(1))
    given = str((first.next or {}).get(lists.position, "")) if first else ""
    # Links may count pages, too; a text in place of a number may well be taken for the first one.
    is_counted = lists.style in {"page", "offset"} or given.isdigit()
    mark = "1000000" if is_counted else "bWFkZSB1cA"
    if kind == "was tampered with" and given and not is_counted:
        middle = len(given) // 2
        mark = given[:middle] + ("A" if given[middle] != "A" else "B") + given[middle + 1 :]
    operation, page = api.list_page({**lists.sized(1), lists.position: mark})
    return Listing(operations=[operation], items=page.items if page else [], is_complete=page is not None)
