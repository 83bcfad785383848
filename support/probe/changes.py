"""What a service does to a user that exists: replacing, changing, deleting, and what is left afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.behaviours.users.unknown_ids import unknown_id_like
from support.probe.details import value_of
from support.probe.visit import NOTHING, body_of, was_done
from support.users.forms.paths import read, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.http import Response
    from support.probe.creation import Creation
    from support.probe.draft import Draft
    from support.probe.visit import Visit

# The profile's name of each dialect of PATCH, with its media type.
DIALECTS = (
    ("json", "application/json"),
    ("merge-patch", "application/merge-patch+json"),
    ("json-patch", "application/json-patch+json"),
    ("scim", "application/scim+json"),
)
# Ids that nobody has, and that a service may refuse otherwise than that of a user who was deleted.
UNLIKE = ("an unknown user", "an id that is cut short")
SCIM_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Changes:
    """Tries the writes on one user of the probe's own, and deletes it at the end."""

    def __init__(self, visit: Visit, draft: Draft, creation: Creation) -> None:
        self._visit, self._draft, self._creation = visit, draft, creation
        self._id = creation.id
        self._needs_version = False

    def learn(self) -> None:
        """Replace, change and delete; propose what came of it."""
        can_replace = self._learn_replacing()
        self._learn_changing(can_replace=can_replace)
        self._learn_deleting()
        if self._needs_version:
            self._draft.saw("precondition-required", "a change without If-Match was refused and with it done")

    def _shows(self, name: str) -> bool:
        body = body_of(self._visit.on("GET", self._id))
        inner = read(body, self._creation.user_path, None) if isinstance(body, dict) else None
        return isinstance(inner, dict) and read(inner, self._creation.name, None) == name

    def _write(self, method: str, body: Any, media_type: str) -> Response:
        """Send a write, once more with the version where that is asked for."""
        headers: Mapping[str, str] = {"Content-Type": media_type}
        if self._needs_version:
            headers = {**headers, **self._visit.version_of(self._id)}
        response = self._visit.on(method, self._id, body, headers)
        if response.status in {403, 412, 428} and not self._needs_version:
            version = self._visit.version_of(self._id)
            again = self._visit.on(method, self._id, body, {**headers, **version}) if version else response
            self._needs_version = was_done(again)
            return again
        return response

    def _learn_replacing(self) -> bool:
        creation, draft = self._creation, self._draft
        if not creation.name:
            return False
        mark = self._visit.next_mark()
        whole = creation.details.body(mark, 2)
        response = self._write("PUT", whole, creation.media_type)
        sent = read(whole, f"{creation.details.wrap}.{creation.details.member('name')}".strip("."), None)
        if not was_done(response) or not self._shows(str(sent)):
            draft.saw_against("put-writes", f"PUT was answered {response.status}")
            return False
        draft.set("accepted.replace", [response.status], "PUT with all details answered so")
        self._propose_echo("replace", response)
        if creation.nickname:
            self._learn_clearing(whole)
        else:
            draft.saw("put-writes", "PUT was done; whether it clears what is left out could not be told")
        return True

    def _learn_clearing(self, whole: dict[str, Any]) -> None:
        """Replace without the optional detail, and see whether it goes."""
        creation = self._creation
        inner = read(whole, creation.details.wrap)
        inner.pop(creation.details.member("nickname") or "", None)
        self._write("PUT", whole, creation.media_type)
        body = body_of(self._visit.on("GET", self._id))
        left = read(body, f"{creation.user_path}.{creation.nickname}".strip("."), None)
        self._draft.saw("put-writes", "PUT was done, and what it named was seen")
        if left in {None, ""}:
            self._draft.saw("put-clears", "PUT cleared what it left out")
        else:
            self._draft.saw_against("put-clears", f"PUT keeps what it leaves out ({creation.nickname})")

    def _learn_changing(self, *, can_replace: bool) -> None:
        member = self._creation.details.member("name") or self._creation.details.member("first")
        if not member or not self._creation.name:
            self._draft.cannot_tell("whether single details can be changed: no name was found to change")
            return
        done = []
        statuses = []
        for dialect, media_type in DIALECTS:
            name = value_of("name", self._visit.next_mark(), 3)
            response = self._write("PATCH", self._patch(dialect, member, name), media_type)
            statuses.append(f"{media_type} {response.status}")
            if was_done(response) and self._shows(name):
                done.append((dialect, response))
        seen = "PATCH as " + ", ".join(statuses)
        if not done:
            self._draft.saw_against("patch", seen)
            if can_replace:
                self._draft.set("sending.patch", "put-merges", f"{seen}: none changed anything; PUT did")
                self._learn_null("PUT", "json")
            return
        if done[0][0] != "json":
            self._draft.set("sending.patch", done[0][0], seen)
        self._draft.set("accepted.change", [done[0][1].status], seen)
        self._propose_echo("change", done[0][1])
        self._learn_null("PATCH", done[0][0])
        self._draft.saw("patch", f"{seen}; a change was seen after: {', '.join(name for name, _ in done)}")

    def _propose_echo(self, name: str, response: Response) -> None:
        """Say so where the answer to a write is JSON, but no user with an id and a name: nothing to go by."""
        creation, body = self._creation, body_of(response)
        places = (f"{creation.user_path}.{path}".strip(".") for path in (creation.id_path, creation.name))
        if body is not NOTHING and any(read(body, place, None) is None for place in places):
            seen = f"it was answered {response.status} without the user"
            self._draft.set(f"answers.{name}", "nothing", seen)

    def _learn_null(self, method: str, dialect: str) -> None:
        """Change the optional detail to null, and to nothing where that is refused."""
        member, media_type = self._creation.details.member("nickname"), dict(DIALECTS)[dialect]
        if not member or not self._creation.nickname:
            return
        response = self._write(method, self._patch(dialect, member, None), media_type)
        if was_done(response) or response.status >= 500:
            return
        said = f"null for {member} was answered {response.status}"
        self._draft.set("fields.nullable", [], said)
        empty = self._write(method, self._patch(dialect, member, ""), media_type)
        if was_done(empty):
            self._draft.set("sending.clears_with", "empty", f"{said}, an empty text {empty.status}")

    def _learn_reviving(self) -> None:
        """Replace a user who was deleted, and see whether somebody comes of it."""
        body = self._creation.details.body(self._visit.next_mark(), 2)
        response = self._write("PUT", body, self._creation.media_type)
        said = f"PUT of a user who was deleted was answered {response.status}"
        if not was_done(response):
            self._draft.saw("put-known-only", said)
            return
        self._draft.saw_against("put-known-only", said)
        self._visit.delete(self._id)
        self._visit.adopt(self._id)
        self._visit.created -= 1

    def _patch(self, dialect: str, member: str, name: str | None) -> Any:
        if dialect == "json-patch":
            return [
                {"op": "replace", "path": "/" + f"{self._wrap_of(member)}".replace(".", "/"), "value": name}
            ]
        if dialect == "scim":
            operation = {"op": "replace", "path": member, "value": name}
            return {"schemas": [SCIM_PATCH], "Operations": [operation]}
        body: dict[str, Any] = {}
        write(body, self._wrap_of(member), name)
        return body

    def _wrap_of(self, member: str) -> str:
        return f"{self._creation.details.wrap}.{member}".strip(".")

    def _learn_deleting(self) -> None:
        draft = self._draft
        response = self._visit.delete(self._id)
        if not was_done(response):
            draft.cannot_tell(f"how a user is deleted: DELETE answered {response.status}")
            return
        draft.set("accepted.delete", [response.status], "DELETE answered so")
        gone = self._visit.on("GET", self._id)
        body = body_of(gone)
        draft.set("accepted.look_up", [200], "a look-up answered so")
        if was_done(gone):
            marks = [
                name
                for name in ("deleted", "status", "deletedAt", "active")
                if isinstance(body, dict) and name in body
            ]
            draft.cannot_tell(
                f"whether a deletion works: a look-up afterwards was answered {gone.status}; name the member "
                f"that tells of it under [gone]{' (perhaps ' + ', '.join(marks) + ')' if marks else ''}"
            )
            return
        draft.set("accepted.gone", [gone.status], "a look-up after the deletion answered so")
        self._visit.adopt(self._id)  # so that it may be deleted once more
        self._visit.created -= 1
        if draft.get("accepted.replace"):
            self._learn_reviving()
        again = self._visit.delete(self._id)
        statuses, seen = [again.status], f"a second DELETE answered {again.status}"
        refused = {gone.status, again.status}
        for likeness in UNLIKE:
            user_id = unknown_id_like(likeness, self._id)
            refused.add(self._visit.on("GET", user_id).status)
            nobody = self._visit.delete_nobody(user_id)
            # 400, 404 and 410 are what stories expect of any service.
            if nobody is not None and nobody.status < 500 and nobody.status not in {400, 404, 410, *statuses}:
                statuses.append(nobody.status)
                seen += f", and one of {likeness} {nobody.status}"
        draft.set("accepted.delete_again", statuses, seen)
        told = sorted(status for status in refused if 400 <= status < 500 and status not in {401, 429})
        draft.refuses("there is no such user", told, "who was deleted, or was never there, was refused so")
        self._visit.own.pop(str(self._id), None)
