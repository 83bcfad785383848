"""Over HTTP each way of converging is told apart, in 20 of 20 runs.

The service knows of each user when they become visible, and answers by the time that has passed since. Each
run has a clock of its own that moves when somebody waits and with each answer, so that no run depends on how
busy the machine is: a look that comes late proves less, which is right and no fault.
"""

from __future__ import annotations

import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from support.cast.people import People
from support.clock import FakeClock
from support.convergence.observer import Observer
from support.convergence.polling import Convergence
from support.convergence.probes import PersonProbe
from support.errors import CameBack, DivergedAgain, Failure, LateConvergence, NeverConverged
from support.http.client import SessionClient
from support.http.history import Exchange, History, Operation, Outcome, Request, Response
from support.http.retry import FaultRetries
from support.http.transport import Transport
from support.target.profiles import load_target
from support.users.api import UsersApi
from support.users.normalizers import Normalizer
from support.users.validators import Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.users.person import Person

BOUND_S = 2.5
ANSWER_S = 0.02  # what the service takes at most
RUNS = 20
REFERENCE = load_target("reference")
TARGET = REFERENCE.model_copy(
    update={
        "bounds": REFERENCE.bounds.model_copy(update={"single_s": BOUND_S}),
        "promises": frozenset({"put"}),
    }
)
# Of each kind: whether the user is shown as the write left them, by the bounds that have passed since.
KINDS: dict[str, Callable[[float], bool]] = {
    "just below the bound": lambda t: t >= 0.95,
    "at 1.3 of the bound": lambda t: t >= 1.3,
    "old again from 1.5 to 2.5 bounds": lambda t: not 1.5 <= t < 2.5,
    "never": lambda _: False,
    "alternating within the bound": lambda t: t >= 0.9 or int(t * 20) % 2 == 1,
}


class Service(ThreadingHTTPServer):
    """Users by id, each with the clock and the moment of its write, a kind and both versions."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.users: dict[str, tuple[FakeClock, float, str, Any, Any]] = {}
        self.random = random.Random(1)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """Answers look-ups."""

    protocol_version = "HTTP/1.1"
    server: Service

    def do_GET(self) -> None:
        clock, since, kind, old, new = self.server.users[self.path.rpartition("/")[2]]
        clock.advance(self.server.random.uniform(0, ANSWER_S))
        user = new if KINDS[kind]((clock.monotonic() - since) / BOUND_S) else old
        body = json.dumps(user).encode()
        self.send_response(200 if user else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Story:
    """One run: a person whose write was acknowledged just now, and what is watched of it."""

    def __init__(self, service: Service, number: int, kind: str, *, deletes: bool = False) -> None:
        clock, history, normalizer = FakeClock(), History(), Normalizer(TARGET)
        retries = FaultRetries(TARGET.faults, clock, random.Random(number))
        client = SessionClient(
            service.url, TARGET, transport=Transport(TARGET, clock), history=history, retries=retries
        )
        people = People("acctestrun00", "gw0", number, with_password=False)
        api = UsersApi(client, normalizer, _NoJournal(), people, clock)  # type: ignore[arg-type]
        self.clock = clock
        self.convergence = Convergence(clock, [])
        self.observer = Observer(api, Validator(TARGET, normalizer), normalizer, self.convergence, clock)
        self.person = people.introduce("Ada")
        self.person.id = f"{kind[:3].strip()}{number}"
        old = {"id": self.person.id, **self.person.details}
        self.person.wrote(self.person.details, _acknowledged("create", self.person, clock, ago_s=1.0))
        if deletes:
            self.person.deletion = _acknowledged("delete", self.person, clock)
            new = None
        else:
            details = self.person.next_version()
            self.person.wrote(details, _acknowledged("replace", self.person, clock))
            new = {"id": self.person.id, **details}
        service.users[self.person.id] = (clock, self.person.acknowledged_at, kind, old, new)
        self.probe = PersonProbe(self.observer, self.person, "single", expects_absence=deletes)
        self.line = self.observer.timeline(self.probe, self.person, BOUND_S)

    def watch(self) -> str:
        """Watch up to the bound and once more at twice the bound; say what was found."""
        try:
            self.convergence.observe(self.probe, self.line)
            self.clock.sleep(self.line.acknowledged_at + 2 * BOUND_S - self.clock.monotonic())
            self.convergence.keep_watching(self.probe, self.line)
        except Failure as failure:
            return type(failure).__name__
        return "kept"


class _NoJournal:
    """Nothing is created here."""


def _acknowledged(verb: str, person: Person, clock: FakeClock, ago_s: float = 0.0) -> Operation:
    now = clock.monotonic() - ago_s
    request = Request("PUT", f"http://127.0.0.1/users/{person.id}", {})
    exchange = Exchange(request, 1, now - 0.01, now, clock.now(), Outcome.OK, Response(200, {}))
    return Operation(verb, person.subject, exchanges=[exchange])


@pytest.mark.parametrize(
    ("kind", "deletes", "found"),
    [
        ("just below the bound", False, "kept"),
        ("just below the bound", True, "kept"),
        ("alternating within the bound", False, "kept"),
        ("at 1.3 of the bound", False, LateConvergence.__name__),
        ("at 1.3 of the bound", True, LateConvergence.__name__),
        ("never", False, NeverConverged.__name__),
        ("never", True, NeverConverged.__name__),
        ("old again from 1.5 to 2.5 bounds", False, DivergedAgain.__name__),
        ("old again from 1.5 to 2.5 bounds", True, CameBack.__name__),
    ],
)
def test_told_apart_in_all_runs(service: Service, kind: str, deletes: bool, found: str) -> None:  # noqa: FBT001
    """Just below the bound is kept, 1.3 of it late; the rest never arrives, diverges again or comes back."""
    results = [Story(service, number, kind, deletes=deletes).watch() for number in range(RUNS)]
    assert results == [found] * RUNS
