"""Whoever may not come in tries it over the connections of the client, who may."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from support.behaviours.access.callers import Callers
from support.clock import SystemClock
from support.http.authentication.credentials import BearerToken
from support.selftests.probes.client_probe import TARGET, look_up, make_client
from support.selftests.servers.raw_server import OK, RawServer, send
from support.users import Normalizer, UsersApi

TOKEN = "a-token-of-the-client"


@pytest.mark.parametrize(
    "caller", ["a client without credentials", "a client with credentials of another scheme"]
)
def test_no_credentials_are_remembered_by_a_connection(caller: str) -> None:
    """A service that knows whom it let in over a connection would let them in as well."""
    server = RawServer(lambda connection, _: send(connection, OK))
    try:
        clock = SystemClock()
        unused: Any = SimpleNamespace()
        client = make_client(server.url, TARGET, clock, credentials=BearerToken(TOKEN))
        api = UsersApi(client, Normalizer(TARGET), unused, unused, clock)
        observer: Any = SimpleNamespace(api=api, has_strong_reads=False, settle=lambda *_: None)
        person: Any = SimpleNamespace(id="1", subject="user Ada", acknowledged_at=0.0)
        look_up(client)
        callers = Callers(observer, unused, {"API_TOKEN": TOKEN})
        callers.do(caller, "looks up", person)
        callers.leave()
        look_up(client)
        client.close()
    finally:
        server.close()
    own, others, later = server.requests
    assert TOKEN in own.headers["authorization"]
    assert TOKEN not in others.headers.get("authorization", "")
    assert others.connection == own.connection
    assert TOKEN in later.headers["authorization"]
