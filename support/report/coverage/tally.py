"""Counts what one story tried, from its operations, and adds up what several did."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from support.http import Outcome
from support.report.coverage.undeclared import Undeclared
from support.report.coverage.values import kinds_of
from support.users.forms.paths import MISSING, read, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from support.http import Operation
    from support.target import Target
    from support.users import Normalizer

    # By what is counted (operations, values, orders, undeclared): how often each was met.
    Counts = dict[str, dict[str, int]]

WRITES = frozenset({"create", "change", "replace", "delete"})
ENDS = {
    Outcome.OK: "done",
    Outcome.REFUSED: "refused",
    Outcome.FAILED: "turned away",
    Outcome.UNKNOWN: "not answered",
}
DETAILS = ("name", "email", "nickname")


class Tally:
    """Counts for one target, whose names it reads in requests and answers."""

    def __init__(self, target: Target, normalizer: Normalizer) -> None:
        self._wrap = target.sending.wrap
        self._undeclared = Undeclared(target, normalizer)
        limits = target.limits
        longest = {"name": limits.name, "email": limits.email, "nickname": limits.nickname}
        paths = {name: getattr(target.fields, name) for name in DETAILS}
        self._details = {name: (path, longest[name]) for name, path in paths.items() if path}
        # JSON Patch and PatchOp name a detail by the last step of its path.
        self._named = {split(path)[-1]: name for name, (path, _) in self._details.items()}

    def count(self, operations: Sequence[Operation]) -> Counts:
        """Return how often each operation ended how, and what was sent, in which order, and is undeclared."""
        sent = [operation for operation in operations if operation.exchanges]
        counts: dict[str, Counter[str]] = {
            "operations": Counter(f"{each.verb}, {ENDS[each.outcome]}" for each in sent),
            "values": Counter(kind for each in sent for kind in self._kinds(each)),
            "orders": Counter(_orders(sent)),
            "undeclared": Counter(path for each in sent for path in self._undeclared.of(each)),
        }
        return {name: dict(counted) for name, counted in counts.items() if counted}

    def _kinds(self, operation: Operation) -> Iterator[str]:
        """Yield each detail that an operation wrote, with each kind of its value."""
        body = operation.exchanges[0].request.body
        if operation.verb not in WRITES or not body:
            return
        try:
            whole = json.loads(body)
        except (ValueError, RecursionError):
            yield "form: no JSON"
            return
        for name, value in self._written(read(whole, self._wrap, whole)):
            for kind in kinds_of(value, self._details[name][1]):
                yield f"{name}: {kind}"

    def _written(self, document: Any) -> Iterator[tuple[str, Any]]:
        changes = document.get("Operations") if isinstance(document, dict) else document
        if isinstance(changes, list):
            for change in changes:
                name = self._named.get(_last_step(change))
                if name:
                    yield name, change.get("value")
            return
        for name, (path, _) in self._details.items():
            value = read(document, path, MISSING)
            if value is not MISSING:
                yield name, value


def _last_step(change: Any) -> str:
    path = change.get("path") if isinstance(change, dict) else None
    return path.replace("/", ".").split(".")[-1] if isinstance(path, str) else ""


def _orders(operations: Iterable[Operation]) -> Iterator[str]:
    """Yield each two writes that followed each other on one user, or went on at once."""
    of_user: dict[str, list[Operation]] = {}
    for operation in operations:
        if operation.verb in WRITES and operation.outcome is not Outcome.FAILED:
            of_user.setdefault(operation.subject, []).append(operation)
    for writes in of_user.values():
        for first, second in pairwise(sorted(writes, key=lambda each: each.sent_at)):
            if second.sent_at < first.answered_at:
                yield " beside ".join(sorted((first.verb, second.verb)))
            else:
                yield f"{first.verb}, then {second.verb}"


def add_up(several: Iterable[Mapping[str, Mapping[str, int]]]) -> Counts:
    """Return what several stories tried together, what was met most often first."""
    total: dict[str, Counter[str]] = {}
    for counts in several:
        for name, counted in counts.items():
            total.setdefault(name, Counter()).update(counted)
    return {name: dict(counted.most_common()) for name, counted in total.items()}


def undeclared_in(scenarios: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return in how many stories of a summary each undeclared member was seen, the most frequent first."""
    seen = (scenario.get("tried", {}).get("undeclared", ()) for scenario in scenarios)
    return add_up({"seen": dict.fromkeys(members, 1)} for members in seen).get("seen", {})
