"""ServiceQuality trust: everything that is offered works, is quick enough, and is there as it was promised.

Sends what anybody sends on any day and judges it together; the rules for single answers are
`support.users.validators`'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.behaviours.strain.declared_promises import PROBES
from support.behaviours.strain.objectives import WARMING_UP, count_slow, first_bytes, quick_lately, verdict
from support.errors import Inconclusive, SlowAnswers, UnexpectedContent
from support.http import Call
from support.users.forms.keys import own_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.convergence import Observer
    from support.http import Operation
    from support.users import Person, UsersApi

MOST_SAMPLES = 300
# A machine that wakes the suite up so late [s] after a short nap is too busy itself to time anybody.
NAP_S = 0.001
LATE_S = 0.05


class ServiceQuality:
    """Does what anybody does, and judges what comes of it."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._api = observer.api
        self._validator = observer.validator
        self._target = observer.api.target
        self._clock = observer.clock

    def use_everything(self, person: Person) -> list[Operation]:
        """Use every action that the target offers once, on one person who is new."""
        api, promise = self._api, self._target.promise
        done = [api.create(person), api.look_up(person.id, person.subject)]
        if promise("head"):
            done.append(api.check(person.id, person.subject))
        if self._target.has_list:
            done.append(api.list_page({})[0])
        if promise("filter-by-email"):
            done.append(api.find(person.email, person.subject)[0])
        if promise("put"):
            done.append(api.replace(person, person.next_version()))
        if promise("patch"):
            done.append(api.change(person, {"name": person.next_version()["name"]}))
        done.append(api.delete(person))
        return done

    def all_succeeded(self, operations: list[Operation]) -> None:
        """Require that every action came through, however often trouble stood in its way."""
        accepted = self._target.accepted
        statuses = {
            "create": accepted.create,
            "replace": accepted.replace,
            "change": accepted.change,
            "delete": accepted.delete,
            "list": self._target.listed,
            "find": self._target.listed,
        }
        for operation in operations:
            # Within the bound a reader may not know yet who is there.
            is_read = operation.verb in {"look up", "check"}
            also = accepted.gone if is_read else ()
            self._validator.done(operation, statuses.get(operation.verb, accepted.look_up), also=also)

    # Times

    def ask_often(self, person: Person, newcomer: Callable[[], Person]) -> dict[str, list[float]]:
        """Know of each kind of request how quick that is; return the times [s] by verb.

        What this process has asked before, others beside it, counts where it was quick; what is missing
        is asked alone. Whoever is created, under a key where keys are promised, is deleted at once.
        """
        api = self._api
        known = quick_lately(api.client.history, self._target.slo)

        def come_and_go() -> None:
            somebody = newcomer()
            api.create(somebody, key=own_key(self._target, is_of_use=True))
            if somebody.id is not None:
                api.delete(somebody)

        actions: dict[str, Callable[[], Any]] = {
            "look up": lambda: api.look_up(person.id, person.subject),
        }
        if self._target.has_list:
            actions["list"] = lambda: api.list_page({})
        if self._target.promise("patch"):
            actions["change"] = lambda: api.change(person, {"name": person.next_version()["name"]})
        if self._target.promise("put"):
            actions["replace"] = lambda: api.replace(person, person.next_version())
        if self._target.promise("filter-by-email"):
            actions["find"] = lambda: api.find(person.email, person.subject)
        actions["create"] = come_and_go
        return {verb: self._sample(verb, action, known.get(verb, [])) for verb, action in actions.items()}

    def _sample(self, verb: str, action: Callable[[], Any], times: list[float]) -> list[float]:
        history = self._api.client.history
        is_warm = bool(times)
        for number in range(MOST_SAMPLES):
            if verdict(times, self._target.slo) is not None:
                return times
            due = self._clock.monotonic() + NAP_S
            self._clock.sleep(NAP_S)
            is_late = self._clock.monotonic() - due > LATE_S
            mark = len(history)
            action()
            if (is_warm or number >= WARMING_UP) and not is_late:
                times += first_bytes(history.since(mark)).get(verb, [])
        return times

    def quick_enough(self, times: dict[str, list[float]]) -> None:
        """Require that no kind of request was slow more often than the objective allows by chance."""
        objective = self._target.slo
        for verb, seconds in times.items():
            finding = verdict(seconds, objective)
            if finding is None:
                raise Inconclusive(f"too few answers could be timed to say how quick a request to {verb} is")
            if not finding:
                slow = count_slow(seconds, objective)
                raise SlowAnswers(
                    f"{objective.share:.0%} of the answers come within {objective.within_s * 1000:.0f} ms",
                    f"{slow} of {len(seconds)} requests to {verb} took longer, up to "
                    f"{max(seconds) * 1000:.0f} ms; chance allows a few",
                    evidence=self._slowest(verb),
                )

    def _slowest(self, verb: str) -> list[Operation]:
        timed = [
            operation
            for operation in self._api.client.history
            if operation.verb == verb and operation.exchanges and operation.exchanges[0].first_byte_s
        ]
        return sorted(timed, key=lambda operation: operation.exchanges[0].first_byte_s or 0.0)[-1:]

    # Promises

    def probe_promises(self, person: Person) -> list[str]:
        """Have every promise of the profile that shows at first glance looked at; return what is missing."""
        self._observer.settle(person.acknowledged_at, self._target.bounds.list_s)
        missing = []
        for promise, probe in PROBES.items():
            if self._target.promise(promise) and (complaint := probe(self._api, self._validator, person)):
                missing.append(f"{promise}: {complaint}")
        return missing

    def all_promised(self, missing: list[str]) -> None:
        """Require that nothing of the profile was missing at first glance."""
        if missing:
            raise UnexpectedContent(
                "the service does what its profile promises",
                "; ".join(missing),
                evidence=self._api.client.history.since(-1),
            )

    # Health

    def ask_for_health(self, api: UsersApi) -> Operation:
        """Ask whether the service takes requests, as a caller that it need not know."""
        return api.send(Call("GET", self._target.health), "ask for", "the service's health")

    def is_well(self, operation: Operation) -> None:
        """Require that the service says that it takes requests."""
        self._validator.done(operation, (200, 204))
