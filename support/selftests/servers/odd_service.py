"""A small users API on loopback that wants its requests otherwise than the contract has them."""

from __future__ import annotations

import json
import socket
import struct
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

from support.selftests.servers.odd_manners import Manners, State

MERGING = {"merge-patch": "application/merge-patch+json", "json": "application/json"}
PASSWORD = "s3cret of the odd service {user}"


class OddService:
    """Serves until it is left."""

    def __init__(self, **manners: Any) -> None:
        self.manners, self.state = Manners(**manners), State()
        service = self

        class Handler(_Handler):
            manners, state = service.manners, service.state

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    manners: Manners
    state: State

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - as the base class looks for them

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw) if raw else None
        except (ValueError, RecursionError):
            self._answer(400, {"error": "no JSON"})
            if self.manners.hangs_up:
                self.rfile.readline()  # whatever is sent next meets a reset
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
            return
        with self.state.lock:
            self.state.asked.append((self.command, self.path, body, dict(self.headers)))
            is_refused = self.manners.refuses_null and isinstance(body, dict) and None in body.values()
            path = self.path.partition("?")[0]
            answer = (400, {"error": "null"}) if is_refused else self._decide(path, body)
            if self.command == "POST" and self.state.lost < self.manners.loses:
                self.state.lost += 1
                self.close_connection = True
                return
            self._answer(*answer)

    def _answer(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
        is_page = "text/html" in (headers or {}).values()
        raw = b"<p>Not here</p>" if is_page else b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _decide(self, path: str, body: Any) -> tuple[Any, ...]:  # noqa: PLR0911 - one for each request
        manners, state = self.manners, self.state
        path = self._without_slash(path)
        if manners.pages and (path == "/nowhere" or (self.command == "POST" and path.count("/") > 1)):
            return 404, None, {"Content-Type": "text/html"}
        if path == "/login":
            return self._log_in(body)
        if self.command == "POST" and not manners.may_create:
            return 403, {"error": "this token may only read"}
        if (
            manners.constant_header
            and self.headers.get(manners.constant_header[0]) != manners.constant_header[1]
        ):
            return 400, {"error": f"{manners.constant_header[0]} is missing"}
        if manners.login and not self._may_come_in():
            return 401, {"error": "token"}
        if path.startswith("/jobs/"):
            user_id = path.removeprefix("/jobs/")
            state.users[user_id] = state.jobs[user_id]
            return 200, {"status": "done", "result": {"id": user_id}}
        if path == manners.create_at and self.command == "POST":
            return self._create(body)
        if path == "/users" and self.command == "GET" and manners.has_list:
            shown = self._sorted(self._list())[self._shown()]
            is_beyond = not shown and manners.size and "email=" not in self.path
            return manners.beyond if is_beyond and state.users else 200, shown
        self._go_on_deleting(path.removeprefix("/users/"))
        user = None if manners.hides else state.users.get(path.removeprefix("/users/"))
        return self._about_nobody(path) if user is None else self._about(user, body)

    def _about_nobody(self, path: str) -> tuple[Any, ...]:
        if self.manners.forgives and self.command == "DELETE":
            was_there = path.removeprefix("/users/") in self.state.gone
            return (204,) if was_there else (403, {"error": "forbidden"})
        is_strange = self.manners.digits_only and not path.removeprefix("/users/").removeprefix("u").isdigit()
        return (405 if is_strange else 404), {"error": "nobody"}

    def _delete(self, user_id: str) -> tuple[Any, ...]:
        if self.manners.late_deletions:
            self.state.going[user_id] = self.manners.late_deletions
            return (202,)
        del self.state.users[user_id]
        self.state.gone.add(user_id)
        return (204,)

    def _go_on_deleting(self, user_id: str) -> None:
        going = self.state.going
        if self.command == "GET" and user_id in going:
            going[user_id] -= 1
            if not going[user_id]:
                self.state.users.pop(user_id, None)

    def _list(self) -> list[dict[str, Any]]:
        manners, state = self.manners, self.state
        email = parse_qs(self.path.partition("?")[2]).get("email", [])
        everyone = manners.finds_everyone or not email
        found = [user for user in state.users.values() if everyone or user["email"] in email]
        if len(found) > 30 and state.late_lists < manners.late_lists:
            state.late_lists += 1
            return found[:10]
        return found

    def _sorted(self, users: list[dict[str, Any]]) -> list[dict[str, Any]]:
        parameter, *forms = self.manners.orders or ("",)
        asked = parse_qs(self.path.partition("?")[2]).get(parameter, [""])[0]
        for member in ("name", "email"):
            if asked in (said := [form.format(member) for form in forms]):
                return sorted(users, key=lambda user: str(user[member]), reverse=asked == said[1])
        return users

    def _shown(self) -> slice:
        """Return which of the users a list shows."""
        query = parse_qs(self.path.partition("?")[2])
        if self.manners.size:
            size, page = (
                int(query.get(key, [at])[0]) for key, at in ((self.manners.size, 20), (self.manners.page, 1))
            )
            return slice((page - 1) * size, page * size)
        if not self.manners.packed:
            return slice(self.manners.longest_list)
        asked = query.get("q", ["()"])[0][1:-1]
        given = dict(member.partition(":")[::2] for member in asked.split(",") if ":" in member)
        size, page = int(given.get("page_size", 20)), int(given.get("page", 0))
        return slice(page * size, (page + 1) * size)

    def _log_in(self, body: Any) -> tuple[Any, ...]:
        if body != {"username": "odd", "password": PASSWORD}:
            return 401, {"error": "login"}
        token = f"token-number-{len(self.state.tokens) + 1}-of-the-odd-service"
        self.state.tokens[token] = self.manners.token_uses
        return 200, {"access_token": token}

    def _may_come_in(self) -> bool:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        left = self.state.tokens.get(token, 0)
        self.state.tokens[token] = left - 1
        return left > 0

    def _unwrapped(self, body: Any) -> Any:
        return body.get(self.manners.wrap) if self.manners.wrap and isinstance(body, dict) else body

    def _without_slash(self, path: str) -> str:
        """Return a path as all others here have it; /nowhere for one that ends as it must not."""
        if self.manners.users_slash:
            return "/users" if path == "/users/" else "/nowhere" if path.endswith(("/", "/users")) else path
        if self.manners.all_slash:
            return path.removesuffix("/") if path.endswith("/") else "/nowhere"
        return path

    def _create(self, body: Any) -> tuple[Any, ...]:
        details = self._unwrapped(body) if body or self.manners.requires_details else {}
        if self.manners.wants_key and not self.headers.get("Idempotency-Key"):
            return 400, {"error": "an Idempotency-Key is needed"}
        needed = {"name", "email", *self.manners.required} if self.manners.requires_details else set()
        if not isinstance(details, dict) or not needed <= details.keys():
            return 422, {"error": "a detail is missing"}
        if self.manners.refuses_ids and "id" in details:
            return 422, {"error": "id is no number"}
        if self.manners.hangs_up and "@" not in details["email"]:
            return 422, {"error": "email is no address"}
        if self.manners.trims_email:
            details = {**details, "email": details["email"].strip()}
        email = details.get("email")
        if email and any(user.get("email") == email for user in self.state.users.values()):
            return 409, {"error": "taken"}
        user_id = details.get("id") if self.manners.takes_ids else None
        user = {**details, "id": user_id or self._next_id(), "version": 1}
        if self.manners.hours_of_dates is not None:
            now = datetime.now(UTC) + timedelta(hours=self.manners.hours_of_dates)
            user.setdefault("createdAt", now.replace(tzinfo=None).isoformat())
        (self.state.jobs if self.manners.echo == "job" else self.state.users)[user["id"]] = user
        way = {"Location": f"/users/{user['id']}"}
        answers: dict[str, tuple[Any, ...]] = {
            "user": (201, user),
            "id": (201, {"id": user["id"]}),
            "location": (201, None, way),
            "nothing": (204,),
            "listed id": (201, [{"id": user["id"]}]),
            "listed user": (201, [user]),
            "job": (202, None, {"Location": f"/jobs/{user['id']}"}),
        }
        return answers[self.manners.echo]

    def _next_id(self) -> str:
        if self.manners.is_mock:
            return "1"
        if self.manners.ids_return:
            return str(max(map(int, self.state.users), default=0) + 1)
        return f"u{len(self.state.asked)}"

    def _about(self, user: dict[str, Any], body: Any) -> tuple[Any, ...]:
        tag = {"ETag": f'"{user["version"]}"'}
        if self.command == "GET":
            if self.state.old_looks:
                self.state.old_looks -= 1
                tag = {"ETag": f'"{user["version"] - 1}"'}
            return 200, user, tag
        given = self.headers.get("If-Match")
        is_read = self.manners.wants_version or (given and not self.manners.ignores_version)
        if is_read and given != tag["ETag"]:
            return (428 if given is None else 412), {"error": "version"}
        if self.command == "DELETE" and not self.manners.deletes:
            return 405, {"error": "method"}
        if self.command == "DELETE":
            return self._delete(user["id"])
        if not self._apply(user, body):
            return 415, {"error": "dialect"}
        user["version"] += 1
        self.state.old_looks = self.manners.old_looks
        shown = {name: user[name] for name in ("name", "email")} if self.manners.bare_changes else user
        return 200, shown, {} if self.state.old_looks else {"ETag": f'"{user["version"]}"'}

    def _apply(self, user: dict[str, Any], body: Any) -> bool:
        dialect, sent = self.manners.dialect, self.headers.get_content_type()
        if self.command == "PUT":
            if dialect != "put-merges":
                kept = {"id": user["id"], "version": user["version"]}
                user.clear()
                user.update(kept)
            user.update(self._unwrapped(body))
            return True
        if dialect == "json-patch" and sent == "application/json-patch+json":
            changes = {step["path"][1:]: step.get("value") for step in body}
        elif dialect == "scim" and isinstance(body.get("Operations"), list):
            changes = {step["path"]: step.get("value") for step in body["Operations"]}
        elif sent == MERGING.get(dialect):
            changes = self._unwrapped(body)
        else:
            return False
        user.update(changes)
        return True
