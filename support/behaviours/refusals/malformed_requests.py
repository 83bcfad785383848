"""Requests that no careful client sends: unreadable forms, unknown formats, actions that nobody offers.

A closed table of phrases, like that of `support.cast.variations`. Everything that might create somebody is in
the journal before it is sent.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from support.behaviours.users.unknown_ids import unknown_id
from support.errors import Inconclusive, StoryError
from support.http import Call, Outcome
from support.users.forms.versions import read_version, version_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.cast import People
    from support.http import Operation
    from support.target.sending.operations import OperationName
    from support.users import Person, UsersApi

DEPTH = 10_000
# Headers by which some frameworks let one method stand for another.
OVERRIDE_HEADERS = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "is cut off": lambda raw: raw[:-5],
    "has extra characters at its end": lambda raw: raw + b"}x",
    "has a stray comma": lambda raw: raw[:-1] + b",}",
    "names each detail twice": lambda raw: raw[:-1] + b"," + raw[1:],
    "is a list": lambda raw: b"[" + raw + b"]",
    "is a bare word": lambda _: b"mallory",
    "is a quoted word": lambda _: b'"mallory"',
    "is a number": lambda _: b"42",
    # Some parsers take so many digits for an attack, and say so with an error of its own kind.
    "is a number of 5000 digits": lambda _: b"9" * 5000,
    # What Python's parser takes, and its writer refuses where an error repeats it.
    "is not a number": lambda _: b"NaN",
    "is null": lambda _: b"null",
    "is empty": lambda _: b"",
    "is not text": lambda raw: b"\xff\xfe\x80" + raw,
    # Some parsers go down no further and say so with a fault; what is no user is kept by few.
    "is a thousand lists deep": lambda _: b"[" * 1000 + b"]" * 1000,
    "is nested very deeply": lambda raw: raw[:-1] + b', "more": ' + b"[" * DEPTH + b"]" * DEPTH + b"}",
}
LACKING = {"lacks the name": "name", "lacks the email": "email"}
FORMATS = ("plain text", "XML", "a web form", "an unknown character set")
UNKNOWN_CHARSET = "application/json; charset=x-unknown"
TOO_LARGE = "is too large"
ACTIONS = (
    "make user Ada an administrator",
    "delete user Ada with a request that claims to be another action",
    "delete all users at once",
    "replace all users",
    "change all users",
    "create a user at the address of user Ada",
    "create a user under the id of user Ada",
)
PROVOKED = (
    "the details are not valid",
    "the email is already in use",
    "the form cannot be read",
    "the format is unknown",
    "the action is not offered",
    "there is no such user",
)


class MalformedRequests:
    """Sends what no careful client sends."""

    def __init__(self, api: UsersApi) -> None:
        self._api = api

    def send(self, payload: str, purpose: str, people: People) -> Operation:
        """Send a form or a format that cannot be accepted, to create a user, or to replace or change one."""
        form = payload.removeprefix("a form that ")
        if purpose == "create a user":
            person = people.introduce("Mallory")
            operation = self._create(person, payload, form)
            self._undo(operation)
            _require_known(operation, person)
            return operation
        verb, _, label = purpose.split(" ")
        change = self.change_as if payload in FORMATS else self.change_by_form
        return change(people[label], form, whole=verb == "replace")

    def _create(self, person: Person, payload: str, form: str) -> Operation:
        if form == TOO_LARGE:
            return self.send_too_large(person)
        return self.send_as(person, payload) if payload in FORMATS else self.send_form(person, form)

    def _undo(self, creation: Operation) -> None:
        """Delete at once whom a spoilt form has created: nothing of theirs may show that they are ours."""
        user_id = self._api.id_created(creation)
        if user_id is not None:
            version = read_version(self._api.target, creation.response)
            headers = version_headers(self._api.target, version)
            call = Call(*self._api.route("delete", user_id), headers=headers)
            self._api.send(call, "delete", creation.subject)

    def send_form(self, person: Person, kind: str) -> Operation:
        """Send a creation whose body is spoilt in one way, or lacks a detail."""
        details = {name: value for name, value in person.details.items() if name != LACKING.get(kind)}
        raw = self._api.encode(details, mark=person.mark)
        body = raw if kind in LACKING else _spoil(raw, kind)
        return self._api.submit(body, f"a form that {kind}", of=person)

    def change_by_form(self, person: Person, kind: str, *, whole: bool) -> Operation:
        """Send a replacement (`whole`) or a change of a person whose body is spoilt in one way."""
        verb: OperationName = "replace" if whole else "change"
        good = {**person.current, "name": f"Mallory {person.mark}"}
        raw = self._api.encode(good if whole else {"name": good["name"]}, verb, person.mark)
        body = self._fill(raw) if kind == TOO_LARGE else _spoil(raw, kind)
        return self._send_change(verb, person, body, kind)

    def change_as(self, person: Person, form: str, *, whole: bool) -> Operation:
        """Send a good replacement (`whole`) or change in a format that nobody promised to read."""
        body, media_type = self._formatted({**person.current, "name": f"Mallory {person.mark}"}, form)
        return self._send_change("replace" if whole else "change", person, body, form, media_type)

    def _send_change(
        self, verb: OperationName, person: Person, body: bytes, shape: str, media_type: str = ""
    ) -> Operation:
        call = self._api.attempt(verb, person.id, {})
        headers = {"Content-Type": media_type} if media_type else call.headers
        # It must be refused, so that sending it again does nothing that one could not have done.
        call = replace(call, body=body, renew=lambda: body, shape=f"{verb} {shape}")

        def send(condition: Mapping[str, str]) -> Operation:
            return self._api.send(replace(call, headers={**headers, **condition}), verb, person.subject)

        return self._api.write_on_top(person, send)

    def send_as(self, person: Person, form: str) -> Operation:
        """Send good details in a format that nobody promised to read."""
        body, media_type = self._formatted(person.details, form)
        return self._api.submit(body, f"details as {form}", media_type=media_type, of=person)

    def send_too_large(self, person: Person) -> Operation:
        """Send a creation that is a little larger than a form may be, good in every other respect."""
        return self._api.submit(self._fill(self._raw(person)), "a form that is too large", of=person)

    def _formatted(self, details: Mapping[str, Any], form: str) -> tuple[bytes, str]:
        """Write details in a format of the closed table; return the bytes and their media type."""
        texts = {name: str(value) for name, value in details.items()}
        bodies = {
            "plain text": (self._api.encode(details), "text/plain"),
            "XML": (f"<user><email>{texts['email']}</email></user>".encode(), "application/xml"),
            "a web form": (urlencode(texts).encode(), "application/x-www-form-urlencoded"),
            "an unknown character set": (self._api.encode(details), UNKNOWN_CHARSET),
        }
        if form not in bodies:
            raise StoryError(f"no story may send details as {form!r}; it may send: {'; '.join(bodies)}")
        return bodies[form]

    def _fill(self, raw: bytes) -> bytes:
        """Make a form larger than it may be, by a sixteenth and by a detail that nobody knows."""
        filler = "x" * (self._api.target.limits.body * 17 // 16)
        form = json.loads(raw)
        if isinstance(form, list):  # a JSON Patch: one more step, of the same kind
            return json.dumps([*form, {"op": "add", "path": "/filler", "value": filler}]).encode()
        return json.dumps({**form, "filler": filler}).encode()

    def try_to(self, action: str, people: People) -> Operation:
        """Try an action that is not offered."""
        collection = self._api.target.collection
        if action == "create a user at the address of user Ada":
            return self._api.submit(
                self._raw(people.introduce("Mallory")),
                "a user at the address of another",
                path=self._api.path_of(people["Ada"].id),
                of=people["Mallory"],
            )
        if action == "create a user under the id of user Ada":
            person = people.introduce("Mallory")
            details = {**person.details, "id": people["Ada"].id}
            return self._api.submit(details, "a user under the id of another", of=person)
        page = self._api.path_of(people["Ada"].id) if "Ada" in people else collection
        actions = {
            "make user Ada an administrator": Call("PUT", f"{page}/role", body=b'{"role": "admin"}'),
            "delete user Ada with a request that claims to be another action": Call(
                "POST",
                page,
                query={"_method": "DELETE"},
                headers=dict.fromkeys(OVERRIDE_HEADERS, "DELETE"),
                body=b"{}",
                renew=lambda: b"{}",
            ),
            "delete all users at once": Call("DELETE", collection),
            "replace all users": Call("PUT", collection, body=b"[]"),
            "change all users": Call("PATCH", collection, body=b"{}", renew=lambda: b"{}"),
        }
        if action not in actions:
            raise StoryError(f"no story may try to {action!r}; it may try to: {'; '.join(actions)}")
        verb, _, subject = action.partition(" ")
        call = actions[action]
        send = self._api.send_creation if call.method == "POST" else self._api.send
        return send(call, verb, subject)

    def provoke(self, reason: str, people: People) -> Operation:
        """Send what is to be refused for a reason of the closed list."""
        if reason == "the email is already in use":
            person = people.introduce("Mallory", email=people["Ada"].email)
            return self._api.submit(self._raw(person), "an email in use", of=person)
        if reason == "the details are not valid":
            person = people.introduce("Mallory", name="")
            return self._api.submit(self._raw(person), "an empty name", of=person)
        if reason == "the form cannot be read":
            return self.send_form(people.introduce("Mallory"), "is cut off")
        if reason == "the format is unknown":
            return self.send_as(people.introduce("Mallory"), "plain text")
        if reason == "the action is not offered":
            return self.try_to("replace all users", people)
        if reason == "there is no such user":
            return self._api.look_up(unknown_id(people["Ada"].id), "an unknown user")
        raise StoryError(f"nobody knows how to be refused because {reason}")

    def _raw(self, person: Person) -> bytes:
        return self._api.encode(person.details, mark=person.mark)


def _require_known(creation: Operation, person: Person) -> None:
    """Require that nobody can have come of a form without a mark whose answer was lost.

    Where the same form is refused in the end, nobody has.
    """
    is_marked = person.mark.encode() in creation.last.request.body
    if creation.may_have_happened_before and creation.outcome is Outcome.OK and not is_marked:
        raise Inconclusive(
            f"{creation.verb} {creation.subject} was accepted when it was sent again, and whoever came of "
            "the attempt that got no answer bears no mark: one user may be left whom nobody can find",
            evidence=[creation],
        )


def _spoil(raw: bytes, kind: str) -> bytes:
    if kind not in FORMS:
        raise StoryError(f"no form {kind!r}; a form may be one that: {'; '.join(FORMS)}")
    return FORMS[kind](raw)
