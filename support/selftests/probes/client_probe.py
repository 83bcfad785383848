"""Clients for self-tests, and ways to have them answered."""

from __future__ import annotations

import random

from support.clock import SystemClock
from support.http.call import Call
from support.http.client import SessionClient
from support.http.history import History
from support.http.retry import FaultRetries
from support.http.transport import Transport
from support.selftests.servers.raw_server import OK, send
from support.target.profile import Target
from support.target.timing import Faults, Timeouts

TARGET = Target(
    name="client",
    timeouts=Timeouts(connect_s=1, read_s=1, attempt_s=2),
    faults=Faults(per_request_probability=0.2, max_consecutive=1),
)


def make_client(url, target, clock, **options):
    """Make a client that waits between attempts by this clock; attempts themselves take real time."""
    transport = Transport(target, SystemClock())
    retries = FaultRetries(target.faults, clock, random.Random(1))
    return SessionClient(url, target, transport=transport, history=History(), retries=retries, **options)


def by_path(answers, otherwise=OK):
    """Answer by the request's path: with bytes, or a list of them in turn, the last one from then on."""

    def act(connection, request):
        found = answers.get(request.target, otherwise)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        send(connection, found)

    return act


def look_up(client, path="/users/1", **options):
    """Have a client look up a user."""
    return client.send(Call("GET", path), "look up", "user Ada", **options)
