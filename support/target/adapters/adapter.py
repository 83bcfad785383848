"""What an adapter gets to see and may change: one request before it is sent, one answer before it is read.

::

    from dataclasses import replace

    from support.target.adapters import Adapter, Answered, Asked, as_json, from_json


    class Shouting(Adapter):
        \"\"\"A service that answers 200 to everything and tells in the body what it means.\"\"\"

        def answer(self, asked: Asked, answered: Answered) -> Answered:
            said = from_json(answered.body)
            if isinstance(said, dict) and "status" in said:
                return replace(answered, status=said["status"])
            return answered

and in the profile beside it `adapter = "shouting.py:Shouting"`. `support/target/profiles/parse_server.py`
is a whole example.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as the profile has it.

    `verb` is what a story does (create, look up, replace, change, delete, list, find, check, count, or
    another word for what none of these is), `path` stands below the base URL and is quoted, a member of
    `query` is a list where it is repeated. `headers` hold the client's own and the credentials; `body` are
    the bytes, which are no JSON where a story spoils them, and None where there are none.
    """

    verb: str
    method: str
    path: str
    query: Mapping[str, str | int | list[str]]
    headers: Mapping[str, str | bytes]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, as it came: the status, the headers by their names in lower case, and the decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Adapter:
    """Writes requests and reads answers as the profile says, and nothing else; subclasses know better.

    Both methods are called for every attempt, from several threads at once, so that an adapter keeps nothing
    between them. What is left alone is given back as it came. Reports show what was really sent and answered,
    with the status that an answer was read as.
    """

    def request(self, asked: Asked) -> Asked:
        """Return the request that is really sent."""
        return asked

    def answer(self, asked: Asked, answered: Answered) -> Answered:  # noqa: ARG002 - subclasses look at it
        """Return what the answer means in the profile's terms, given the request that was sent."""
        return answered


def from_json(body: bytes | None) -> Any:
    """Return what a body holds; None where it holds no JSON."""
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None


def as_json(value: Any) -> bytes:
    """Return a value as the body of a request or answer."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
