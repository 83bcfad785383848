"""Creations under one key at once: of one user, who is there once, or of different ones, of whom one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.idempotency.declared_keys import waits
from support.errors import DuplicateEffect
from support.http import Outcome
from support.http.retry import is_fault
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.behaviours.idempotency.keys import Keys
    from support.behaviours.idempotency.repeats import Repeats
    from support.convergence import Observer
    from support.http import Operation
    from support.users import Person

OTHER_REQUEST = "the key belongs to another request"
IN_PROGRESS = (409, 425)  # whoever has the key, somebody else does


class SimultaneousCreations:
    """Judges rounds of creations, each under a key of its own."""

    def __init__(self, observer: Observer, keys: Keys, repeats: Repeats) -> None:
        self._validator = observer.validator
        self._target = observer.api.target
        self._keys = keys
        self._repeats = repeats

    def one_each_round(self, rounds: Sequence[Sequence[Operation]]) -> None:
        """Require that each round has created one user, and nobody else."""
        created: list[Person] = []
        others: list[Person] = []
        for operations in rounds:
            people = list(dict.fromkeys(self._keys.find(operation)[0] for operation in operations))
            winner = self._takes_key(operations) if len(people) > 1 else self._answered_alike(operations)
            created.append(winner)
            others += [person for person in people if person is not winner]
        self._repeats.exist_once(created)
        if others:
            self._repeats.never_existed(others)

    def _answered_alike(self, operations: Sequence[Operation]) -> Person:
        """Require that all creations of one user were answered with that user, and return who it is."""
        shown: dict[object, Operation] = {}
        for sent in operations:
            operation = self._settled(sent)
            waits(sent, self._target.idempotency)
            promised = f"{len(operations)} requests under one key at once get one answer"
            self._repeats.require_accepted(operation, promised)
            shown.setdefault(self._validator.user(operation).id, operation)
        if len(shown) > 1:
            raise DuplicateEffect(
                f"{len(operations)} requests under one idempotency key create one user",
                f"they were answered with {len(shown)} users: ids {clip(list(shown))}",
                evidence=list(shown.values()),
            )
        return self._keys.find(operations[0])[0]

    def _takes_key(self, operations: Sequence[Operation]) -> Person:
        """Require that one creation was carried out and those of others refused; return whose it was."""
        won: dict[object, Operation] = {}
        winners: list[Person] = []
        for sent in operations:
            operation = self._settled(sent)
            if operation.outcome is Outcome.OK:
                won.setdefault(self._validator.user(operation).id, operation)
                winners.append(self._keys.find(sent)[0])
            elif operation.response is not None and operation.response.status in IN_PROGRESS:
                self._validator.refused_cleanly(operation)
            else:
                self._validator.refused(operation, OTHER_REQUEST)
        if len(won) != 1:
            raise DuplicateEffect(
                f"of {len(operations)} different requests under one idempotency key one is carried out",
                f"{len(won)} were",
                evidence=list(won.values()) or operations,
            )
        return winners[0]

    def _settled(self, sent: Operation) -> Operation:
        """Return the final answer: a client that met nothing but faults asks once more."""
        operation = self._keys.send_again(sent) if is_fault(sent.last, self._target.faults) else sent
        self._repeats.require_final(operation)
        return operation
