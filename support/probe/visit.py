"""The probe's way to a service: what it may send, what it created, and how that is undone.

The collection as a whole gets GET and POST and nothing else; everything else goes to users that the probe
created itself. Each creation is in the journal before it is sent.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from support.cleanup import Journal
from support.errors import StoryError, SuiteError
from support.http import Call, History, SessionClient
from support.http.authentication.credentials import credentials_for
from support.http.call import segment
from support.http.gateway_pages import is_own_page
from support.http.retry import FaultRetries
from support.http.strict_json import MalformedAnswer, parse_json
from support.http.transport import Transport
from support.probe.answers import find_id, find_id_path, find_items
from support.target.settings import load_constants
from support.users.forms.paths import read, texts_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from support.clock import Clock
    from support.http import Response
    from support.target import Target

NOTHING: Any = object()  # what an answer holds that is no JSON


def body_of(response: Response) -> Any:
    """Return the JSON of an answer, or NOTHING."""
    try:
        return parse_json(response.body)
    except MalformedAnswer:
        return NOTHING


def was_done(response: Response) -> bool:
    """Return whether an answer says that something was done."""
    return 200 <= response.status < 300


class Visit:
    """One visit to a service. `target` holds what is known so far: collection, auth, time-outs."""

    def __init__(
        self, base_url: str, target: Target, tokens: Mapping[str, str], folder: Path, clock: Clock
    ) -> None:
        self.base_url = base_url
        self.target = target
        self.own: dict[str, int | str] = {}  # ids of users that exist, by their text
        self.created = 0
        self._run = folder.name
        self._count = 0
        self._last_url = ""
        self.sends_keys = False
        self.turns_slash = False  # whether the path of a user ends otherwise than that of all
        self._clock = clock
        self._caller = target.auth.token if target.auth.scheme != "none" else ""
        self._journal = Journal(folder / "journal-probe.jsonl")
        retries = FaultRetries(target.faults, clock, random.SystemRandom(), target.timeouts.operation_s)
        self._client = SessionClient(
            base_url,
            target,
            transport=Transport(target, clock),
            history=History(),
            retries=retries,
            credentials=credentials_for(target, tokens, self._caller, base_url),
            constants=load_constants(target),
        )

    @property
    def collection(self) -> str:
        """The path of the collection."""
        return self.target.collection

    @property
    def was_moved_to_slash(self) -> bool:
        """Whether the last answer came from the path with a slash at its end."""
        return self._last_url.partition("?")[0].endswith("/")

    def next_mark(self) -> str:
        """Return a mark that no user has borne yet."""
        self._count += 1
        return f"{self._run}.probe-{self._count:05d}"

    def get(self, path: str | None = None, query: Mapping[str, str] | None = None) -> Response:
        """Look at the collection, or at another path; a passing fault is waited out."""
        return self._send(Call("GET", self.collection if path is None else path, query=query or {}))

    def post(self, body: Any, media_type: str = "application/json") -> tuple[Response, int | str | None]:
        """Send a creation, well-formed or not; return the answer and the id that came of it, if any shows."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        email = next((text for text in texts_in(body) if "@" in text), None)
        number = self._journal.intend({"email": email}, self._caller)
        method, path = self.target.route("create")
        key = {self.target.idempotency.header: str(uuid4())} if self.sends_keys else {}
        call = Call(method, path, headers={"Content-Type": media_type, **key}, body=raw)
        # Once only: a creation whose answer was lost may have been done.
        response = self._send(call, once=True)
        if not was_done(response):
            if response.status < 500:
                self._journal.settle([number])
            return response, None
        user_id = self._id_of(response)
        if user_id is not None:
            self.created += 1
            self.own[str(user_id)] = user_id
            self._journal.created(user_id, self._caller)
            self._journal.settle([number])
        return response, user_id

    def adopt(self, user_id: int | str) -> None:
        """Take note of a user of the probe's own whose id no answer told."""
        if str(user_id) not in self.own:
            self.created += 1
            self.own[str(user_id)] = user_id
            self._journal.created(user_id, self._caller)

    def on(
        self,
        method: str,
        user_id: int | str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        *,
        anonymous: bool = False,
    ) -> Response:
        """Send anything to a user of the probe's own."""
        if str(user_id) not in self.own and method not in {"GET", "HEAD", "OPTIONS"}:
            raise StoryError(f"{method} goes to users only that the probe has created")
        raw = None if body is None else json.dumps(body).encode()
        call = Call(method, self.path_of(user_id), headers=headers or {}, body=raw)
        return self._send(call, anonymous=anonymous)

    def path_of(self, user_id: int | str) -> str:
        """Return the path of a user; raises StoryError for an id that would lead elsewhere."""
        text = segment(user_id)
        if text in {"", ".", ".."} or isinstance(user_id, bool):
            raise StoryError(f"{user_id!r} is no id")
        slash = "/" if self.collection.endswith("/") != self.turns_slash else ""
        return f"{self.collection.rstrip('/')}/{text}{slash}"

    def delete(self, user_id: int | str) -> Response:
        """Delete a user of the probe's own, by version where the service wants one."""
        response = self.on("DELETE", user_id)
        if response.status in {412, 428}:
            response = self.on("DELETE", user_id, headers=self.version_of(user_id))
        if was_done(response) or response.status in {404, 410}:
            self._journal.deleted(user_id, self._caller)
            del self.own[str(user_id)]
        return response

    def delete_nobody(self, user_id: int | str) -> Response | None:
        """Delete an id that nobody has, like one of the probe's own; None where a look-up finds somebody."""
        if self.on("GET", user_id).status not in {400, 403, 404, 405, 410}:
            return None
        return self._send(Call("DELETE", self.path_of(user_id)))

    def version_of(self, user_id: int | str) -> dict[str, str]:
        """Return the header that names the version of a user, where the service tells one."""
        tag = self.on("GET", user_id).headers.get("etag")
        return {"If-Match": tag} if tag else {}

    def sweep(self) -> list[str]:
        """Delete everybody whom the probe created; return the ids of those that it could not."""
        for user_id in list(self.own.values()):
            self.delete(user_id)
        for user_id in self._marked():
            self.adopt(user_id)
            self.delete(user_id)
        # An answer that somebody is not there may mean a path that is not: what the list shows counts.
        for user_id in self._marked():
            self.own[str(user_id)] = user_id
        return list(self.own)

    def _marked(self) -> list[int | str]:
        """Return the ids of those in the list who bear the run's mark: no answer may have told of them."""
        body = body_of(self.get())
        items = find_items(body)
        users = read(body, items) if items is not None else []
        marked = [user for user in users if any(self._run in text for text in texts_in(user))]
        paths = [(user, find_id_path(user)) for user in marked]
        return [read(user, path) for user, path in paths if path is not None]

    def wait(self, seconds: float) -> None:
        """Let some time pass [s] for what may still come."""
        self._clock.sleep(seconds)

    def close(self) -> None:
        """Close what is open."""
        self._client.close()
        self._journal.close()

    def _id_of(self, response: Response) -> int | str | None:
        return find_id(body_of(response), response.headers.get("location", ""), self.collection)

    def _send(self, call: Call, *, once: bool = False, anonymous: bool = False) -> Response:
        path = urlsplit(call.path).path.rstrip("/")
        if path == self.collection.rstrip("/") and call.method not in {"GET", "POST"}:
            raise StoryError(f"{call.method} is never sent to the collection as a whole")
        client = self._client.as_caller(None) if anonymous else self._client
        # A service may hang up after what it refuses, without a word and just when the next request is sent.
        operation = client.send(call, "probe", call.path, once=once, fresh=True)
        response, last = operation.response, operation.last
        if response is None and is_own_page(last):
            response = last.page  # frameworks refuse with a page what no route of theirs takes
        if response is None:
            raise SuiteError(f"{self.base_url}{call.path} gave no answer: {operation.describe()}")
        self._last_url = last.request.url
        return response
