"""One of many clients, as Locust runs it: it acts, judges what it gets as stories do, and rests a little."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

from locust import User, between, task

from support.behaviours.strain.measurements import Finding
from support.errors import Failure, Inconclusive
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.behaviours.strain.measurements import Measurements
    from support.runner.world import World
    from support.users import Person

PAUSE_S = (0.2, 0.8)  # between two acts of one client [s]


class Acts:
    """What a client does with people of its own, each act judged at once; `names` tells people apart."""

    def __init__(self, world: World, names: itertools.count[int], most_people: int) -> None:
        self._users = world.users
        self._observer = world.users.observer
        self._api = world.api
        self._names = names
        self._most_people = most_people
        self._people: list[Person] = []
        self._chance = random.Random(f"{world.run.seed}:{next(names)}")

    def forget(self) -> None:
        """Leave everybody alone from now on: nobody knows what has become of them."""
        self._people.clear()

    def next(self) -> None:
        """Do one of the things that make sense now."""
        acts: list[Callable[[], object]] = []
        target = self._api.target
        if len(self._people) < self._most_people:
            acts.append(self._create)
        if self._people:
            acts += [self._look_up, self._look_up, self._delete]
            acts += [self._change] if target.promise("patch") else []
            acts += [self._search] if target.promise("filter-by-email") else []
        if target.has_list:
            acts.append(self._list)
        self._chance.choice(acts)()

    def _anybody(self) -> Person:
        return self._chance.choice(self._people)

    def _create(self) -> None:
        self._people.append(self._users.setup.exists(f"Client{next(self._names)}"))

    def _look_up(self) -> None:
        self._observer.sees(self._anybody())

    def _change(self) -> None:
        person = self._anybody()
        operation = self._api.change(person, {"name": person.next_version()["name"]})
        self._observer.validator.done(operation, self._api.target.accepted.change)
        self._observer.sees(person)

    def _search(self) -> None:
        self._observer.sees(self._anybody(), "filter")

    def _list(self) -> None:
        operation, _ = self._api.list_page({})
        self._observer.validator.done(operation, self._api.target.listed)

    def _delete(self) -> None:
        person = self._people.pop(self._chance.randrange(len(self._people)))
        self._observer.validator.done(self._api.delete(person), self._api.target.accepted.delete)
        self._observer.misses(person)


def client_class(world: World, measured: Measurements, most_people: int) -> type[User]:
    """Return the class of the clients of this process, which all measure into the same."""
    names = itertools.count(1)

    class Client(User):
        """Acts for as long as Locust lets it."""

        wait_time = between(*PAUSE_S)

        def on_start(self) -> None:
            """Begin without people."""
            self._acts = Acts(world, names, most_people)

        @task
        def act(self) -> None:
            """Do one thing, and note what came of it."""
            try:
                self._acts.next()
                measured.done += 1
            except Failure as failure:
                how = failure.evidence[-1].describe() if failure.evidence else "see the history of the run"
                # The passwords of this process are known to no other: hidden before they leave it.
                told = map(REDACTOR.text, (failure.promised, failure.seen, how))
                measured.found(Finding(type(failure).__name__, *told))
                self._acts.forget()
            except Inconclusive:
                measured.undecided += 1
                self._acts.forget()

    return Client
