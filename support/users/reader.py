"""Looking at users: one by id, some by email; `support.users.lists.reader` adds the list.

Every method makes one logical operation (one for each page) and gives it back, however it ended.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from support.http import Call, Outcome
from support.http.strict_json import MalformedAnswer
from support.users.forms.packing import ask
from support.users.forms.search import search_query
from support.users.lists.reader import ListReader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.http import Operation
    from support.users.contract import User


class UsersReader(ListReader):
    """What one caller sees of the users."""

    def follow(self, path: str, subject: str, *, strong: bool = False) -> Operation:
        """Look at whatever a path below the base URL leads to."""
        return self.client.send(Call("GET", path, headers=self._strong(strong)), "look up", subject)

    def is_gone(self, operation: Operation) -> bool:
        """Return whether an answer about one user says that the user is gone."""
        return self._normalizer.shows_gone(operation.response)

    def look_up(
        self,
        user_id: object,
        subject: str,
        *,
        strong: bool = False,
        fresh: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Operation:
        """Look up a user by id; `strong` asks for the newest state, `fresh` uses a new connection."""
        route = self.route("look_up", user_id)
        call = Call(*route, headers={**self._strong(strong), **(headers or {})})
        return self.client.send(call, "look up", subject, fresh=fresh)

    def check(self, user_id: object, subject: str, *, strong: bool = False) -> Operation:
        """Ask whether a user is there, without the body (HEAD); `strong` asks for the newest state."""
        call = Call("HEAD", self.path_of(user_id), headers=self._strong(strong))
        return self.client.send(call, "check", subject)

    def find(
        self,
        email: str,
        subject: str,
        *,
        strong: bool = False,
        fresh: bool = False,
        headers: Mapping[str, str] | None = None,
        order: Mapping[str, str] | None = None,
    ) -> tuple[Operation, list[Any] | None]:
        """List the users of an email: the operation and the raw items, None when there is no list.

        `order` is the query that asks for them in an order.
        """
        query = ask(self.target.lists, {**(order or {}), **search_query(self.target.lists, email)})
        call = Call(*self.route("find"), query=query, headers={**self._strong(strong), **(headers or {})})
        operation = self.client.send(call, "find", subject, fresh=fresh)
        page = self.page_of(operation)
        return operation, None if page is None else page.items

    def id_shown(self, operation: Operation) -> int | str | None:
        """Return the id of the user that an answer shows; None where it shows none."""
        if operation.outcome is Outcome.OK and (response := operation.response):
            with contextlib.suppress(MalformedAnswer):
                return self._normalizer.one(response).id
        return None

    def readable_users(self, items: Sequence[Any]) -> list[User]:
        """Return the users among what stands in a list; what cannot be read is somebody else's."""
        users = []
        for item in items:
            with contextlib.suppress(MalformedAnswer):
                users.append(self._normalizer.user(item))
        return users

    def id_created(self, operation: Operation) -> int | str | None:
        """Return the id of whoever a request has created, wanted or not; None where it has created nobody."""
        response = operation.response
        return self._normalizer.created_id(response) if response and operation.outcome is Outcome.OK else None

    def shows_email(self, operation: Operation, email: str) -> bool:
        """Return whether an answer about one user shows an email where the profile says."""
        with contextlib.suppress(MalformedAnswer):
            response = operation.response
            return response is not None and self._is_of(self._normalizer.one(response), email)
        return False

    def has_email(self, item: object, email: str) -> bool:
        """Return whether what stands in a list has an email, as the target keeps it."""
        with contextlib.suppress(MalformedAnswer):
            return self._is_of(self._normalizer.user(item), email)
        return False

    def _is_of(self, user: User, email: str) -> bool:
        kept = self._normalizer.stored({"email": email})["email"]
        return bool(self._normalizer.readable(user)["email"] == kept)

    def path_of(self, user_id: object) -> str:
        """Return the path of a user below the base URL."""
        return self.route("look_up", user_id).path
