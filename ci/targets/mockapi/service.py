"""An imitation of a MockAPI.io project with one resource, `/api/v1/users`; no test can reach the real one.

Known and kept: no authentication; ids are text, counted up; what is sent is stored, and `createdAt`, `name`
and `avatar` are made up where they are missing; an unknown user, a filter without a match and a page without
users answer 404; filters and `search` match parts of text in any letter case; a resource holds 100 records;
500 and requests that time out happen now and then; several teams may share one resource.

Not known and chosen: PUT merges as PATCH does; `createdAt` is a moment of the last day; a body that is not
`application/json` counts as an empty one; a fault strikes before or after the work is done; a page or a size
that is no positive number is ignored.
"""

import argparse
import json
import random
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

COLLECTION = "/api/v1/users"
CONTROLS = {"page", "limit", "sortBy", "order", "search"}  # every other query member is a filter
PAGE_SIZE = 10
NAMES = ("Alma Bauer", "Bruno Crist", "Carla Dietz", "Dewey Ebert", "Edna Funk", "Felix Grimes", "Greta Hahn")

Record = dict[str, Any]


class Refusal(Exception):
    """An answer that is no success: a status and a text, which is sent as a JSON string."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Resource:
    """The records of one resource, in the order of their creation."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._records: dict[str, Record] = {}
        self._last_id = 0
        self._lock = threading.Lock()

    def create(self, sent: Record) -> Record:
        """Store what was sent, completed with made-up values, under the next id."""
        with self._lock:
            if len(self._records) >= self.limit:
                raise Refusal(400, "Max number of elements reached for this resource!")
            self._last_id += 1
            record = {**make_up(), **sent, "id": str(self._last_id)}
            self._records[record["id"]] = record
            return dict(record)

    def look_up(self, identifier: str) -> Record:
        """Return a record."""
        with self._lock:
            return dict(self._find(identifier))

    def change(self, identifier: str, sent: Record) -> Record:
        """Merge what was sent into a record and return it."""
        with self._lock:
            record = self._find(identifier)
            record.update(sent, id=identifier)
            return dict(record)

    def delete(self, identifier: str) -> Record:
        """Remove a record and return it."""
        with self._lock:
            self._find(identifier)
            return self._records.pop(identifier)

    def list(self, query: dict[str, str]) -> list[Record]:
        """Return the records that a query asks for, or refuse where it narrows them down to none."""
        with self._lock:
            found = [dict(record) for record in self._records.values()]
        for name, wanted in query.items():
            if name not in CONTROLS:
                found = [record for record in found if contains(record.get(name), wanted)]
        if query.get("search"):
            found = [r for r in found if any(contains(value, query["search"]) for value in r.values())]
        if query.get("sortBy"):
            key = query["sortBy"]
            found.sort(key=lambda record: sort_key(record.get(key)), reverse=query.get("order") == "desc")
        size, page = positive(query.get("limit")), positive(query.get("page"))
        if size or page:
            size = size or PAGE_SIZE
            start = ((page or 1) - 1) * size
            found = found[start : start + size]
        if not found and query:
            raise Refusal(404, "Not found")
        return found

    def _find(self, identifier: str) -> Record:
        if identifier not in self._records:
            raise Refusal(404, "Not found")
        return self._records[identifier]


def make_up() -> Record:
    """Return the values that the service's own generator gives to members that a caller leaves out."""
    moment = datetime.now(UTC) - timedelta(seconds=random.uniform(0, 86400))
    return {
        "createdAt": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "name": random.choice(NAMES),
        "avatar": f"https://avatars.example.com/{random.randrange(10**6)}.jpg",
    }


def contains(value: Any, wanted: str) -> bool:
    """Say whether a value has a text as its part, in any letter case."""
    text = value if isinstance(value, str) else json.dumps(value)
    return value is not None and wanted.lower() in text.lower()


def sort_key(value: Any) -> tuple[int, float, str]:
    """Return what a value is sorted by: numbers, then texts, then everything else."""
    if isinstance(value, int | float):
        return (0, value, "")
    return (1, 0, value) if isinstance(value, str) else (2, 0, "")


def refuse_constant(name: str) -> None:
    """Raise for NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(name)


def positive(text: str | None) -> int:
    """Return a positive number that a text stands for, 0 where it stands for none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


class Server(ThreadingHTTPServer):
    """The resource behind sockets, one thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__(("127.0.0.1", options.port), Handler)
        self.options = options
        self.resource = Resource(options.limit)
        for number in range(options.others):
            self.resource.create({"email": f"somebody{number}@example.org"})


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def answer(self) -> None:
        """Answer one request, or let it time out."""
        length = self.headers.get("Content-Length") or "0"
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self.close_connection = True
            self._send(400, "Content-Length is needed")
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):  # The caller hung up in the middle of what it had to say.
            self.close_connection = True
            return
        options = self.server.options
        shares = (options.errors, options.timeouts, 1 - options.errors - options.timeouts)
        fault = ""
        if self.path.startswith(COLLECTION):
            fault = random.choices(("error", "timeout", ""), shares)[0]
        time.sleep(options.delay)
        status, answer = self._work(body) if not fault or random.random() < 0.5 else (500, "")
        if fault == "timeout":
            time.sleep(options.hang)
            self.close_connection = True
            return
        self._send(*((500, "Internal Server Error") if fault else (status, answer)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - the server's names

    def log_message(self, *_: Any) -> None:
        """Keep no log: nobody reads it."""

    def _work(self, body: bytes) -> tuple[int, Any]:
        url = urlsplit(self.path)
        parent, _, last = url.path.rstrip("/").rpartition("/")
        identifier = unquote(last)
        is_one, is_collection = parent == COLLECTION, url.path.rstrip("/") == COLLECTION
        method = "GET" if self.command == "HEAD" else self.command
        resource = self.server.resource
        answer: tuple[int, Any] = (404, "Not found")
        try:
            if is_collection and method == "GET":
                answer = 200, resource.list(dict(parse_qsl(url.query, keep_blank_values=True)))
            elif is_collection and method == "POST":
                answer = 201, resource.create(self._read(body))
            elif is_one and method == "GET":
                answer = 200, resource.look_up(identifier)
            elif is_one and method in {"PUT", "PATCH"}:
                answer = 200, resource.change(identifier, self._read(body))
            elif is_one and method == "DELETE":
                answer = 200, resource.delete(identifier)
        except Refusal as refusal:
            answer = refusal.status, refusal.text
        return answer

    def _read(self, body: bytes) -> Record:
        if self.headers.get_content_type() != "application/json":
            return {}
        try:
            sent = json.loads(body or b"{}", parse_constant=refuse_constant)
            # What can be read but is too deep to be written once it is part of a list must not be stored.
            json.dumps([[sent]])
        except (ValueError, RecursionError):
            sent = None
        if not isinstance(sent, dict):
            raise Refusal(400, "Invalid JSON")
        return sent

    def _send(self, status: int, answer: Any) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description="An imitation of a MockAPI.io project.")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--errors", type=float, default=0.01, help="share of requests that end in a 500")
    parser.add_argument("--timeouts", type=float, default=0.002, help="share of requests without an answer")
    parser.add_argument("--hang", type=float, default=20.0, help="how long these are held [s]")
    parser.add_argument("--delay", type=float, default=0.0, help="how long each answer takes [s]")
    parser.add_argument("--limit", type=int, default=100, help="how many records the resource holds")
    parser.add_argument("--others", type=int, default=0, help="how many of them are other teams' already")
    Server(parser.parse_args()).serve_forever()


if __name__ == "__main__":
    main()
