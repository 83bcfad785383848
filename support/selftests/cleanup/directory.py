"""A users API that is only a dictionary for each tenant, for the sweep to be tried on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.selftests.servers.raw_server import RawServer, answer, send

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Mapping

    from support.selftests.servers.raw_server import Received

RUN = "acct0abcdzz"


class Directory:
    """Serves users by id to whoever asks, or to the token that a tenant belongs to.

    `stubborn` ids are never deleted; `oddments` stand in the list besides; `broken` gives a status to what
    begins with a method and a path. What begins with one of `silent` is not answered.
    """

    def __init__(
        self,
        users: Mapping[str, dict[str, Any]],
        stubborn: Iterable[str] = (),
        broken: Mapping[str, int] | None = None,
        tenants: Mapping[str, dict[str, Any]] | None = None,
        fails_to_list: int | None = None,
        oddments: Iterable[Any] = (),
        silent: Iterable[str] = (),
    ) -> None:
        self.users = dict(users)
        self.tenants = {token: dict(theirs) for token, theirs in (tenants or {}).items()}
        self.stubborn = set(stubborn)
        self.broken = dict(broken or {})
        self.fails_to_list = fails_to_list
        self.oddments = list(oddments)
        self.silent = tuple(silent)
        self.deleted: list[str] = []
        self.requests = 0

    def __call__(self, connection: socket.socket, request: Received) -> None:
        self.requests += 1
        path, _, _ = request.target.partition("?")
        line = f"{request.method} {path}"
        users = self.tenants.get(request.headers.get("authorization", "").rpartition(" ")[2], self.users)
        user_id = path.rpartition("/")[2]
        broken = [status for start, status in self.broken.items() if line.startswith(start)]
        if line.startswith(self.silent):
            connection.recv(1)
        elif broken:
            send(connection, answer(broken[0]))
        elif path.endswith("/users") and self.fails_to_list:
            send(connection, answer(self.fails_to_list))
        elif path.endswith("/users"):
            self._show(
                connection, [*({"id": known, **user} for known, user in users.items()), *self.oddments]
            )
        elif request.method == "DELETE":
            self.deleted.append(user_id)
            if user_id not in self.stubborn:
                users.pop(user_id, None)
            send(connection, b"HTTP/1.1 204 Gone\r\n\r\n")
        elif user_id in users:
            self._show(connection, {"id": user_id, **users[user_id]})
        else:
            send(connection, answer(404))

    @staticmethod
    def _show(connection: socket.socket, body: object) -> None:
        send(connection, answer(200, json.dumps(body).encode(), "Content-Type: application/json\r\n"))


def serve(directory: Directory) -> RawServer:
    """Start serving a directory."""
    return RawServer(directory)


def marked(number: int, run: str = RUN, text: str = "name", **more: Any) -> dict[str, Any]:
    """Return what a user of a run shows, with the run's mark in one text."""
    return {"name": "Ada", "email": "x@example.com", text: f"Ada {run}.gw0-{number}.v1", **more}
