"""A list of users that answers as it is told, and the reader of it, without any network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from support.http.history import Exchange, History, Operation, Request, Response
from support.http.retry import classify
from support.target.profiles import parse_target
from support.users.normalizers import Normalizer
from support.users.reader import UsersReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.http import Call

    Answer = tuple[int, Any, dict[str, str]]

JSON = {"content-type": "application/json"}


def people(count: int) -> list[dict[str, Any]]:
    """Make so many users, called by their numbers."""
    return [{"id": n, "name": f"User {n}", "email": f"u{n}@example.com"} for n in range(1, count + 1)]


class ListedUsers:
    """Answers every call by a function of its query, and remembers the calls."""

    def __init__(self, answer: Callable[[dict[str, Any]], Answer], **profile: Any) -> None:
        self.target = parse_target({"name": "listed", **profile}, source="here")
        self.calls: list[Call] = []
        self.now_s = 0.0
        self._answer = answer
        self.history = History()
        client: Any = SimpleNamespace(
            target=self.target, send=self._send, history=self.history, story="the story"
        )
        self.reader = UsersReader(client, Normalizer(self.target))

    def _send(self, call: Call, verb: str, subject: str, *, fresh: bool = False) -> Operation:
        del fresh
        self.calls.append(call)
        status, whole, headers = self._answer(dict(call.query))
        response = Response(status, {**JSON, **headers}, json.dumps(whole).encode())
        query = urlencode({name: str(value) for name, value in call.query.items()})
        url = f"http://127.0.0.1{call.path}?{query}"
        operation = Operation(verb, subject)
        outcome = classify(self.target.faults, response)
        operation.exchanges.append(
            Exchange(
                Request(call.method, url, {}),
                1,
                self.now_s,
                self.now_s + 0.1,
                datetime.now(UTC),
                outcome,
                response,
            )
        )
        return operation

    def walk(self) -> tuple[list[int], bool]:
        """Walk through the list; return the ids of whom it shows, and whether it could be walked."""
        _, items, is_complete = self.reader.walk_list()
        return [item["id"] for item in items], is_complete
