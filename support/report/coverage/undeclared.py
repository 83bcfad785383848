"""What answers about users hold that the profile does not name: members of a service's own, often new ones.

Nothing is wrong with them. A team that sees when one came has found a change of the service that nobody told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.http import Outcome
from support.http.strict_json import MalformedAnswer, parse_json
from support.users.forms.paths import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.http import Operation
    from support.target import Target
    from support.users import Normalizer

ABOUT_USERS = frozenset({"create", "look up", "change", "replace", "list", "find"})
FIELDS = ("name", "email", "nickname", "password", "role", "created_at", "updated_at")
MOST_READ = 3  # users of a list, which are all shown alike
DEEPEST = 4


class Undeclared:
    """Finds members of users, by dotted paths, that a target's profile does not name."""

    def __init__(self, target: Target, normalizer: Normalizer) -> None:
        self._normalizer = normalizer
        named = [getattr(target.fields, name) for name in FIELDS]
        paths = [
            *(path for path in named if path),
            *target.fields.ids,
            *target.sending.extra,
            *target.sending.extra_on_create,
            target.gone.member,
            target.sending.version_member,
        ]
        self._declared = {tuple(split(path)) for path in paths if path}
        self._on_the_way = {steps[:length] for steps in self._declared for length in range(1, len(steps))}

    def of(self, operation: Operation) -> set[str]:
        """Return the members that an answer shows and nobody declared."""
        response = operation.response
        if response is None or operation.outcome is not Outcome.OK or operation.verb not in ABOUT_USERS:
            return set()
        try:
            whole = parse_json(response.body)
        except MalformedAnswer:
            return set()
        users = self._normalizer.raw_items(whole, is_list=operation.verb in {"list", "find"})
        return {path for user in users[:MOST_READ] for path in self._in(user, ())}

    def _in(self, value: object, above: tuple[str, ...]) -> Iterator[str]:
        if not isinstance(value, dict):
            return
        for name, below in value.items():
            steps = (*above, name)
            if steps in self._declared:
                continue
            if steps in self._on_the_way and len(steps) < DEEPEST:
                yield from self._in(below, steps)
            else:
                yield ".".join(steps)
