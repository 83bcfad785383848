"""What of Parse Server its profile cannot say: why it refused something stands in a number of its own.

It answers 400 to a form that it cannot read, to details that are not valid and to an email that somebody else
has; `code` in the body tells them apart. So each gets the status that the profile gives its reason.
"""

from __future__ import annotations

from dataclasses import replace

from support.target.adapters import Adapter, Answered, Asked, as_json, from_json

TAKEN = frozenset({202, 203, 137})  # a username, an email, a value that must be unique
NOT_VALID = frozenset(
    {105, 111, 125, 142, 200, 201, 204}
)  # of a member, a type, an email, a rule; missing ones
DELETE = {"__op": "Delete"}


class ParseServer(Adapter):
    """Clears details by its own operation, and reads its numbers as statuses."""

    def request(self, asked: Asked) -> Asked:
        """Have a change clear what it names as null; Parse Server removes a member only when told so."""
        changes = from_json(asked.body) if asked.verb == "change" else None
        if not isinstance(changes, dict) or None not in changes.values():
            return asked
        cleared = {name: DELETE if value is None else value for name, value in changes.items()}
        return replace(asked, body=as_json(cleared))

    def answer(self, asked: Asked, answered: Answered) -> Answered:  # noqa: ARG002 - any request's
        """Read 400 as what its number says: 409 for what is taken, 422 for what is not valid."""
        said = from_json(answered.body) if answered.status == 400 else None
        code = said.get("code") if isinstance(said, dict) else None
        status = 409 if code in TAKEN else 422 if code in NOT_VALID else answered.status
        return replace(answered, status=status)
