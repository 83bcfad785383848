"""How a creation works: tried, corrected by what the refusals say, and tried again.

The first try has the members of an existing user, where there is one, or the contract's. A refusal that names
missing members gets them; one that names unknown ones loses them; one that says nothing gets another form.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from support.errors import ConfigurationError
from support.probe.answers import (
    WRAPPERS,
    find_id_path,
    find_items,
    find_path,
    find_user_id_path,
    leaves,
    missing_members,
    unknown_members,
)
from support.probe.details import EMAILS, NAMES, NICKNAMES, TEMPLATES, Details, kind_of, value_of
from support.probe.visit import NOTHING, Visit, body_of, was_done
from support.secrets import REDACTOR
from support.users.forms.further_details import FurtherDetails
from support.users.forms.paths import only, read, texts_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.http import Response
    from support.probe.draft import Draft

MOST_TRIES = 16
SCIM = "urn:ietf:params:scim:"
NO_TEXTS: Mapping[str, Any] = MappingProxyType({})
OPERATIONS = {"look_up": "GET", "replace": "PUT", "change": "PATCH", "delete": "DELETE"}
PLAIN = {"name": "name", "email": "email", "nickname": "nickname"}
FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("", {"username": "username", "email": "email"}),
    ("data", PLAIN),
    ("user", PLAIN),
    ("", {"email": "email", "password": "password"}),
    ("", {"schemas": "schemas", "userName": "email", "displayName": "name", "nickName": "nickname"}),
    (
        "",
        {
            "username": "username",
            "first_name": "first",
            "last_name": "last",
            "email": "email",
            "password": "password",
        },
    ),
)
MEDIA_TYPES = ("application/scim+json", "application/vnd.api+json")


class Creation:
    """What was learnt about creations; `stored` is the first user as a look-up shows it."""

    def __init__(self, visit: Visit, draft: Draft) -> None:
        self._visit, self._draft = visit, draft
        sending = visit.target.sending
        self.details = Details(dict(PLAIN), sending.wrap, FurtherDetails(sending))
        self.media_type = sending.media_type
        self.required: list[str] = []
        self.answer: Response
        self.stored: Any = None
        self.id: int | str = ""
        self.user_path = ""
        self.name = self.email = ""

    def learn(self, sample: dict[str, Any] | None) -> None:
        """Create a user; raises ConfigurationError where none of the tries was accepted."""
        if sample:
            self.details.members = _members_like(sample)
        self._create()
        self._look()
        if not self.name:
            self._try_for_a_name()
        self._propose()

    def again(
        self,
        number: int,
        *,
        email: str | None = None,
        texts: Mapping[str, Any] = NO_TEXTS,
        more: Mapping[str, Any] = NO_TEXTS,
    ) -> tuple[Response, int | str | None, str]:
        """Create one more user, with given `texts` by kind and `more` members by name if any.

        Returns the answer, the id and the mark.
        """
        mark = self._visit.next_mark()
        body = self.details.body(mark, number)
        inner = read(body, self.details.wrap)
        for kind, text in {**texts, **({} if email is None else {"email": email})}.items():
            path = self.details.member(kind) or (self.name if kind == "name" else None)
            if path is not None and "." not in path:
                inner[path] = text
        inner.update(more)
        response, user_id = self._visit.post(body, self.media_type)
        if user_id is None and was_done(response):
            user_id = self._find(mark)
        return response, user_id, mark

    def _create(self) -> None:
        forms = list(FORMS)
        media_types = list(MEDIA_TYPES)
        said = ""
        for _ in range(MOST_TRIES):
            response, user_id, mark = self.again(1)
            if was_done(response):
                if user_id is None:
                    raise ConfigurationError(
                        "a creation was accepted whose answer tells no id, and the list shows nobody new"
                    )
                self.answer, self._mark, self.id = response, mark, user_id
                return
            body = body_of(response)
            said = f"{response.status} {REDACTOR.text(response.body.decode('utf-8', 'replace'))[:300]}"
            if response.status in {401, 403, 404, 405}:
                break
            if response.status == 415 and media_types:
                self.media_type = media_types.pop(0)
            elif not self._correct(body) and not self._change_form(forms):
                break
        raise ConfigurationError(
            f"no user could be created at {self._visit.collection}; the last answer: {' '.join(said.split())}"
        )

    def _correct(self, body: Any) -> bool:
        """Add what a refusal misses and leave out what it does not know; say whether anything changed."""
        if body is NOTHING:
            return False
        before = dict(self.details.members)
        if not self._visit.sends_keys and any("idempotency" in text.lower() for text in texts_in(body)):
            self._visit.sends_keys = True
            for promise in ("idempotency-key", "key-required"):
                self._draft.saw(promise, "a creation without Idempotency-Key was refused and with it done")
            return True
        for name in missing_members(body):
            if name not in before and name not in WRAPPERS:
                self.details.members[name] = kind_of(name)
                self.required.append(name)
        if self.details.members == before:
            for name in unknown_members(body):
                self.details.members.pop(name, None)
        return self.details.members != before

    def _change_form(self, forms: list[tuple[str, dict[str, str]]]) -> bool:
        if not forms:
            return False
        wrap, members = forms.pop(0)
        self.details = Details(dict(members), wrap, self.details.further)
        self.required = []
        return True

    def _find(self, mark: str) -> int | str | None:
        """Return the id of a user whose creation told none, from the list; None if that shows none."""
        for value in self._items_of(body_of(self._visit.get())):
            if any(mark in text for _, text in leaves(value) if isinstance(text, str)):
                path = find_id_path(value)
                if path:
                    found: int | str = read(value, path)
                    self._visit.adopt(found)
                    return found
        return None

    @staticmethod
    def _items_of(body: Any) -> list[Any]:
        path = find_items(body)
        return list(read(body, path)) if path is not None else []

    def _look(self) -> None:
        response = self._visit.on("GET", self.id)
        if response.status == 404:
            self._visit.turns_slash = True
            response = self._visit.on("GET", self.id)
            self._visit.turns_slash = was_done(response)
        body = body_of(response)
        if not was_done(response) or not isinstance(body, dict):
            raise ConfigurationError(
                f"a user was created, but GET {self._visit.path_of(self.id)} answered {response.status}"
            )
        values = self.details.body(self._mark, 1)
        sent = {path: read(values, f"{self.details.wrap}.{path}".strip(".")) for path in self.details.members}
        texts = [value for value in sent.values() if isinstance(value, str) and value]
        id_path = find_user_id_path(body, texts) or "id"
        self.user_path, _, _ = id_path.rpartition(".")
        self.stored = read(body, self.user_path)
        kept = {
            kind: find_path(self.stored, sent[path])
            for path, kind in self.details.members.items()
            if isinstance(sent[path], str)
        }
        self.email = kept.get("email") or ""
        self.name = kept.get("name") or kept.get("first") or ""
        self.nickname = kept.get("nickname") or ""
        self.id_path = id_path.rpartition(".")[2]

    def _try_for_a_name(self) -> None:
        """Create once more where no name was kept, with the likeliest member that the service shows."""
        shown = [path for path, _ in leaves(self.stored)]
        if any(isinstance(value, str) and value.startswith(SCIM) for _, value in leaves(self.stored)):
            shown += ["displayName", "nickName"]  # of RFC 7643; SCIM shows no attribute that has no value
        wanted = next((name for name in NAMES if name in shown and name not in self.details.members), None)
        nick = next(
            (name for name in NICKNAMES if name in shown and name not in {wanted, *self.details.members}),
            None,
        )
        if wanted is None:
            return
        self.details.members.pop("name", None)
        self.details.members[wanted] = "name"
        if not self.nickname and nick:
            self.details.members.pop("nickname", None)
            self.details.members[nick] = "nickname"
        response, user_id, mark = self.again(1)
        if was_done(response) and user_id is not None:
            self.answer, self.id, self._mark = response, user_id, mark
            self._look()

    def _propose(self) -> None:
        draft, shown = self._draft, ", ".join(self.stored)
        draft.set("user_path", self.user_path, f"a look-up answers a user with {shown}")
        draft.set("accepted.create", [self.answer.status], f"POST {self._visit.collection} answered so")
        if self._visit.turns_slash or self._visit.collection.endswith("/"):
            path = "{id}".join(self._visit.path_of("ID").rsplit("ID", 1))
            for name, method in OPERATIONS.items():
                draft.set(f"operations.{name}", f"{method} {path}", f"{path} led to a user, with that end")
        draft.set("fields.id", self.id_path, f"{self.id_path} = {self.id!r}")
        for key, found in (("name", self.name), ("email", self.email), ("nickname", self.nickname)):
            if found:
                draft.set(f"fields.{key}", found, f"what was sent as {key} stands there")
            elif key == "nickname":
                draft.set("fields.nickname", "", "no optional detail was kept; name one if there is one")
            else:
                draft.cannot_tell(
                    f"which member holds the {key}: none of the values that were sent came back"
                )
        if self.details.wrap:
            draft.set("sending.wrap", self.details.wrap, "creations are accepted in this member")
        if self.media_type != "application/json":
            draft.set("sending.media_type", self.media_type, "application/json was answered 415")
        self._propose_extras()
        self._propose_echo()

    def _propose_extras(self) -> None:
        mapped = {self.name, self.email, self.nickname}
        extra = {
            path: TEMPLATES.get(kind, value_of(kind, ""))
            for path, kind in self.details.members.items()
            if path not in mapped and kind not in {"name", "email", "nickname"}
        }
        if not extra:
            return
        secret = {path: value for path, value in extra.items() if value == "{password}"}
        rest = {path: value for path, value in extra.items() if path not in secret}
        if rest:
            self._draft.set("sending.extra", rest, f"refusals asked for {', '.join(self.required) or 'more'}")
        if secret:
            self._draft.set("sending.extra_on_create", secret, "refusals asked for a password")

    def _propose_echo(self) -> None:
        body = body_of(self.answer)
        if isinstance(body, dict) and self.email and find_path(body, read(self.stored, self.email, None)):
            return
        echo = "id" if find_id_path(only(body)) else "nothing"
        if echo == "nothing" and self.answer.headers.get("location"):
            echo = "location"
        self._draft.set(
            "answers.create", echo, f"a creation was answered {self.answer.status} without the user"
        )


def _members_like(sample: dict[str, Any]) -> dict[str, str]:
    """Return the members that a creation should have, going by a user that is there."""
    members = {}
    for names, kind in ((NAMES, "name"), (EMAILS, "email"), (NICKNAMES, "nickname")):
        found = next((name for name in names if name in sample and name not in members), None)
        if found:
            members[found] = kind
    return members if "email" in members.values() else dict(PLAIN)
