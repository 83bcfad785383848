"""A gateway before a service that gives secrets away in its answers, in every place that an answer has.

It takes the secrets out of the requests before it passes them on, and answers some requests itself, as a
service does that has failed. Where the users have passwords, these are given away, too.
"""

from __future__ import annotations

import json
import re
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from ci.trials.planted_secrets.encodings import ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ci.trials.planted_secrets.planting import Plantation

HOP = {"content-length", "transfer-encoding", "connection", "date", "server", "content-type"}
HONEST = 60  # answers, in which the run sees that it may begin
FAULT_EVERY, CHANGE_EVERY, REDIRECT_EVERY = 7, 5, 41  # look-ups
OWN = "password of a user"
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z -]+")


def _is_line(text: str) -> bool:
    return "\n" not in text and "\r" not in text


def _is_name(text: str) -> bool:
    return NAME.fullmatch(text) is not None


HEADERS: dict[str, tuple[str, str]] = {
    "header": ("X-Debug", "{}"),
    "cookie": ("Set-Cookie", "session={}; Path=/; HttpOnly"),
    "link": ("Link", '<https://help.example/?k={}>; rel="help"'),
    "challenge": ("WWW-Authenticate", 'Bearer error_description="{}"'),
    "place of the content": (
        "Content-Location",
        "/api/v1/users?at={}",
    ),  # a telling name is hidden with any value
    "id of the request": ("X-Request-Id", "{}"),
    "warning": ("Warning", '299 - "{}"'),
}
# What a service says that has failed: status, media type, what the body is made of.
FAULTS: dict[str, tuple[int, str, Callable[[str], str]]] = {
    "page of a fault": (502, "text/html", lambda text: f"<html><title>Sorry</title><pre>{text}</pre></html>"),
    "trace of a fault": (500, "text/plain", lambda text: f"Traceback:\n  login({text})\nValueError: {text}"),
    "XML of a fault": (503, "application/xml", lambda text: f"<error><detail>{text}</detail></error>"),
    "text of a fault": (500, "application/json", json.dumps),
    "JSON that is cut": (503, "application/json", lambda text: json.dumps({"error": {"said": text}})[:-3]),
    "form of a fault": (500, "application/x-www-form-urlencoded", lambda text: f"error=1&said={text}"),
    "bytes of a fault": (502, "application/octet-stream", lambda text: f"\x00\x01{text}\x02"),
    "fault as a problem": (
        503,
        "application/problem+json",
        lambda text: json.dumps({"title": text, "status": 503, "detail": f"it failed: {text}"}),
    ),
}


class Gateway:
    """Serves until it is left. `passwords` are those that the run has given to its users."""

    def __init__(self, service: str, plantation: Plantation, secret_names: frozenset[str]) -> None:
        self._service, self._plantation = service, plantation
        self._secret_names = secret_names  # of headers in small letters, and of query parameters
        self.passwords: dict[str, None] = {}
        self.is_calm = False  # whether it only plants, and makes up no answers
        self._answers = self._look_ups = 0
        self._lock = threading.Lock()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def _pass_on(self) -> None:
                gateway.answer(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _pass_on  # noqa: N815

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a request with what the service answers, and more; or without the service."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self._note_password(body)
        with self._lock:
            self._answers += 1
            is_honest = self._answers <= HONEST
            is_look_up = handler.command == "GET" and not is_honest and not self.is_calm
            self._look_ups += is_look_up
            turn = self._look_ups
        if is_look_up and not turn % REDIRECT_EVERY:
            place = self._plantation.next("redirect elsewhere", _is_line, 2)
            self._send(handler, 302, [("Location", f"http://elsewhere.invalid/?t={place}")], b"")
        elif is_look_up and not turn % FAULT_EVERY:
            self._fail(handler, [*FAULTS][turn // FAULT_EVERY % len(FAULTS)])
        else:
            self._pass_on(handler, body, changes=is_look_up and not turn % CHANGE_EVERY, is_honest=is_honest)

    def _fail(self, handler: BaseHTTPRequestHandler, way: str) -> None:
        status, media_type, write = FAULTS[way]
        content = write(self._plantation.next(way, count=2)).encode()
        again = self._plantation.next("when to come again", _is_line)
        self._send(handler, status, [("Content-Type", media_type), ("Retry-After", again)], content)

    def _pass_on(
        self, handler: BaseHTTPRequestHandler, body: bytes, *, changes: bool, is_honest: bool
    ) -> None:
        parts = urlsplit(handler.path)
        kept = [each for each in parts.query.split("&") if each.partition("=")[0] not in self._secret_names]
        path = f"{parts.path}?{'&'.join(kept)}" if any(kept) else parts.path
        dropped = {"content-length", "transfer-encoding", "connection", *self._secret_names}
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in dropped}
        headers["Accept-Encoding"] = "identity"
        request = urllib.request.Request(  # noqa: S310 - on loopback
            self._service + path, body or None, headers, method=handler.command
        )
        try:
            answer = urllib.request.urlopen(request, timeout=20)  # noqa: S310
        except urllib.error.HTTPError as error:
            answer = error
        except OSError:
            self._fail(handler, next(iter(FAULTS)))
            return
        with answer:
            content, told = answer.read(), answer.headers.items()
        media_type = answer.headers.get("Content-Type", "")
        more = [(name, value) for name, value in told if name.lower() not in HOP]
        if not is_honest:
            content = self._plant(content, changes=changes)
            more += [
                (name, form.format(self._plantation.next(way, _is_line)))
                for way, (name, form) in HEADERS.items()
            ]
            if media_type:
                media_type += f'; note="{self._plantation.next("parameter of the type", _is_line)}"'
            name = self._plantation.next("name of a header", _is_name).replace(" ", "-")
            more.append((f"X-{name}", "1"))
        if media_type:
            more.append(("Content-Type", media_type))
        self._send(handler, answer.status or 500, more, content)

    def _send(
        self, handler: BaseHTTPRequestHandler, status: int, headers: list[tuple[str, str]], content: bytes
    ) -> None:
        reason = "Fine" if self._answers <= HONEST else self._plantation.next("reason", _is_line)
        lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
        lines.append(f"Content-Length: {len(content)}")
        handler.wfile.write("\r\n".join([*lines, "", ""]).encode())
        if handler.command != "HEAD":
            handler.wfile.write(content)

    def _plant(self, content: bytes, *, changes: bool) -> bytes:
        try:
            value = json.loads(content)
        except ValueError:
            return content
        if isinstance(value, dict):
            next_of = self._plantation.next
            if isinstance(value.get("detail"), str):
                value["detail"] += f" {next_of('detail of a problem')}"
                value["title"] = f"{value.get('title', '')} {next_of('title of a problem')}"
                value["errors"] = [{"field": next_of("field of an error"), "said": next_of("error")}]
            value["debug"] = next_of("member", count=2)
            value[next_of("name of a member")] = 1
            value["context"] = {"request": {"headers": [["Authorization", next_of("nested member")]]}}
            if self.passwords:
                value["echo"] = self._echo()
            if changes and value.get("nickname"):
                value["nickname"] = next_of("member that is judged")
        return json.dumps(value, ensure_ascii=False).encode()

    def _echo(self) -> str:
        with self._lock:
            password = [*self.passwords][-1]
            turn = self._answers
        name = [*ENCODINGS][turn % len(ENCODINGS)]
        with self._lock:
            number = self._plantation.note(OWN, "a user's own", name, "")
        return f"planted{number:05d}x {ENCODINGS[name](password)}"

    def _note_password(self, body: bytes) -> None:
        try:
            sent = json.loads(body)
        except ValueError:
            return
        password = sent.get("password") if isinstance(sent, dict) else None
        if isinstance(password, str) and password.startswith("Pw-"):
            with self._lock:
                self.passwords.setdefault(password)
