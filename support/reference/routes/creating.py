"""The endpoint that creates users, once for each idempotency key (clauses 2.1, 2.2, 4)."""

from __future__ import annotations

import asyncio
import json
import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from support.reference.http import problems
from support.reference.http.encoding import encode
from support.reference.http.protocol import has_hung_up
from support.reference.store.key_ledger import Answer
from support.reference.users.addresses import key_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from support.reference.faults.switches import Switches
    from support.reference.http.auth import Caller
    from support.reference.http.bodies import Bodies
    from support.reference.http.opaque import Seals
    from support.reference.routes.user_answers import UserAnswers
    from support.reference.store.key_ledger import Ledger
    from support.reference.store.primary import Store, Transaction
    from support.reference.store.schema import User
    from support.reference.users.users import Users
    from support.reference.users.validation import Fields, Rules

# How long a keyed creation may be on its way before it is decided [s]: so that "in progress" exists.
_MARKUP = re.compile("<[^>]*>")
_THINKING_S = 0.004
_TOO_LONG_S = 0.7  # for a defect
_QUOTA = 100


class Creating:
    """Answers requests to create a user."""

    def __init__(
        self,
        *,
        store: Store,
        users: Users,
        ledger: Ledger,
        bodies: Bodies,
        rules: Rules,
        answers: UserAnswers,
        seals: Seals,
        switches: Switches,
        seed: int,
    ) -> None:
        self._store = store
        self._users = users
        self._ledger = ledger
        self._bodies = bodies
        self._rules = rules
        self._answers = answers
        self._seals = seals
        self._switches = switches
        self._random = random.Random(f"creating:{seed}")
        # Only defects use these: whom the last creation made, and where its Location led.
        self._latest: User | None = None
        self._led_to: dict[str, str] = {}

    async def create(self, request: Request, caller: Caller) -> Response:
        """Create a user, once for each idempotency key."""
        key = self._ledger.read_key(request)
        if self._switches.has("B68") and key is None and not self._switches.on("M92"):
            self._switches.on("B68")
            raise problems.missing_key()
        body = await self._bodies.read(request)
        if key is None and not caller.may_write:
            raise problems.read_only()
        if key is None or self._switches.on("M77"):
            return self._answer(await self._create(request, caller, body))
        fingerprint = self._fingerprint(body)
        async with self._ledger.work_on(caller.tenant, key, fingerprint) as is_second:
            with self._store.transaction() as transaction:
                known = self._ledger.recall(transaction.connection, caller.tenant, key, fingerprint)
                if known and self._switches.on("M161", self._is_gone(transaction, caller, known)):
                    self._ledger.forget(transaction.connection, caller.tenant, key)
                    known = None
            if known:
                self._switches.on("N159", not caller.may_write)
                return self._repeat(caller, known)
            if not caller.may_write:
                raise problems.read_only()
            await asyncio.sleep(self._random.uniform(0, _THINKING_S))
            if self._switches.on("N132"):
                await asyncio.sleep(_TOO_LONG_S)
            overlooks = "M86" if is_second else ""
            return self._answer(await self._create(request, caller, body, (key, fingerprint), overlooks))

    async def _create(
        self,
        request: Request,
        caller: Caller,
        body: bytes,
        entry: tuple[str, bytes] | None = None,
        overlooks: str = "",
    ) -> Answer:
        fields = await self._check(caller, body, entry)
        if self._switches.on("N62", "<" in (fields["nickname"] or "")):
            fields["nickname"] = _MARKUP.sub("", fields["nickname"] or "")
        user = self._users.compose(caller.tenant, fields)
        answer = self._created(user, fields)

        def remember(transaction: Transaction, _user: User) -> None:
            if entry:
                self._ledger.remember(transaction.connection, caller.tenant, *entry, answer)

        if entry and self._switches.has("M88", "M93", "M98"):
            await self._fail(request, caller, entry, answer)
        if entry and self._switches.has("M86", "N150"):
            await asyncio.sleep(0.01)
        self._require_room(caller)
        await self._users.create(user, remember=remember, overlooks=overlooks)
        if entry is None and self._switches.has("M162"):
            await self._insert_again(request, user)
        if self._switches.has("N05"):
            self._latest = user
            await asyncio.sleep(0.003)
            if self._switches.on("N05", self._latest is not user):
                return self._created(self._latest, fields)
        return answer

    def _require_room(self, caller: Caller) -> None:
        """Raise Problem where an oddity says that a tenant is full; to count everybody takes its time."""
        if self._switches.has("B66"):
            number = self._store.count_users().get(caller.tenant, 0)
            if self._switches.on("B66", number >= _QUOTA):
                raise problems.quota_reached()

    async def _check(self, caller: Caller, body: bytes, entry: tuple[str, bytes] | None) -> Fields:
        """Return the fields of a body; raises Problem 400 or 422."""
        values = self._bodies.parse(body)
        try:
            return self._rules.check(values, "create")
        except problems.Problem as problem:
            if isinstance(values, dict):
                await self._leave_trace(caller, values)
            if entry and self._switches.on("B39"):
                answer = Answer(problem.status, {}, encode(problem.document()))
                with self._store.transaction() as transaction:
                    self._ledger.remember(transaction.connection, caller.tenant, *entry, answer)
            raise

    def _created(self, user: User, fields: Fields) -> Answer:
        place = self._answers.location("" if self._switches.on("N109", not user.nickname) else user.id)
        headers = {**place, **self._answers.tag(user)}
        if self._switches.has("M03"):
            led_to, self._led_to = self._led_to, self._answers.location(user.id)
            headers |= led_to if self._switches.on("M03", led_to) else {}
        if self._switches.on("M147"):
            headers |= _copy_name(user.name)
        body = self._answers.body(user, "create")
        if self._switches.on("N50", fields["password"]):
            body = encode(json.loads(body) | {"password": fields["password"]})
        return Answer(201, headers, body)

    def _answer(self, answer: Answer, marker: dict[str, str] | None = None) -> Response:
        headers = {**answer.headers, **self._answers.newest(), **(marker or {})}
        response = self._answers.write(answer.status, answer.body, headers)
        if answer.status >= 400:
            response.headers["Content-Type"] = "application/problem+json"
        return response

    def _repeat(self, caller: Caller, answer: Answer) -> Response:
        """Answer again what was answered before."""
        on = self._switches.on
        if on("M78"):
            answer = Answer(200, {}, b"")
        if on("M79"):
            document = json.loads(answer.body) | {"id": f"u_{self._random.getrandbits(64):x}"}
            answer = replace(answer, body=encode(document))
        if on("N37"):
            answer = replace(answer, headers={})
        if on("N40"):
            with self._store.read() as view:
                user = view.find(caller.tenant, json.loads(answer.body)["id"])
            if user is None:
                raise problems.unknown_user()
            answer = replace(answer, body=self._answers.body(user, "create"))
        if on("B36"):
            answer = replace(answer, status=200)
        return self._answer(answer, {} if on("M80") else {"Idempotency-Replayed": "true"})

    def _fingerprint(self, body: bytes) -> bytes:
        """Return what two bodies of one key must have in common: every byte."""
        if self._switches.on("B40"):
            values = self._bodies.parse(body)
            chosen = [values.get(name) for name in ("name", "email")] if isinstance(values, dict) else values
            return self._seals.fingerprint(encode(chosen))
        return self._seals.fingerprint(body)

    def _is_gone(self, transaction: Transaction, caller: Caller, answer: Answer) -> bool:
        user_id = json.loads(answer.body).get("id")
        return user_id is not None and transaction.find(caller.tenant, str(user_id)) is None

    async def _fail(self, request: Request, caller: Caller, entry: tuple[str, bytes], answer: Answer) -> None:
        """Fail at a bad moment: with an answer remembered that does not fit what was done."""
        on = self._switches.on
        if on("M88", chance=0.25):
            problem = problems.Problem(502, "bad-gateway", "Bad gateway", "No answer from the service.")
        elif on("M93", chance=0.15):
            problem = problems.unavailable()
            answer = Answer(503, problem.headers, encode(problem.document()))
        else:
            if self._switches.has("M98"):
                await asyncio.sleep(0.01)
            if not on("M98", await has_hung_up(request)):
                return
            problem = problems.unavailable()
        with self._store.transaction() as transaction:
            self._ledger.remember(transaction.connection, caller.tenant, *entry, answer)
        raise problem

    async def _insert_again(self, request: Request, user: User) -> None:
        """Repeat an insertion whose caller has hung up, as a defect does."""
        await asyncio.sleep(0.02)
        if self._switches.on("M162", await has_hung_up(request)):
            double = replace(user, id=f"{user.id}2")
            await self._users.create(double, remember=lambda *_: None, overlooks="M162")

    async def _leave_trace(self, caller: Caller, values: dict[str, object]) -> None:
        """Do part of what a refused creation asked for, as some defects do."""
        sent = {
            name: value for name, value in values.items() if isinstance(value, str) and value.isprintable()
        }
        email = sent.get("email")
        if email and self._switches.on("N31"):
            with self._store.transaction() as transaction:
                transaction.reserve(caller.tenant, key_of(email, self._switches))
        if email and "name" in sent and self._switches.on("M94"):
            fields: Fields = {"name": sent["name"], "email": email, "nickname": None, "password": None}
            user = self._users.compose(caller.tenant, fields)
            await self._users.create(user, remember=lambda *_: None, overlooks="M94")


def _copy_name(name: str) -> dict[str, str]:
    """Return the header lines that a name makes when it is copied into one as it is."""
    first, *more = name.replace("\r", "").split("\n")
    headers = {"X-User-Name": first.encode("ascii", "replace").decode()}
    for line in more:
        field, colon, value = line.partition(":")
        if colon and field.replace("-", "").isalnum() and field.isascii():
            headers[field] = value.strip().encode("ascii", "replace").decode()
    return headers
