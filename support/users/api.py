"""The users API as stories use it: create, replace, change, delete, and look (`support.users.reader`).

Every method makes one logical operation and gives it back, however it ended; judging is
`support.users.validators`' part. Every creation is in the journal before it is sent.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from support.http import Call, Outcome
from support.users.forms.bodies import Bodies
from support.users.forms.keys import key_headers, own_key
from support.users.forms.versions import IF_MATCH, NO_VERSION, read_version, write_on_top
from support.users.markers import find_mark
from support.users.reader import UsersReader
from support.users.unseen import UnseenUsers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from support.clock import Clock
    from support.http import Operation, SessionClient
    from support.target.sending.operations import OperationName
    from support.users.creation_log import CreationLog, Renewal
    from support.users.normalizers import Normalizer
    from support.users.person import Person

NO_DETAILS: Mapping[str, Any] = MappingProxyType({})
STORIES_AT_ONCE = 8  # that may share a target's room for users
FEWEST = 4
LATER = 202
LATER_PAUSE_S = 0.05


class UsersApi(UsersReader):
    """One caller's users API. `caller` names the token that it uses, for the journal."""

    def __init__(
        self,
        client: SessionClient,
        normalizer: Normalizer,
        journal: CreationLog,
        people: Renewal,
        clock: Clock,
        caller: str = "",
    ) -> None:
        super().__init__(client, normalizer)
        self.caller = caller
        self._journal = journal
        self._people = people
        self._clock = clock
        self._bodies = Bodies(self.target, normalizer.outgoing)
        client.control = self._control

    def fit(self, count: int) -> int:
        """Return how many of so many users a story may make, where the target has room for few."""
        room = self.target.request_limits.live_users
        return count if room is None else min(count, max(FEWEST, room // STORIES_AT_ONCE))

    def with_client(self, client: SessionClient, caller: str | None = None) -> UsersApi:
        """Return the same API as seen by another client."""
        name = self.caller if caller is None else caller
        return UsersApi(client, self._normalizer, self._journal, self._people, self._clock, name)

    def create(self, person: Person, *, key: str | None = None, without_key: bool = False) -> Operation:
        """Create a person with their details.

        Without a key an answer that was lost is not asked for again: the person gets a new mark, and the
        old one stays in the journal. Where the email is somebody else's, so that it cannot be renewed, a
        key makes the request safe to repeat, if the target promises keys. Where it wants a key, there is one,
        but `without_key`.
        """
        details = dict(person.details)
        borrowed = find_mark(str(details.get("email"))) not in {None, person.mark}
        if key is None and not without_key:
            key = own_key(self.target, is_of_use=borrowed)

        def renew() -> bytes:
            nonlocal details
            details = dict(self._people.renew(person))
            intents.append(self._journal.intend(details, self.caller))
            return self.encode(details, mark=person.mark)

        intents = [self._journal.intend(details, self.caller)]
        operation = self.client.send(
            Call(
                *self.route("create"),
                headers={**self._typed("create"), **self.key_headers(key)},
                body=self.encode(details, mark=person.mark),
                has_key=key is not None,
                renew=None if key or borrowed else renew,
            ),
            "create",
            person.subject,
        )
        person.caller = self.caller
        person.wrote(details, operation)
        created = self._note_created(operation, intents)
        if operation.outcome is Outcome.OK and created is not None:
            person.id = created
            person.tag = read_version(self.target, operation.response)
        if operation.outcome is Outcome.OK and self.target.answers.create != "user":
            UnseenUsers(self, self._clock).look_after(operation, person, created)
            if person.id is not None and person.id != created:
                self._journal.created(person.id, self.caller)
        return operation

    def submit(
        self,
        body: bytes | Mapping[str, Any],
        subject: str,
        *,
        media_type: str | None = None,
        key: str | None = None,
        verb: str = "create",
        path: str | None = None,
        of: Person | None = None,
    ) -> Operation:
        """Send a creation as it is, well-formed or not; `of` is the person that it would create, if any."""
        raw = body if isinstance(body, bytes) else self.encode(body, mark=of.mark if of else "")
        route = self.route("create")
        key = own_key(self.target) if key is None else key
        headers = {"Content-Type": media_type} if media_type else self._typed("create")
        call = Call(
            route.method,
            path or route.path,
            headers={**self.key_headers(key), **headers},
            body=raw,
            has_key=key is not None,
            # A request that must be refused may be sent again: a service that keeps to that has done nothing.
            renew=lambda: raw,
            shape=f"{verb} {hash(raw)}",
        )
        return self.send_creation(call, verb, subject, of.details if of else {})

    def send_creation(
        self, call: Call, verb: str, subject: str, details: Mapping[str, Any] = NO_DETAILS
    ) -> Operation:
        """Send whatever might create somebody, with the details if they are known: noted before and after."""
        intents = [self._journal.intend(details, self.caller)]
        operation = self.client.send(call, verb, subject)
        self._note_created(operation, intents)
        return operation

    def replace(
        self, person: Person, details: Mapping[str, Any], *, headers: Mapping[str, str] | None = None
    ) -> Operation:
        """Replace what a person may set with the details; what is left out is cleared."""
        operation = self._write("replace", person, details, headers)
        person.wrote({"nickname": None, **details}, operation)
        return operation

    def change(
        self, person: Person, changes: Mapping[str, Any], *, headers: Mapping[str, str] | None = None
    ) -> Operation:
        """Change the named details of a person and leave the others, in the target's dialect."""
        operation = self._write("change", person, changes, headers)
        person.wrote({**person.current, **changes}, operation)
        return operation

    def delete(self, person: Person, *, headers: Mapping[str, str] | None = None) -> Operation:
        """Delete a person. Gone after an attempt whose answer was lost means that it was that one's doing."""

        def call(condition: Mapping[str, str]) -> Call:
            return Call(*self.route("delete", person.id), headers={**condition, **(headers or {})})

        operation = self._send_version(person, call, "delete", headers)
        response = operation.response
        is_second = response is not None and response.status in self.target.deleted_before
        operation.adopted = operation.may_have_happened_before and is_second
        if operation.outcome is Outcome.OK:
            self._journal.deleted(person.id, person.caller)
        if person.deletion is None or operation.outcome is Outcome.OK or operation.adopted:
            person.deletion = operation
        if response is not None and response.status == LATER:
            self._await_deletion(person, operation)
        return operation

    def _await_deletion(self, person: Person, operation: Operation) -> None:
        """Look until a deletion is done that was only promised (202, RFC 9110 §15.3.3), or is overdue."""
        due = operation.answered_at + self.target.bounds.single_s
        strong = self.target.promise("strong-read")
        while self._clock.monotonic() < due:
            if self.is_gone(self.look_up(person.id, person.subject, strong=strong)):
                break
            self._clock.sleep(LATER_PAUSE_S)

    def _write(
        self,
        verb: OperationName,
        person: Person,
        details: Mapping[str, Any],
        headers: Mapping[str, str] | None,
    ) -> Operation:
        route = self.route(verb, person.id)
        raw = self.encode(details, verb, person.mark)

        def call(condition: Mapping[str, str]) -> Call:
            return Call(
                *route,
                headers={**self._typed(verb), **condition, **(headers or {})},
                body=raw,
                # A change to absolute values has the effect of one, however often it is applied.
                renew=(lambda: raw) if verb == "change" else None,
            )

        return self._send_version(person, call, verb, headers)

    def _send_version(
        self,
        person: Person,
        call: Callable[[Mapping[str, str]], Call],
        verb: str,
        headers: Mapping[str, str] | None,
    ) -> Operation:
        def send(condition: Mapping[str, str]) -> Operation:
            person.require_place(self.target)
            return self._send_to(person, call(condition), verb)

        names_version = headers is NO_VERSION or IF_MATCH in (headers or {})
        return send({}) if names_version else self.write_on_top(person, send)

    def write_on_top(self, person: Person, send: Callable[[Mapping[str, str]], Operation]) -> Operation:
        """Send a write of a person, with the header that names its version where the target wants one."""
        is_strong = self.target.promise("strong-read")
        return write_on_top(
            self.target,
            person,
            send,
            look=lambda: self.look_up(person.id, person.subject, strong=is_strong),
            wait=lambda: self._clock.sleep(self.target.bounds.single_s),
        )

    def _typed(self, verb: str) -> dict[str, str]:
        return {"Content-Type": self._bodies.media_type(verb)}

    def _send_to(self, person: Person, call: Call, verb: str) -> Operation:
        """Send what is about a person; once more after the bound where they were not known everywhere yet."""
        operation = self.client.send(call, verb, person.subject)
        limit = person.created_at + self.target.bounds.single_s * 1.01
        has_effect = person.is_deleted or operation.may_have_happened_before
        if has_effect or not self._is_gone(operation) or operation.sent_at > limit:
            return operation
        self._clock.sleep(limit - self._clock.monotonic())
        return self.client.send(call, verb, person.subject)

    def _is_gone(self, operation: Operation) -> bool:
        return operation.response is not None and operation.response.status in self.target.accepted.gone

    def change_somehow(self, person: Person, changes: Mapping[str, Any]) -> Operation:
        """Change the named details in whatever way the target offers; where it offers none, only look."""
        if self.target.promise("patch"):
            return self.change(person, changes)
        if self.target.promise("put-writes"):
            return self.replace(person, {**person.current, **changes})
        return self.look_up(person.id, person.subject)

    def intend(self, details: Mapping[str, Any]) -> None:
        """Note in the journal what a request of another kind might create."""
        self._journal.intend(details, self.caller)

    def send(self, call: Call, verb: str, subject: str, *, fresh: bool = False) -> Operation:
        """Send any call below the collection; for what has no verb of its own."""
        return self.client.send(call, verb, subject, fresh=fresh)

    def key_headers(self, key: str | None) -> dict[str, str]:
        """Return the header that carries an idempotency key, none for None."""
        return key_headers(self.target, key)

    def encode(self, details: Mapping[str, Any], verb: str = "create", mark: str = "") -> bytes:
        """Write details as the target wants them to `create`, `replace` or `change` a user.

        What it needs beside is made from a person's mark, by default from the one that the details bear.
        """
        return self._bodies.write(verb, details, mark)

    def attempt(
        self,
        verb: OperationName,
        user_id: object,
        details: Mapping[str, Any],
        condition: Mapping[str, str] = NO_VERSION,
    ) -> Call:
        """Return a replacement or change that is to be refused, so that it may be sent again as it is."""
        body = self.encode(details, verb)
        headers = {**self._typed(verb), **condition}
        return Call(*self.route(verb, user_id), headers=headers, body=body, renew=lambda: body)

    def _note_created(self, operation: Operation, intents: Sequence[int]) -> int | str | None:
        """Have whatever any attempt created undone later, and return the last id."""
        user_id: int | str | None = None
        is_clear = True
        for exchange in operation.exchanges:
            if exchange.outcome is not Outcome.OK or exchange.response is None:
                continue
            user_id = self._normalizer.created_id(exchange.response)
            if user_id is None:
                is_clear = False  # somebody was created whom only a search can find
            else:
                self._journal.created(user_id, self.caller)
        if is_clear and not any(exchange.outcome is Outcome.UNKNOWN for exchange in operation.exchanges):
            self._journal.settle(intents)
        return user_id

    def _control(self, failing: Operation) -> bool:
        """Send a request of another kind than the failing one; say whether the service answered it."""
        if failing.verb in {"list", "find"}:
            answer = self.client.send(Call(*self.route("look_up", "0")), "control", "nobody")
        else:
            answer = self.client.send(Call("GET", self.target.landmark), "control", "users")
        return answer.response is not None and answer.response.status < 500 and answer.response.status != 429
