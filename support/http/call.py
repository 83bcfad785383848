"""What is to be sent: a method, a path below the base URL, a query, headers and a body."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from support.http.history import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

UNESCAPED = "-._~"
# What a member of a query holds: several values where it is repeated.
QueryValue = str | int | list[str]


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """What to send: a method, a path below the base URL (quoted), a query, headers and a body.

    `renew` gives a body with an identity of its own for each further attempt; then a creation without a
    key may be sent again. `has_key`: the request carries an idempotency key. `shape` tells inputs
    apart that may fail for a reason of their own. `without` names headers of the client's own that this call
    goes without.
    """

    method: str
    path: str
    query: Mapping[str, QueryValue] = field(default_factory=dict)
    headers: Mapping[str, str | bytes] = field(default_factory=dict)
    body: bytes | None = None
    has_key: bool = False
    renew: Callable[[], bytes] | None = None
    shape: str = ""
    without: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"<call {self.method} {shorten(self.path)}, {len(self.body or b'')} bytes>"


def segment(value: object) -> str:
    """Quote a value as one path segment."""
    return quote(str(value), safe=UNESCAPED)


def write_url(url: str, query: Mapping[str, QueryValue]) -> str:
    """Return a URL with a query behind it; a value that is a list is repeated."""
    if not query:
        return url
    values = ((name, each) for name, value in query.items() for each in _every(value))
    pairs = (f"{quote(k, safe=UNESCAPED)}={quote(str(v), safe=UNESCAPED)}" for k, v in values)
    return f"{url}?{'&'.join(pairs)}"


def _every(value: QueryValue) -> Sequence[str | int]:
    return value if isinstance(value, list) else [value]
