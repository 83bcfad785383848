"""The endpoints of users: from a request to what is to be done, and from its outcome to an answer."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from support.reference import problems
from support.reference.conditions import Conditions
from support.reference.ledger import Answer
from support.reference.representation import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from support.reference.auth import Caller
    from support.reference.bodies import Bodies
    from support.reference.ledger import Ledger
    from support.reference.paging import Paging
    from support.reference.replicas import Replicas
    from support.reference.representation import Representation
    from support.reference.schema import User
    from support.reference.seals import Seals
    from support.reference.store import Store, Transaction
    from support.reference.switches import Switches
    from support.reference.users import Users
    from support.reference.validation import Fields, Rules

# How long a keyed creation may be on its way before it is decided [s]: so that "in progress" exists.
_THINKING_S = 0.004


class UserRoutes:
    """Answers requests about users."""

    def __init__(
        self,
        *,
        path: str,
        store: Store,
        replicas: Replicas,
        users: Users,
        ledger: Ledger,
        bodies: Bodies,
        rules: Rules,
        paging: Paging,
        representation: Representation,
        seals: Seals,
        switches: Switches,
        seed: int,
    ) -> None:
        self._path = path
        self._store = store
        self._replicas = replicas
        self._users = users
        self._ledger = ledger
        self._bodies = bodies
        self._rules = rules
        self._paging = paging
        self._representation = representation
        self._seals = seals
        self._switches = switches
        self._random = random.Random(f"routes:{seed}")

    async def list(self, request: Request, caller: Caller) -> Response:
        """Answer with a page of users."""
        query = self._paging.parse(request.scope["query_string"], caller.tenant)
        with self._replicas.read(self._at_least(request, query.at_least)) as (view, position):
            found = view.page(query.listing)
            total = view.count(query.listing)
        shown = found[: query.listing.limit]
        headers = {"X-Total-Count": str(total), "Consistency-Token": self._token(position)}
        if len(found) > len(shown):
            headers["Link"] = self._paging.next_link(self._path, query, shown[-1], position)
        return _json(200, encode([self._representation.show(user) for user in shown]), headers)

    async def read(self, request: Request, caller: Caller) -> Response:
        """Answer with one user, or with 304 when the caller has this version."""
        with self._replicas.read(self._at_least(request, 0)) as (view, position):
            user = view.find(caller.tenant, request.path_params["user_id"])
        if user is None:
            problem = problems.unknown_user()
            problem.headers["Consistency-Token"] = self._token(position)
            raise problem
        tag = self._representation.entity_tag(user)
        headers = {"ETag": tag, "Consistency-Token": self._token(position)}
        if Conditions.of(request).is_known(tag):
            return Response(status_code=304, headers=headers)
        return _json(200, self._body(user), headers)

    async def create(self, request: Request, caller: Caller) -> Response:
        """Create a user, once for each idempotency key."""
        key = self._ledger.read_key(request)
        body = await self._bodies.read(request)
        if key is None:
            return self._answer(await self._create(caller, body))
        fingerprint = self._seals.fingerprint(body)
        with self._ledger.work_on(caller.tenant, key):
            with self._store.transaction() as transaction:
                known = self._ledger.recall(transaction.connection, caller.tenant, key, fingerprint)
            if known:
                return self._answer(known, {"Idempotency-Replayed": "true"})
            await asyncio.sleep(self._random.uniform(0, _THINKING_S))
            return self._answer(await self._create(caller, body, (key, fingerprint)))

    async def _create(self, caller: Caller, body: bytes, entry: tuple[str, bytes] | None = None) -> Answer:
        fields = self._rules.check_whole(self._bodies.parse(body))

        def remember(transaction: Transaction, user: User) -> None:
            if entry:
                answer = self._created(user)
                self._ledger.remember(transaction.connection, caller.tenant, *entry, answer)

        return self._created(await self._users.create(caller.tenant, fields, remember=remember))

    async def replace(self, request: Request, caller: Caller) -> Response:
        """Replace what the caller may set; there is no entity tag, as the user is not kept as it was sent."""
        fields = self._rules.check_whole(self._bodies.parse(await self._bodies.read(request)))
        return _json(200, self._body(await self._change(request, caller, fields)), self._newest())

    async def patch(self, request: Request, caller: Caller) -> Response:
        """Apply a merge patch."""
        fields = self._rules.check_patch(self._bodies.parse(await self._bodies.read(request)))
        user = await self._change(request, caller, fields)
        headers = {"ETag": self._representation.entity_tag(user), **self._newest()}
        return _json(200, self._body(user), headers)

    async def delete(self, request: Request, caller: Caller) -> Response:
        """Delete a user."""
        self._users.delete(caller.tenant, request.path_params["user_id"], Conditions.of(request))
        return Response(status_code=204, headers=self._newest())

    async def _change(self, request: Request, caller: Caller, fields: Fields) -> User:
        user_id = request.path_params["user_id"]
        return await self._users.change(caller.tenant, user_id, fields, Conditions.of(request))

    def _created(self, user: User) -> Answer:
        location = f"{self._path}/{quote(user.id, safe='')}"
        headers = {"Location": location, "ETag": self._representation.entity_tag(user)}
        return Answer(201, headers, self._body(user))

    def _answer(self, answer: Answer, extra: Mapping[str, str] | None = None) -> Response:
        return _json(answer.status, answer.body, {**answer.headers, **self._newest(), **(extra or {})})

    def _body(self, user: User) -> bytes:
        return encode(self._representation.show(user))

    def _newest(self) -> dict[str, str]:
        return {"Consistency-Token": self._token(self._store.position)}

    def _token(self, position: int) -> str:
        return self._seals.seal("position", position)

    def _at_least(self, request: Request, known: int) -> int | None:
        """Give the position that a read must have reached, None for the newest state.

        A token that we cannot read asks for something that we cannot check: it gets the newest state.
        """
        if request.headers.get("consistency", "").lower() == "strong":
            return None
        for token in request.headers.getlist("consistency-token"):
            position = self._seals.open("position", token)
            if not isinstance(position, int):
                return None
            known = max(known, position)
        return known


def _json(status: int, body: bytes, headers: Mapping[str, str]) -> Response:
    return Response(body, status, headers, media_type="application/json")
