"""Several walks through a list whose pages move, put together to what all of them show."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Walk = Sequence[Any]


def put_together(walks: Sequence[Walk], ids_of: Callable[[Walk], list[str]]) -> list[Any]:
    """Return all users that the walks have shown, and twice those that all of them showed twice."""
    if len(walks) > 1 and ids_of(walks[-2]) == ids_of(walks[-1]):
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
