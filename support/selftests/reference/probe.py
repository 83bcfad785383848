"""A way to talk to the reference service from self-tests, without a socket: requests in, replies out."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

from support.reference.options import Options
from support.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

USERS = "/api/v1/users"
MAIN = "reference-api-token"
OTHER = "reference-other-tenant-token"
READER = "reference-read-only-token"
THROTTLED = "reference-throttled-token"


@dataclass(frozen=True)
class Reply:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Probe:
    """One service in this process. The bound is 0 unless told otherwise: reads are never behind."""

    def __init__(self, *switches: str, bound_s: float = 0.0, weather: str = "calm", **more: Any) -> None:
        options = Options(switches=frozenset(switches), bound_s=bound_s, weather=weather, **more)
        self.service = Service(options, {})
        self._loop = asyncio.new_event_loop()
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.close()
        self.service.close()

    @property
    def hits(self) -> dict[str, int]:
        return dict(self.service.switches.hits)

    def send(self, method: str, path: str = "", **request: Any) -> Reply:
        """Send one request to a path below the users and return the reply."""
        return self._loop.run_until_complete(self._exchange(method, path, **request))

    def send_together(self, requests: Iterable[tuple[str, str, dict[str, Any]]]) -> list[Reply]:
        """Send several requests at once."""

        async def gather() -> list[Reply]:
            return await asyncio.gather(*(self._exchange(m, p, **r) for m, p, r in requests))

        return self._loop.run_until_complete(gather())

    def wait(self, seconds: float) -> None:
        """Let time pass [s] for whatever is still going on inside."""
        self._loop.run_until_complete(asyncio.sleep(seconds))

    def person(self, **changes: Any) -> dict[str, Any]:
        """Make the details of a new person."""
        self._count += 1
        return {"name": f"Ada {self._count}", "email": f"ada{self._count}@example.com", **changes}

    def create(self, *, token: str = MAIN, headers: dict[str, str] | None = None, **changes: Any) -> Any:
        """Create a person and return the user that came back."""
        reply = self.send("POST", json_body=self.person(**changes), token=token, headers=headers)
        assert reply.status == 201, reply
        return reply.json

    def read(self, user: dict[str, Any], **request: Any) -> Reply:
        """Read a user."""
        return self.send("GET", f"/{user['id']}", **request)

    def all(self, query: str = "limit=100", **request: Any) -> list[Any]:
        """Return everyone on the first page of a list."""
        reply = self.send("GET", f"?{query}", **request)
        assert reply.status == 200, reply
        users: list[Any] = reply.json
        return users

    def walk(self, query: str) -> list[list[Any]]:
        """Follow the links of a list and return its pages."""
        pages, path = [], f"{USERS}?{query}"  # type: ignore[var-annotated]
        while path and len(pages) < 50:
            reply = self.send("GET", path)
            pages.append(reply.json)
            path = reply.headers.get("link", "").partition(">")[0].removeprefix("<")
        return pages

    async def _exchange(
        self,
        method: str,
        path: str = "",
        *,
        json_body: Any = None,
        body: bytes | None = None,
        token: str | bytes | None = MAIN,
        headers: dict[str, str] | None = None,
        hangs_up: bool = False,
        begins_after_s: float = 0.0,
        delay_s: float = 0.0,
        port: int = 1,
    ) -> Reply:
        await asyncio.sleep(begins_after_s)
        full = path if path.startswith(("/api", "/inspect")) else USERS + path
        fields = {"content-type": "application/json"} if json_body is not None or body is not None else {}
        fields |= {name.lower(): value for name, value in (headers or {}).items()}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
        if token is not None:
            value = token if isinstance(token, bytes) else token.encode()
            raw.append((b"authorization", b"Bearer " + value))
        content = body if body is not None else b"" if json_body is None else json.dumps(json_body).encode()
        place, _, query = full.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(place),
            "raw_path": place.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": raw,
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", port),
        }
        incoming = [{"type": "http.request", "body": content, "more_body": False}]
        outgoing: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if not incoming and not hangs_up:
                await asyncio.sleep(3600)
            if delay_s:
                await asyncio.sleep(delay_s)
            return incoming.pop() if incoming else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            outgoing.append(message)

        await self.service.app(scope, receive, send)  # type: ignore[arg-type]
        start = next((m for m in outgoing if m["type"] == "http.response.start"), None)
        if start is None:
            return Reply(0, {}, b"")
        return Reply(
            start["status"],
            {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]},
            b"".join(m.get("body", b"") for m in outgoing if m["type"] == "http.response.body"),
        )


def fields_at_fault(reply: Reply) -> set[str]:
    """Return the fields that a refusal names; it is one in form, too."""
    assert reply.status == 422, reply
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["status"] == 422
    return {error["field"] for error in reply.json["errors"]}
