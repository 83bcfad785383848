"""Walks in which nobody may be missing, through lists whose pages move while others come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.users.pages import walk

if TYPE_CHECKING:
    from collections.abc import Collection

    from support.users import UsersApi
    from support.users.pages import Listing

MORE_WALKS = 2


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
