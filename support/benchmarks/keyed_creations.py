"""Whether keys hold in a storm: `python -m support.benchmarks.keyed_creations [COUNT [WEATHER]]`.

So many users are created, each under a key of its own, against an embedded service, and each creation is
repeated by the normal retry policy until it is final. At the end the list must hold exactly that many users,
and every answer must show one of them. Exits 1 when it does not.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from support.cast.people import People
from support.cleanup.journal import Journal
from support.clock import SystemClock
from support.http.authentication.credentials import credentials_for
from support.http.client import SessionClient
from support.http.history import History, Outcome
from support.http.retry import FaultRetries
from support.http.transport import Transport
from support.runner.embedded import EmbeddedService
from support.target.profiles import load_target
from support.users.api import UsersApi
from support.users.markers import new_run
from support.users.normalizers import Normalizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.target.profile import Target
    from support.users.person import Person

CLIENTS = 4


def make_api(target: Target, service: EmbeddedService, people: People, folder: Path) -> UsersApi:
    """Make the users API of one client."""
    clock = SystemClock()
    client = SessionClient(
        service.base_url,
        target,
        transport=Transport(target, clock),
        history=History(),
        retries=FaultRetries(target.faults, clock, random.Random(0), target.timeouts.operation_s),
        credentials=credentials_for(target, service.tokens, target.auth.token),
    )
    return UsersApi(client, Normalizer(target), Journal(folder / "journal-gw.jsonl"), people, clock)


def create(api: UsersApi, people: Sequence[Person]) -> None:
    """Create people, each under a key of their own, and repeat what is not final yet."""

    def create_one(person: Person) -> None:
        key = str(uuid4())
        while api.create(person, key=key).outcome is not Outcome.OK:
            pass  # the retry policy has waited already

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(create_one, people))


def main() -> int:
    """Create, count and print; return the exit code."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    weather = sys.argv[2] if len(sys.argv) > 2 else "stormy"
    target = load_target("reference")
    service = EmbeddedService("support.reference", target.auth.variables, ["--weather", weather])
    makers = People(new_run(), "gw", 0, with_password=False)
    people = [makers.stranger("Ada") for _ in range(count)]
    begun = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory() as folder:
            api = make_api(target, service, makers, Path(folder))
            create(api, people)
            operations, items, complete = api.walk_list(strong=True)
            while not complete:
                operations, items, complete = api.walk_list(strong=True)
    finally:
        service.stop()
    attempts = sum(len(operation.exchanges) for operation in api.client.history) - len(operations)
    listed = {item[target.fields.id] for item in items}
    answered = {person.id for person in people}
    print(
        f"{count} creations in weather {weather}: {attempts} attempts, {len(items)} users, "
        f"{len(answered & listed)} of them answered, {time.perf_counter() - begun:.0f} s"
    )
    return 0 if len(items) == count and answered == listed else 1


if __name__ == "__main__":
    sys.exit(main())
