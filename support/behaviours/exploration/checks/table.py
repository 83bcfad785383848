"""All checks, each with in how many ways it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.exploration.checks import details, keys, many_users, pages, tokens, unknown_users

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.behaviours.exploration.model import Known
    from support.behaviours.exploration.sequence import Sequence
    from support.target import Target

    Check = Callable[[Sequence, Known | None, int], None]

WITH_PAGES = ("pagination",)
WITH_KEYS = ("idempotency-key",)
OF_TENANTS = ("tenants",)
# Each check, in how many ways it is done, and what must be promised for it.
CHECKS: tuple[tuple[Check, int, tuple[str, ...]], ...] = (
    (details.send_no_text, 18, ("validation",)),
    (details.send_strange_member, 21, ()),
    (details.send_text_at_limit, 9, ("validation-lengths",)),
    (details.write_the_same, 3, ()),
    (details.give_up_address, 4, ("patch",)),
    (details.clear_nickname, 2, ("patch", "put")),
    (details.leave_out_name, 2, ("validation",)),
    (details.send_password, 8, ("password", "validation-lengths")),
    (pages.turn_pages, 12, WITH_PAGES),
    (pages.ask_for_odd_size, 5, WITH_PAGES),
    (pages.follow_odd_cursor, 5, WITH_PAGES),
    (pages.move_between_pages, 4, (*WITH_PAGES, "stable-cursor")),
    (unknown_users.look_for_unknown, 14, ()),
    (unknown_users.write_to_unknown, 8, ()),
    (unknown_users.write_to_deleted, 3, ()),
    (unknown_users.change_often_and_delete, 3, ("patch",)),
    (unknown_users.delete_everybody, 1, ()),
    (keys.repeat_later, 3, WITH_KEYS),
    (keys.use_key_elsewhere, 3, WITH_KEYS),
    (keys.create_under_like_key, 4, WITH_KEYS),
    (keys.create_without_key, 1, ("key-required",)),
    (keys.repeat_as_other_tenant, 1, (*WITH_KEYS, *OF_TENANTS)),
    (keys.look_as_other_tenant, 2, OF_TENANTS),
    (keys.write_on_top, 15, ()),
    (tokens.look_with_token, 4, ("consistency-token",)),
    (many_users.create_many, 1, WITH_PAGES),
)


def checks_for(target: Target) -> list[tuple[Check, int]]:
    """Return every check that a target promises enough for, in each of its ways."""
    promised = [(check, ways) for check, ways, promises in CHECKS if all(map(target.promise, promises))]
    return [(check, number) for check, ways in promised for number in range(ways)]
