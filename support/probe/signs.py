"""What speaks for promises: headers, methods, refusals and dates, each seen once and none believed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from support.probe.answers import leaves
from support.probe.dates import form_of, offset_of, tells_day_of
from support.probe.visit import body_of, was_done
from support.users.forms.paths import read

if TYPE_CHECKING:
    from support.http import Response
    from support.probe.creation import Creation
    from support.probe.draft import Draft
    from support.probe.visit import Visit

# Details that must be refused where a part of `validation` is promised, each alone.
FLAWS: dict[str, tuple[dict[str, Any], ...]] = {
    "validation-emails": ({"email": "no address"}, {"email": "ada@"}),
    "validation-required": ({"name": ""}, {"name": "   "}, {"email": ""}),
    "validation-kinds": ({"name": 7}, {"name": ["Ada"]}),
}
LONG_AGO = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
CREATED = re.compile(r"creat|join|regist|insert", re.IGNORECASE)
UPDATED = re.compile(r"updat|modif|chang", re.IGNORECASE)


class Signs:
    """Looks at one user of the probe's own that stays as it is."""

    def __init__(self, visit: Visit, draft: Draft, creation: Creation) -> None:
        self._visit, self._draft, self._creation = visit, draft, creation

    def learn(self, user_id: int | str, email: str) -> None:
        """Look at everything that a user and a refusal show."""
        self._learn_headers(user_id)
        self._learn_methods(user_id)
        self._learn_dates(user_id)
        self._learn_who_may(user_id)
        self._learn_refusals(email)
        self._learn_text()
        self._learn_ids()

    def _learn_headers(self, user_id: int | str) -> None:
        draft, found = self._draft, self._visit.on("GET", user_id)
        tag = found.headers.get("etag")
        if tag and not tag.startswith("W/"):
            self._learn_versions(tag)
        location = self._creation.answer.headers.get("location")
        if location:
            draft.saw("location", f"Location {location} on a creation")
        if found.headers.get(self._visit.target.headers.correlation_id.lower()):
            draft.saw("correlation-id", "the id that was sent came back in a header")

    def _learn_versions(self, tag: str) -> None:
        """See whether a deletion by another version is refused: many tag what they show for caches alone."""
        _, other, _ = self._creation.again(4)
        if other is None:
            return
        refused = self._visit.on("DELETE", other, headers={"If-Match": '"no-such-version"'})
        seen = f"ETag {tag} on a look-up, and {refused.status} after a deletion by another version"
        if was_done(refused):
            self._draft.saw_against("etag", seen)
            self._visit.delete(other)
        else:
            self._draft.saw("etag", seen)

    def _learn_methods(self, user_id: int | str) -> None:
        head = self._visit.on("HEAD", user_id)
        if was_done(head):
            self._draft.saw("head", f"HEAD of a user was answered {head.status}")
        else:
            self._draft.saw_against("head", f"HEAD of a user was answered {head.status}")
        refused = self._visit.on("POST", user_id, {}) if str(user_id) in self._visit.own else head
        if refused.status == 405:
            self._draft.refuses("the action is not offered", [405], "POST to a user was answered so")
            if allow := refused.headers.get("allow"):
                self._draft.saw("allow-header", f"Allow: {allow} with a method that is not offered")

    def _learn_dates(self, user_id: int | str) -> None:
        response = self._visit.on("GET", user_id)
        body = body_of(response)
        user = read(body, self._creation.user_path, {}) if isinstance(body, dict) else {}
        forms: dict[str, str] = {}
        shown: dict[str, Any] = {}
        for key, names in (("created_at", CREATED), ("updated_at", UPDATED)):
            found = [(path, value) for path, value in leaves(user) if names.search(path) and form_of(value)]
            if found:
                path, value = found[0]
                forms[key], shown[key] = form_of(value), value
                self._draft.set(f"fields.{key}", path, f"{path} = {value!r}")
            else:
                self._draft.set(
                    f"fields.{key}", "", f"no member looks like the date of {key.removesuffix('_at')}"
                )
        self._draft.set("fields.role", "role" if "role" in user else "", f"a user has {', '.join(user)}")
        secret = next((path for path, _ in leaves(user) if "password" in path.lower()), "")
        sent = self._creation.details.member("password") or ""
        self._draft.set("fields.password", sent, "creations send it" if sent else "nothing asked for one")
        if secret:
            self._draft.cannot_tell(f"whether {secret} in a look-up shows a password; look at it yourself")
        self._learn_decided()
        if forms:
            self._draft.set("timestamps", next(iter(forms.values())), "the dates are written so")
        if "created_at" in forms:
            self._learn_zone(forms["created_at"], shown["created_at"], response)

    def _learn_zone(self, form: str, shown: Any, response: Response) -> None:
        """See whether a date is that of just now, and in which zone where it names none."""
        offset = offset_of(form, shown, response)
        if offset is None:
            self._draft.saw_against("timestamps", f"{shown!r} was not the moment of creation")
            return
        if form == "iso-local":
            self._draft.set("clock.utc_offset", offset, f"{shown!r} was just now in that zone")
        self._draft.saw("timestamps", "dates close to the moment of creation")

    def _learn_decided(self) -> None:
        """Create users with an id, or a date, of the caller's choice, and see which of them are ignored."""
        ignored, seen = [], []
        for key in ("id", "created_at", "updated_at"):
            member = self._draft.get(f"fields.{key}")
            if not member or "." in member:
                continue
            chosen = f"chosen-{self._visit.next_mark()}" if key == "id" else LONG_AGO.isoformat()
            response, user_id, _ = self._creation.again(4, more={member: chosen})
            shown = body_of(self._visit.on("GET", user_id)) if user_id is not None else None
            user = read(shown, self._creation.user_path, None) if isinstance(shown, dict) else None
            is_refused = 400 <= response.status < 500
            kept = read(user, member, chosen) if isinstance(user, dict) else chosen
            if is_refused or not (kept == chosen or tells_day_of(kept, LONG_AGO)):
                ignored.append(member)
            seen.append(f"{response.status} after a chosen {member}")
        self._draft.set("server_fields", ignored, f"{', '.join(seen)}; refused, or the service chose these")

    def _learn_who_may(self, user_id: int | str) -> None:
        if self._visit.target.auth.scheme == "none":
            return
        refused = self._visit.on("GET", user_id, anonymous=True)
        if refused.status in {401, 403}:
            self._draft.saw("auth", f"a look-up without credentials was answered {refused.status}")
        else:
            self._draft.saw_against("auth", f"a look-up without credentials was answered {refused.status}")

    def _learn_text(self) -> None:
        """Create a user whose texts a service may keep in another form, and see which came of them."""
        creation, draft = self._creation, self._draft
        mark = self._visit.next_mark()
        texts = {"name": f" Zoe\u0308 {mark} ", "email": f"Zoe.{mark}@Example.com"}
        response, user_id, _ = creation.again(4, texts=texts)
        shown = body_of(self._visit.on("GET", user_id)) if user_id is not None else None
        user = read(shown, creation.user_path, None) if isinstance(shown, dict) else None
        if not isinstance(user, dict):
            draft.cannot_tell(
                f"how text is kept: a name with blanks round it was answered {response.status}; see [text]"
            )
            return
        name, email = (read(user, path, None) if path else None for path in (creation.name, creation.email))
        if isinstance(name, str):
            if name == name.strip():
                draft.set("text.trims", value=True, seen=f"of {texts['name']!r} came {name!r}")
            if "\u0308" not in name and "\u00eb" in name:
                draft.set("text.composes", value=True, seen=f"of {texts['name']!r} came {name!r}")
        if email == texts["email"].lower():
            draft.set("text.lowers_email", value=True, seen=f"of {texts['email']} came {email}")
        if not draft.get("text.trims") and creation.email:
            self._learn_blanks()

    def _learn_blanks(self) -> None:
        """See whether an email alone loses its blanks; apart, since many services refuse such an email."""
        creation = self._creation
        sent = f" zoe.{self._visit.next_mark()}@example.com "
        _, user_id, _ = creation.again(4, email=sent)
        shown = body_of(self._visit.on("GET", user_id)) if user_id is not None else None
        user = read(shown, creation.user_path, None) if isinstance(shown, dict) else None
        if user is not None and read(user, creation.email, None) == sent.strip():
            seen = f"of {sent!r} came {sent.strip()!r}"
            self._draft.set("text.trims_email", value=True, seen=seen)

    def _learn_ids(self) -> None:
        """Delete the newest user, and see whether the next one is given the same id."""
        _, first, _ = self._creation.again(3)
        if first is None or not was_done(self._visit.delete(first)):
            return
        _, second, _ = self._creation.again(3)
        if second is not None and second == first:
            seen = f"the user after one who was deleted was given the id {first!r} again"
            self._draft.set("fields.ids_return", value=True, seen=seen)

    def _learn_refusals(self, email: str) -> None:
        if email:
            self._learn_uniqueness(email)
        if self._learn_flaws():
            self._learn_forms()
        else:
            # What it keeps of one may have no id by which it could be deleted: Mockoon keeps the text.
            seen = "no flawed detail was refused, so that no broken form was sent: it might stay for ever"
            self._draft.set("sending.broken_forms", value=False, seen=seen)

    def _learn_uniqueness(self, email: str) -> None:
        draft = self._draft
        for part, text in (
            ("unique-email-exact", email),
            ("unique-email-case", email.upper()),
            ("unique-email-blanks", f" {email} "),
        ):
            response, _, _ = self._creation.again(4, email=text)
            said = f"{response.status} after a second creation with one email, written {text!r}"
            if was_done(response):
                draft.saw_against(part, said)
            elif response.status < 500:
                draft.saw(part, said)
                if part == "unique-email-exact":
                    draft.refuses("the email is already in use", [response.status], said)
            if part == "unique-email-exact" and was_done(response):
                break

    def _learn_forms(self) -> None:
        draft = self._draft
        response, _ = self._visit.post(b'{"broken', self._creation.media_type)
        if 400 <= response.status < 500:
            draft.refuses("the form cannot be read", [response.status], "JSON that is broken got this")
            draft.saw("validation-forms", f"JSON that is broken was refused ({response.status})")
            if response.media_type == "application/problem+json":
                draft.saw("problem-json", "a refusal came as application/problem+json")

    def _learn_flaws(self) -> bool:
        """Return whether any flawed detail was refused."""
        draft, refused = self._draft, set()
        for part, flaws in FLAWS.items():
            seen: list[str] = []
            for flaw in flaws:
                response, _, _ = self._creation.again(4, texts=flaw)
                seen.append(f"{response.status} after {flaw}")
                if 400 <= response.status < 500:
                    refused.add(response.status)
                else:
                    draft.saw_against(part, seen[-1])
                    break
            else:
                draft.saw(part, "; ".join(seen))
        if refused:
            draft.refuses("the details are not valid", refused, "flawed details got this")
        return bool(refused)
