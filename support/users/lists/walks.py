"""Walks through a list whose pages move: what several of them show together, and when one has to end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from support.http import Operation

    Walk = Sequence[Any]
    # Its operations, the items that they showed, and whether it came to the end of the list.
    Walked = tuple[list[Operation], list[Any], bool]
    # Whether a walk may end with a page, given what stood before it and what stands on it.
    IsEnough = Callable[[Walk, Walk], bool]

OLD_PAGES = 4  # in a row that show nobody new: the list begins again instead of ending
OLD_USERS = 200  # on them; so many may come at once by a story that fills a page


def until_shown(sought: Collection[object], ids_of: Callable[[Walk], list[str]]) -> IsEnough | None:
    """Return what tells that everyone who is sought stands before a page, and nobody of them on it."""
    wanted = {str(user_id) for user_id in sought}

    def is_enough(before: Walk, page: Walk) -> bool:
        return wanted <= set(ids_of(before)) and wanted.isdisjoint(ids_of(page))

    return is_enough if wanted else None


def ends_at_nothing(operations: Sequence[Operation]) -> bool:
    """Return whether a walk came to a page that is not found, after others that were."""
    if len(operations) == 1 or not operations[-1].exchanges:
        return False
    response = operations[-1].response
    return response is not None and response.status in {404, 410}


def agree(walks: Sequence[Walk], ids_of: Callable[[Walk], list[str]]) -> bool:
    """Return whether the last two walks show the same, and nobody twice.

    Whom somebody else's newcomer pushes from one page to the next, two walks may show twice alike: where
    users come and go all the time, another one comes at the same moment of the second.
    """
    if len(walks) == 1:
        return False
    before, last = (ids_of(walk) for walk in walks[-2:])
    return before == last and len(set(last)) == len(last)


def put_together(walks: Sequence[Walk], ids_of: Callable[[Walk], list[str]]) -> list[Any]:
    """Return all users that the walks have shown, and twice those that all of them showed twice."""
    if agree(walks, ids_of):
        return list(walks[-1])
    counts = [Counter(ids_of(walk)) for walk in walks]
    often = {name: min(count[name] for count in counts if name in count) for name in set().union(*counts)}
    items: list[Any] = []
    ids: list[str] = []
    for walk in reversed(walks):
        people = [item for item in walk if isinstance(item, dict)]
        names = ids_of(people)
        for place, (name, item) in enumerate(zip(names, people, strict=True)):
            if ids.count(name) < (often[name] if walk is walks[-1] else 1):
                # Where they stood in that walk: before those who came after them.
                following = (ids.index(other) for other in names[place + 1 :] if other in ids)
                at = len(ids) if walk is walks[-1] else next(following, len(ids))
                ids.insert(at, name)
                items.insert(at, item)
    return items


class Novelty:
    """Whether a walk still shows somebody new, or the list begins again instead of ending.

    Newcomers who are listed first push everybody back, so that pages of few users show the same ones again
    and again without beginning again.
    """

    def __init__(self) -> None:
        self._shown: set[str] = set()
        self._old_pages = 0
        self._old_users = 0

    def note(self, ids: Sequence[str]) -> None:
        """Take in the ids of whoever stands on the next page."""
        if ids and self._shown.issuperset(ids):
            self._old_pages += 1
            self._old_users += len(ids)
        else:
            self._old_pages = self._old_users = 0
        self._shown.update(ids)

    @property
    def is_over(self) -> bool:
        """Whether nobody new was shown for longer than newcomers explain."""
        return self._old_pages >= OLD_PAGES and self._old_users >= OLD_USERS
