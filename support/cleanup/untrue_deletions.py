"""Deletions that a service has acknowledged and not done, as the sweep of a run finds them.

Who is left because a deletion was refused, or because the service was out, accuses nobody. Who was deleted by
an acknowledged request, and is still shown under the same id when every reader has had time to hear of it,
is evidence (clause 2.7). Nothing is sent here but look-ups.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from support.cleanup.view import Standing
from support.errors import SuiteError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from support.cleanup.leftovers import Pair
    from support.cleanup.view import UsersView
    from support.clock import Clock
    from support.target.timing import Bounds

MOST_LOOKS = 20  # one would do


def never_after_s(bounds: Bounds) -> float:
    """Return how long after its answer a deletion that is not seen was not done, late ones included [s]."""
    bound_s = max(bounds.single_s, bounds.list_s)
    return max(3 * bound_s, bound_s + 10.0)


def find_untrue(
    left: Iterable[Pair],
    views: Mapping[str, UsersView],
    run: str,
    known: Mapping[Pair, float],
    bounds: Bounds,
    clock: Clock,
) -> list[str]:
    """Return a line for each user of a run whose acknowledged deletion was not done.

    Users whom the journals do not name are left out: a late creation may have been given their id.
    """
    acknowledged = [
        (at, pair)
        for pair in left
        if pair in known and pair[0] in views and (at := views[pair[0]].acknowledged.get(pair[1]))
    ]
    told = []
    for at, (name, user_id) in sorted(acknowledged, key=lambda each: each[0])[:MOST_LOOKS]:
        clock.sleep(at + never_after_s(bounds) - time.time())
        try:
            standing = views[name].standing(user_id, run, known[name, user_id])
        except SuiteError:
            continue
        if standing is Standing.OURS:
            ago_s = time.time() - at
            told.append(
                f"the deletion of user {user_id} was acknowledged, and {ago_s:.0f} s later the user is still "
                f"there (clause 2.7)"
            )
    return told
