"""A target that is given up on soon, and one attempt at it, for self-tests of transports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.target.profile import Target
from support.target.timing import Timeouts

if TYPE_CHECKING:
    from support.http.history import Exchange
    from support.http.transport import Transport
    from support.selftests.servers.raw_server import RawServer

TARGET = Target(name="raw", timeouts=Timeouts(connect_s=2, read_s=0.4, attempt_s=0.8))


def get(
    transport: Transport,
    server: RawServer,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str | bytes] | None = None,
) -> Exchange:
    """Make one attempt at the users of a server."""
    return transport.exchange(method, server.url + "/users", headers or {}, body, 1)
