"""What targets name and wrap differently, brought into the contract's terms and back.

The only module that looks at a profile's names, paths and paging. It compares nothing and refuses
only what it cannot read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from pydantic import ValidationError

from support.http.strict_json import MalformedAnswer, parse_json
from support.users.contract import Problem, User

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.http.history import Exchange, Response
    from support.target.profile import Target

DETAILS = ("name", "email", "nickname", "password")
USER_MEMBERS = ("id", "name", "email", "nickname", "role", "created_at", "updated_at")
LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[\w*-]+(?:\s*=\s*(?:\"[^\"]*\"|[^\s;,]+))?)*)")
RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)\Z"  # RFC 3339 §5.6
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: the users' raw members, and the query that leads to the next one, if any."""

    items: list[Any]
    next: dict[str, str] | None


class Normalizer:
    """Translates between one target's representation and the contract's."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._outgoing = {name: getattr(target.fields, name) for name in (*DETAILS, *USER_MEMBERS)}
        self._incoming = {
            theirs: ours for ours in USER_MEMBERS if (theirs := getattr(target.fields, ours)) is not None
        }

    def outgoing(self, details: Mapping[str, Any]) -> dict[str, Any]:
        """Return the details under the target's names, without those that it does not have."""
        return {
            theirs: value
            for name, value in details.items()
            if (theirs := self._outgoing.get(name, name)) is not None
        }

    def stored(self, details: Mapping[str, Any]) -> dict[str, Any]:
        """Return the readable details as the target declares to keep them."""
        kept: dict[str, Any] = {}
        for name in ("name", "email", "nickname"):
            if self._outgoing[name] is not None:
                kept[name] = self._as_kept(name, details.get(name))
        return kept

    def _as_kept(self, name: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = self._target.text
        if text.trims:
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

    def user(self, raw: Any) -> User:
        """Read one user's members; raises MalformedAnswer with the member and the reason."""
        if not isinstance(raw, dict):
            raise MalformedAnswer(f"a user must be an object, not {type(raw).__name__}")
        members = {self._incoming.get(name, name): value for name, value in raw.items()}
        try:
            return User.model_validate(members)
        except ValidationError as error:
            first = error.errors()[0]
            reason = "is missing" if first["type"] == "missing" else str(first["msg"]).lower()
            raise MalformedAnswer(f"member {first['loc'][0]!r}: {reason}") from None

    def one(self, response: Response) -> User:
        """Read an answer about one user."""
        return self.user(_at(parse_json(response.body), self._target.user_path))

    def problem(self, response: Response) -> Problem:
        """Read an answer's problem details."""
        raw = parse_json(response.body)
        try:
            return Problem.model_validate(raw)
        except ValidationError as error:
            first = error.errors()[0]
            member = ".".join(str(part) for part in first["loc"]) or "problem"
            raise MalformedAnswer(f"member {member!r}: {str(first['msg']).lower()}") from None

    def page(self, exchange: Exchange) -> Page:
        """Read one page of a list and find the way to the next; raises MalformedAnswer."""
        response = exchange.response
        if response is None:
            raise MalformedAnswer("no answer")
        whole = parse_json(response.body)
        items = _at(whole, self._target.lists.items)
        if not isinstance(items, list):
            raise MalformedAnswer(f"a list of users must be an array, not {type(items).__name__}")
        return Page(items, self._next(exchange, response, whole, items))

    def _next(
        self, exchange: Exchange, response: Response, whole: Any, items: list[Any]
    ) -> dict[str, str] | None:
        lists = self._target.lists
        query = dict(parse_qsl(urlsplit(exchange.request.url).query, keep_blank_values=True))
        if lists.style == "link":
            link = find_link(response.headers.get("link", ""), "next")
            if link is None:
                return None
            there = urljoin(exchange.request.url, link)
            return dict(parse_qsl(urlsplit(there).query, keep_blank_values=True))
        if lists.style == "cursor":
            position = _at(whole, lists.next, missing=None)
            return {**query, lists.position: str(position)} if position not in {None, ""} else None
        if lists.style == "none" or not items:
            return None
        if lists.next and _at(whole, lists.next, missing=None) is None:
            return None
        start = lists.first_page if lists.style == "page" else 0
        step = 1 if lists.style == "page" else len(items)
        return {**query, lists.position: str(int(query.get(lists.position, start)) + step)}

    def instant(self, value: Any) -> datetime:
        """Read a moment in the declared format; raises MalformedAnswer for any other, or without zone."""
        form = self._target.timestamps
        if form == "rfc3339":
            if not isinstance(value, str) or not RFC3339.match(value):
                raise MalformedAnswer(f"{value!r} is no moment with a zone (RFC 3339)")
            try:
                return datetime.fromisoformat(value.upper())
            except ValueError:
                raise MalformedAnswer(f"{value!r} is no moment that exists") from None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise MalformedAnswer(f"{value!r} is no number of seconds")
        try:
            return datetime.fromtimestamp(value / (1000 if form == "epoch-ms" else 1), UTC)
        except (OverflowError, ValueError, OSError):
            raise MalformedAnswer(f"{value!r} is no moment that exists") from None


def find_link(header: str, relation: str) -> str | None:
    """Find the target of a relation in a Link header (RFC 8288), which may hold several links."""
    for target, parameters in LINK.findall(header):
        relations = re.search(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,]+))", parameters, re.IGNORECASE)
        if relations and relation in (relations[1] or relations[2] or "").lower().split():
            return str(target)
    return None


def _at(value: Any, path: str, missing: Any = ...) -> Any:
    """Follow a dotted path of member names; raises MalformedAnswer when it leads nowhere."""
    for name in path.split(".") if path else ():
        if not isinstance(value, dict) or name not in value:
            if missing is not ...:
                return missing
            raise MalformedAnswer(f"member {path!r} is missing")
        value = value[name]
    return value
