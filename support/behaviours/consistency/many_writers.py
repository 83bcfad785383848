"""What is done to many users at once, by many clients at once, or while others are looking.

When records, Then judges: everything here sends and remembers, nothing here decides. Threads stand for
clients; each has connections of its own.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from support.convergence import PersonProbe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from support.cast import People
    from support.convergence import Observer
    from support.convergence.probes import Look
    from support.http import Operation
    from support.users import Person, UsersApi

_T = TypeVar("_T")
AT_ONCE = 4
LOOK_PAUSE_S = 0.01
ENOUGH = 6


class ManyWriters:
    """Does to many what a client does to one."""

    def __init__(self, observer: Observer, people: People) -> None:
        self._observer = observer
        self._api = observer.api
        self._clock = observer.clock
        self._people = people

    def create(self, count: int) -> list[Operation]:
        """Create so many users, several at a time."""
        people = [self._people.introduce(f"User{number + 1}") for number in range(self._api.fit(count))]
        return self._each(people, lambda person: self._api.create(person, key=self._key()))

    def replace_at_once(self, people: Iterable[Person], clients: int) -> list[Operation]:
        """Have so many clients replace the details of each of the people at the same moment."""
        apis = [self._api.with_client(self._api.client.twin()) for _ in range(clients)]
        barrier = threading.Barrier(clients)

        def replace(api: UsersApi, person: Person, version: dict[str, Any]) -> Operation:
            barrier.wait()
            return api.replace(person, version)

        operations: list[Operation] = []
        with ThreadPoolExecutor(clients) as pool:
            for person in people:
                versions = [person.next_version() for _ in apis]
                operations += pool.map(replace, apis, [person] * clients, versions)
        for api in apis:
            api.client.close()
        return operations

    def act_while_others_look(self, count: int, person: Person | None) -> list[tuple[PersonProbe, Look]]:
        """Replace a person so many times, or create so many users; return what others saw meanwhile."""
        if person is None:
            return self.create_while_others_look(count)
        return self._look_meanwhile(person, lambda: self._replace_often(person, count))

    def create_while_others_look(self, count: int) -> list[tuple[PersonProbe, Look]]:
        """Create users and replace each once; return what others saw of them from the first moment on."""
        people = [self._people.introduce(f"User{number + 1}") for number in range(count)]

        def create(person: Person) -> list[tuple[PersonProbe, Look]]:
            self._api.create(person, key=self._key())
            if person.id is None:
                return []
            probe = PersonProbe(self._observer, person, "single", expects_absence=False)
            at_once = [(probe, probe.look()) for _ in range(ENOUGH)]
            return at_once + self._look_meanwhile(person, lambda: self._replace_often(person, 1))

        return [look for looks in self._each(people, create) for look in looks]

    def _replace_often(self, person: Person, times: int) -> None:
        for _ in range(times):
            self._api.replace(person, person.next_version())

    def _look_meanwhile(self, person: Person, deed: Callable[[], object]) -> list[tuple[PersonProbe, Look]]:
        """Have others look at a person while something is done, and on until they see the last of it."""
        is_done = threading.Event()

        def keep_looking(view: str) -> list[tuple[PersonProbe, Look]]:
            observer = self._observer.as_seen_by(self._api.with_client(self._api.client.twin()))
            probe = PersonProbe(observer, person, view, expects_absence=False)
            looks: list[tuple[PersonProbe, Look]] = []
            while not (is_done.is_set() and self._has_caught_up(person, looks)):
                looks.append((probe, probe.look()))
                self._clock.sleep(LOOK_PAUSE_S)
            observer.api.client.close()
            return looks

        with ThreadPoolExecutor(2) as pool:
            readers = [pool.submit(keep_looking, view) for view in self._views()]
            try:
                deed()
            finally:
                is_done.set()
        return [look for reader in readers for look in reader.result()]

    def _has_caught_up(self, person: Person, looks: Sequence[tuple[PersonProbe, Look]]) -> bool:
        """Return whether the last looks show the last version, or should have by now."""
        last = person.writes[-1]
        if self._clock.monotonic() > last.operation.answered_at + self._api.target.bounds.single_s:
            return True
        version = str(last.details["name"]).encode()
        answers = [look.operation.response for _, look in looks[-ENOUGH:]]
        return len(answers) == ENOUGH and all(answer and version in answer.body for answer in answers)

    def _views(self) -> list[str]:
        return ["single", "filter" if self._api.target.promise("filter-by-email") else "single"]

    def _key(self) -> str | None:
        return str(uuid4()) if self._api.target.promise("idempotency-key") else None

    @staticmethod
    def _each(people: Iterable[Person], deed: Callable[[Person], _T]) -> list[_T]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(deed, people))
