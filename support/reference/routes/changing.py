"""The endpoints that change and delete users (clauses 2.5, 2.6, 2.7, 6)."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import Response

from support.reference.http import problems
from support.reference.http.conditions import Conditions
from support.reference.users.addresses import key_of
from support.reference.users.validation import REQUIRED

if TYPE_CHECKING:
    from starlette.requests import Request

    from support.reference.faults.switches import Switches
    from support.reference.http.auth import Caller
    from support.reference.http.bodies import Bodies
    from support.reference.routes.user_answers import UserAnswers
    from support.reference.store.key_ledger import Ledger
    from support.reference.store.primary import Store
    from support.reference.store.schema import User
    from support.reference.users.users import Users
    from support.reference.users.validation import Action, Fields, Rules


_LATER = (0.01, 0.04)  # after which share of the bound a deletion is done that was only promised (202)


class Changing:
    """Answers requests to replace, patch or delete a user."""

    def __init__(
        self,
        *,
        store: Store,
        users: Users,
        ledger: Ledger,
        bodies: Bodies,
        rules: Rules,
        answers: UserAnswers,
        switches: Switches,
    ) -> None:
        self._store = store
        self._users = users
        self._ledger = ledger
        self._bodies = bodies
        self._rules = rules
        self._answers = answers
        self._switches = switches

    async def replace(self, request: Request, caller: Caller) -> Response:
        """Replace what the caller may set; there is no entity tag, as the user is not kept as it was sent."""
        user = await self._change(request, caller, "replace")
        if self._switches.on("N81", user.created_at != user.updated_at):
            user = replace(user, created_at=user.updated_at)
        if self._switches.on("B20"):
            return Response(status_code=204, headers=self._answers.newest())
        return self._answers.write(200, self._answers.body(user, "change"), self._answers.newest())

    async def patch(self, request: Request, caller: Caller) -> Response:
        """Apply a merge patch."""
        if self._switches.on("M154"):
            raise problems.unavailable()
        stored = self._recall_creation(request, caller, "M90")
        if stored:
            return stored
        user = await self._change(request, caller, "change")
        headers = {**self._answers.tag(user), **self._answers.newest()}
        if self._switches.on("N167", "if-match" in request.headers):
            headers["ETag"] = request.headers["if-match"]
        return self._answers.write(200, self._answers.body(user, "change"), headers)

    async def delete(self, request: Request, caller: Caller) -> Response:
        """Delete a user."""
        on = self._switches.on
        user_id = request.path_params["user_id"]
        stored = self._recall_creation(request, caller, "N57")
        if stored:
            return stored
        is_later = on("B53", self._switches.bound_s)
        try:
            self._users.delete(caller.tenant, user_id, self._conditions(request), only_checked=is_later)
            if is_later:
                wait_s = self._switches.bound_s * self._switches.random.uniform(*_LATER)
                asyncio.get_running_loop().call_later(wait_s, self._delete_now, caller.tenant, user_id)
        except problems.Problem as problem:
            if not on("B19", problem.status == 404 and self._users.was_deleted(caller.tenant, user_id)):
                raise self._explain(problem, caller, user_id) from None
        headers = {} if on("N66") else self._answers.newest()
        if on("B18"):
            return self._answers.write(200, b'{"deleted":true}', headers)
        return Response(status_code=202 if on("B53") else 204, headers=headers)

    def _delete_now(self, tenant: str, user_id: str) -> None:
        """Delete a user as was promised a moment ago, unless somebody else has."""
        with contextlib.suppress(problems.Problem):
            self._users.delete(tenant, user_id, Conditions())

    async def delete_all(self, _request: Request, caller: Caller) -> Response:
        """Delete everyone of a tenant: offered by a defect only."""
        self._switches.on("M47")
        self._users.delete_all(caller.tenant)
        return Response(status_code=204, headers=self._answers.newest())

    async def _change(self, request: Request, caller: Caller, action: Action) -> User:
        user_id = request.path_params["user_id"]
        conditions = self._conditions(request)
        values = self._bodies.parse(await self._bodies.read(request))
        if self._switches.has("N168") and isinstance(values, dict):
            user_id = self._named_in(values, caller, user_id)
        if self._switches.on("B75", action == "change" and values == {}):
            raise problems.invalid([])
        if self._switches.on("M38", values == {} and action == "change"):
            raise problems.unexpected()
        if action == "change" and isinstance(values, dict):
            nulls = [name for name in REQUIRED if values.get(name, "") is None]
            if self._switches.on("N102", nulls):
                raise problems.unexpected()
        try:
            fields = self._drop_ignored(self._rules.check(values, action), action)
            tenant = self._tenant_of(caller, user_id, conditions)
            return await self._users.change(tenant, user_id, fields, conditions, action)
        except problems.Problem as problem:
            await self._leave_trace(problem, caller, user_id, values, action)
            raise self._explain(problem, caller, user_id) from None

    def _named_in(self, values: dict[str, object], caller: Caller, user_id: str) -> str:
        """Return the id of the user that a body names where there is one, as a defect believes it."""
        named = str(values.get("id"))
        with self._store.read() as view:
            is_other = named != user_id and view.find(caller.tenant, named) is not None
        return named if self._switches.on("N168", is_other) else user_id

    def _tenant_of(self, caller: Caller, user_id: str, conditions: Conditions) -> str:
        """Return whose user is to be changed: one of the caller's, but for a defect."""
        if self._switches.has("N115") and conditions.match:
            with self._store.read() as view:
                foreign = view.find_anywhere(user_id)
            if self._switches.on("N115", foreign and foreign.tenant != caller.tenant) and foreign:
                return foreign.tenant
        return caller.tenant

    def _conditions(self, request: Request) -> Conditions:
        """Return what a write depends on; raises Problem 428 where it must name a version and does not."""
        if self._switches.has("B69") and "if-match" not in request.headers and not self._switches.on("M107"):
            self._switches.on("B69")
            raise problems.missing_version()
        if self._switches.on("N112", request.headers.get("if-match", '"')[-1:] not in '"*'):
            return Conditions()
        return Conditions() if self._switches.has("B34") else Conditions.of(request)

    def _drop_ignored(self, fields: Fields, action: Action) -> Fields:
        """Return the fields that count: all, unless a defect overlooks those that clear something."""
        on = self._switches.on
        name = fields.get("name") or ""
        if on("N61", name != name.strip()):
            return {**fields, "name": name.strip()}
        if on("M26", action == "replace" and fields.get("nickname", "") is None):
            del fields["nickname"]
        if on("M36", action == "change" and None in fields.values()):
            return {name: value for name, value in fields.items() if value is not None}
        return fields

    async def _leave_trace(
        self, problem: problems.Problem, caller: Caller, user_id: str, values: object, action: Action
    ) -> None:
        """Do part of what a refused change asked for, as some defects do."""
        on = self._switches.on
        kept: Fields = {}
        if problem.status == 422 and self._switches.has("M29" if action == "replace" else "M37"):
            kept = self._rules.find_good_part(values, action)
            on("M29" if action == "replace" else "M37", kept)
        elif problem.kind == "email-in-use" and self._switches.has("N12"):
            kept = self._rules.find_good_part(values, action)
            kept.pop("email", None)
            on("N12", kept)
        elif problem.kind == "email-in-use" and action == "change" and self._switches.has("N152"):
            good = self._rules.find_good_part(values, action)
            kept = {"name": good["name"]} if on("N152", "name" in good) else {}
        elif on("N13", problem.status == 412):
            kept = self._rules.find_good_part(values, action)
        elif problem.status == 412 and self._switches.has("N59"):
            self._touch(caller, user_id)
        email = values.get("email") if isinstance(values, dict) else None
        reserving = {404: "N179", 412: "N144", 422: "N145"}.get(problem.status, "")
        is_new = isinstance(email, str) and email.isprintable()
        if is_new and reserving and on(reserving):
            with self._store.transaction() as transaction:
                transaction.reserve(caller.tenant, key_of(str(email), self._switches))
        if on("N64", problem.kind == "email-in-use"):
            with self._store.transaction() as transaction:
                user = transaction.find(caller.tenant, user_id)
                if user:
                    transaction.release(user)
        if kept:
            await self._users.change(caller.tenant, user_id, kept, Conditions(), "change")

    def _touch(self, caller: Caller, user_id: str) -> None:
        """Move the date of change, as a defect does."""
        with self._store.transaction() as transaction:
            user = transaction.find(caller.tenant, user_id)
        if self._switches.on("N59", user) and user:
            self._users.touch(user)

    def _explain(self, problem: problems.Problem, caller: Caller, user_id: str) -> problems.Problem:
        """Return the refusal that an odd service puts in the place of another."""
        if problem.kind != "user-not-found":
            return problem
        if self._switches.on("B25", self._users.was_deleted(caller.tenant, user_id)):
            return problems.removed_user()
        if self._switches.has("B26"):
            with self._store.read() as view:
                if self._switches.on("B26", view.find_anywhere(user_id)):
                    return problems.foreign_user()
        return problem

    def _recall_creation(self, request: Request, caller: Caller, defect: str) -> Response | None:
        """Return the answer of a creation with the same key, as a defect does."""
        key = self._ledger.read_key(request) if self._switches.has(defect) else None
        if key is None:
            return None
        with self._store.read() as view:
            answer = self._ledger.recall_any(view.connection, caller.tenant, key)
        if not (answer and self._switches.on(defect)):
            return None
        return self._answers.write(answer.status, answer.body, answer.headers)
