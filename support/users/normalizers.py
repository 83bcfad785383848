"""What targets name and wrap differently, brought into the contract's terms and back.

The only module that looks at a profile's names, paths and paging. It compares nothing and refuses
only what it cannot read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from support.http.strict_json import MalformedAnswer, parse_json
from support.secrets import REDACTOR
from support.users.contract import Problem, User
from support.users.forms.moments import read_moment
from support.users.forms.next_page import find_next
from support.users.forms.packing import query_of, unpack
from support.users.forms.paths import MISSING, only, read, split, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from support.http import Exchange, Response
    from support.target import Target
    from support.users.forms.next_page import Query

DETAILS = ("name", "email", "nickname", "password")
USER_MEMBERS = ("id", "name", "email", "nickname", "role", "created_at", "updated_at")
DATES = frozenset({"created_at", "updated_at"})
MASKING = frozenset("*\N{BULLET}")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
DIGITS_AT_THE_END = re.compile(r"(?:.*/)?\s*(\d+)\s*\Z")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: the users' raw members, and the query that leads to the next one, if any.

    `total` is the number of users that it announces; `hidden` is how many it held who were deleted and are
    only marked so.
    """

    items: list[Any]
    next: Query | None
    total: int | None = None
    hidden: int = 0


class Normalizer:
    """Translates between one target's representation and the contract's."""

    def __init__(self, target: Target) -> None:
        self._target = target
        fields = target.fields
        self._outgoing = {name: getattr(fields, name) for name in (*DETAILS, *USER_MEMBERS)}
        self._paths: dict[str, tuple[str, ...]] = {
            name: fields.ids if name == "id" else (path,)
            for name in USER_MEMBERS
            if (path := self._outgoing[name]) is not None
        }
        self._mapped = {path for paths in self._paths.values() for path in paths if len(split(path)) == 1}

    def outgoing(self, details: Mapping[str, Any]) -> dict[str, Any]:
        """Return the details under the target's names, without those that it does not have."""
        members: dict[str, Any] = {}
        for name, value in details.items():
            if name not in self._outgoing:
                members[name] = value
            elif (path := self._outgoing[name]) is not None:
                write(members, path, value)
        return members

    def stored(self, details: Mapping[str, Any]) -> dict[str, Any]:
        """Return the readable details as the target declares to keep them."""
        kept: dict[str, Any] = {}
        for name in ("name", "email", "nickname"):
            if self._outgoing[name] is not None:
                kept[name] = self._as_kept(name, details.get(name))
        return kept

    def _as_kept(self, name: str, value: Any) -> Any:
        if name == "nickname" and self._target.fields.is_absent(value):
            return None
        if not isinstance(value, str):
            return value
        # Half a character is no text: to put U+FFFD in its place is what Unicode recommends (§3.9).
        value = LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
        text = self._target.text
        if text.trims or (name == "email" and text.trims_email):
            value = value.strip()
        if text.composes:
            value = unicodedata.normalize("NFC", value)
        if name == "email":
            local, at, domain = value.rpartition("@")
            # A domain has no case (RFC 5321 §2.3.11); a local part only where the target says so.
            value = f"{local.lower() if text.lowers_email else local}{at}{domain.lower()}"
        return value

    def readable(self, user: User) -> dict[str, Any]:
        """Return the details that a user shows, comparable with `stored`."""
        return self.stored(user.model_dump(include={"name", "email", "nickname"}))

    def user(self, raw: Any, envelope: Any = None) -> User:
        """Read one user's members; raises MalformedAnswer with the member and the reason.

        An id that is not among them may stand beside them, in the envelope.
        """
        if not isinstance(raw, dict):
            raise MalformedAnswer(f"a user must be an object, not {type(raw).__name__}")
        members: dict[str, Any] = {}
        for name, paths in self._paths.items():
            found = (read(raw, path, MISSING) for path in paths)
            value = next((value for value in found if value is not MISSING), MISSING)
            if name == "id" and value is MISSING:
                beside = self.id_of(envelope)
                value = MISSING if beside is None else beside
            value = self._present(name, value)
            if value is not MISSING:
                members[name] = value
        members["others"] = {name: value for name, value in raw.items() if name not in self._mapped}
        try:
            return User.model_validate(members)
        except ValidationError as error:
            first = error.errors()[0]
            reason = "is missing" if first["type"] == "missing" else str(first["msg"]).lower()
            raise MalformedAnswer(f"member {first['loc'][0]!r}: {reason}") from None

    def _present(self, name: str, value: Any) -> Any:
        """Return the value of an optional detail, None where it stands for none.

        Raises MalformedAnswer for a nickname that is absent in a form that the profile does not name.
        """
        fields = self._target.fields
        if name in DATES:
            return None if value == "" else value
        if name != "nickname":
            return value
        if value is MISSING and "missing" not in fields.absent:
            raise MalformedAnswer(
                "member 'nickname': is missing, and the profile names no such form of absence"
            )
        if value is None and "null" not in fields.absent:
            raise MalformedAnswer("member 'nickname': is null, and the profile names no such form of absence")
        return None if value is not MISSING and fields.is_absent(value) else value

    def id_of(self, raw: Any) -> int | str | None:
        """Return the id of a user's raw members, whatever else they hold; None where there is none."""
        for path in self._paths["id"]:
            value = read(raw, path, None)
            if isinstance(value, int | str) and not isinstance(value, bool):
                return value
        return None

    def created_id(self, response: Response) -> int | str | None:
        """Return the id that the answer to a creation tells, however little else; None where it tells none.

        It stands with the user, beside the user, or at the end of Location. Directus takes a list as a
        creation of several and answers it with a list: of one user, that one is who was created.
        """
        try:
            whole = parse_json(response.body)
        except MalformedAnswer:
            whole = None
        found = self.id_of(only(read(whole, self._target.user_path, None)))
        found = self.id_of(only(whole)) if found is None else found
        if found is None and self._target.answers.create != "job":
            found = _last_segment(response.headers.get("location", ""))
        return found

    def one(self, response: Response) -> User:
        """Read an answer about one user."""
        whole = parse_json(response.body)
        return self.user(read(whole, self._target.user_path), whole)

    def raw_items(self, whole: Any, *, is_list: bool) -> list[Any]:
        """Return the raw members of the users that a parsed answer holds, as they stand there."""
        value = read(whole, self._target.lists.items if is_list else self._target.user_path, None)
        return value if isinstance(value, list) else [value]

    def shows_password(self, user: User) -> bool:
        """Return whether a user's members show a password; a mask is none."""
        fields = self._target.fields
        shown = read(user.others, fields.password, None) if fields.password else None
        is_mask = isinstance(shown, str) and (shown in fields.masks or set(shown) <= MASKING)
        return shown is not None and not is_mask

    def is_gone(self, raw: Any) -> bool:
        """Return whether a user's raw members say that the user was deleted."""
        gone = self._target.gone
        value = read(raw, gone.member, MISSING) if gone.member else MISSING
        return value is not MISSING and gone.is_told_by(value)

    def shows_gone(self, response: Response | None) -> bool:
        """Return whether an answer about one user says that the user is gone, by status or by member."""
        if response is None:
            return False
        if response.status in self._target.accepted.gone:
            return True
        if not self._target.gone.member or response.status not in self._target.accepted.look_up:
            return False
        try:
            return self.is_gone(read(parse_json(response.body), self._target.user_path))
        except MalformedAnswer:
            return False

    def problem(self, response: Response) -> Problem:
        """Read an answer's problem details."""
        raw = parse_json(response.body)
        try:
            return Problem.model_validate(raw)
        except ValidationError as error:
            first = error.errors()[0]
            member = ".".join(str(part) for part in first["loc"]) or "problem"
            raise MalformedAnswer(f"member {member!r}: {str(first['msg']).lower()}") from None

    def found_nothing(self, response: Response | None) -> bool:
        """Return whether a list or search was answered by a status that says that nobody is there."""
        return response is not None and response.status in self._target.lists.nothing_found

    def page(self, exchange: Exchange) -> Page:
        """Read one page of a list and find the way to the next; raises MalformedAnswer."""
        response = exchange.response
        if response is None:
            raise MalformedAnswer("no answer")
        if self.found_nothing(response):
            return Page([], None)
        lists = self._target.lists
        whole = parse_json(response.body)
        total = self.total(response, whole)
        # SCIM leaves the member out where there is nobody, or nobody any more (RFC 7644 §3.4.2).
        may_be_empty = total == 0 or (total is not None and self._is_later(exchange))
        items = read(whole, lists.items, [] if may_be_empty and isinstance(whole, dict) else ...)
        if not isinstance(items, list):
            raise MalformedAnswer(f"a list of users must be an array, not {type(items).__name__}")
        shown = [item for item in items if not self.is_gone(item)]
        following = find_next(lists, exchange.request.url, response, whole, items)
        # Where a list leads on by an address with a token in it, requests are shown with that address.
        others = {name: value for name, value in (following or {}).items() if name != lists.position}
        REDACTOR.register_fields(others)
        return Page(shown, following, total, len(items) - len(shown))

    def _is_later(self, exchange: Exchange) -> bool:
        """Return whether a page was asked for that is not the first one."""
        lists = self._target.lists
        asked = unpack(lists, query_of(exchange.request.url)).get(lists.position)
        return asked is not None and str(asked) != str(lists.begins_with)

    def total(self, response: Response, whole: Any = None) -> int | None:
        """Return how many users an answer announces, in its body or in a header; None if it does not tell."""
        lists = self._target.lists
        if lists.total:
            value = read(whole, lists.total, None)
        else:
            value = response.headers.get(lists.total_header.lower())
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        found = DIGITS_AT_THE_END.match(value) if isinstance(value, str) else None
        return int(found[1]) if found else None

    def created_at(self, raw: Any) -> datetime | None:
        """Return when raw members say that a user was created, however odd the others are, or None."""
        (path,) = self._paths.get("created_at", ("",))
        try:
            return self.instant(read(raw, path, None)) if path and isinstance(raw, dict) else None
        except MalformedAnswer:
            return None

    def instant(self, value: Any) -> datetime:
        """Read a moment in the declared format; raises MalformedAnswer for any other."""
        return read_moment(self._target.timestamps, value, self._target.clock.utc_offset)


def _last_segment(url: str) -> str | None:
    """Return the last segment of a URL's path; None where there is none, or no URL."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    return unquote(path.rstrip("/").rpartition("/")[2]) or None
