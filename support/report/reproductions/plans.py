"""A plan: the steps that a script sends and the checks that it judges by, as plain data.

Chooses which steps of a story a finding may need, from the fewest on; it sends nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from support.report.reproductions.recording.recorder import Recording
    from support.report.reproductions.recording.steps import Step
    from support.target import Target

    Check = dict[str, Any]

REFERRING = ("as_in", "after", "not_as_in", "user", "than")
# How long reads go on that must show the newest state from a promised time on, in times of that.
WATCHED = 2.0
LEAST_WATCHED_S = 0.3
LISTS = frozenset({"find", "list"})
READS = LISTS | {"look up", "check"}


def named_by(checks: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the steps that checks are about."""
    names: set[str] = set()
    for check in checks:
        names.add(check["of"])
        names.update(check[each] for each in REFERRING if each in check)
        names.update(check.get("unlike", ()))
    return names


class Slicer:
    """Chooses among the steps of one story; `is_enough` tells whether the checks follow from a choice."""

    def __init__(
        self, steps: Sequence[Step], checks: Sequence[Check], is_enough: Callable[[Sequence[Step]], bool]
    ) -> None:
        self._steps = list(steps)
        self._by_name = {step.name: step for step in steps}
        self._checks = list(checks)
        self._is_enough = is_enough
        places = [place for place, step in enumerate(steps) if step.name in named_by(checks)]
        self._end = max(places, default=-1)

    def candidates(self) -> list[list[Step]]:
        """Return choices of steps, the shortest first: each holds what the checks are about."""
        core = self._closed(named_by(self._checks))
        users = {self._by_name[name].user for name in core} - {""}
        marks = {mark for name in core for mark in self._by_name[name].marks}
        before = self._steps[: self._end + 1]
        writes = {step.name for step in before if step.is_write and step.user in users}
        same = {s.name for s in before if s.is_write and (s.user in users or s.marks & marks)}
        looks = {step.name for step in before if step.user in users}
        everything = {step.name for step in before}
        choices: list[list[Step]] = []
        for names in (
            core,
            core | writes,
            core | same,
            core | same | looks,
            core | self._writes(),
            everything,
        ):
            chosen = self._in_order(self._closed(names))
            if chosen not in choices and self._is_enough(chosen):
                choices.append(chosen)
        return choices or [self._in_order(everything)]

    def without(self, steps: Sequence[Step], dropped: Step) -> list[Step] | None:
        """Return the steps without one and those that need it; None where the checks need it."""
        gone = {dropped.name}
        for step in steps:
            if (step.needs | ({step.user} if step.user else set())) & gone:
                gone.add(step.name)
        needed = self._closed(named_by(self._checks))
        fewer = [step for step in steps if step.name not in gone]
        return fewer if not gone & needed and self._is_enough(fewer) else None

    def _writes(self) -> set[str]:
        return {step.name for step in self._steps[: self._end + 1] if step.is_write}

    def _closed(self, names: Iterable[str]) -> set[str]:
        """Return steps with all that they need."""
        found: set[str] = set()
        waiting = [name for name in names if name in self._by_name]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                step = self._by_name[name]
                waiting += [need for need in (*step.needs, step.user) if need in self._by_name]
        return found

    def _in_order(self, names: set[str]) -> list[Step]:
        return [step for step in self._steps if step.name in names]


class Plans:
    """Writes plans for one target."""

    def __init__(self, target: Target, recording: Recording, base_url: str) -> None:
        self._target = target
        self._recording = recording
        self._base_url = base_url

    def plan(self, steps: Sequence[Step], checks: Sequence[Check]) -> dict[str, Any]:
        """Return the plan of some steps, judged by checks."""
        kept = {step.name for step in steps}
        needed = {need for step in steps for need in step.needs}
        marks = sorted({mark for step in steps for mark in step.marks}, key=int)
        return {
            "base_url": self._base_url,
            "attempts": 1,
            "marks": {mark: self._recording.symbols.marks[mark] for mark in marks},
            "steps": [self._data(step, checks, needed) for step in steps],
            "checks": [self._narrowed(check, kept) for check in checks],
            **self._target_data(steps),
        }

    def _data(self, step: Step, checks: Sequence[Check], needed: set[str]) -> dict[str, Any]:
        """Return a step as a script sends it; `needed` are those that others need the answers of."""
        data = dict(step.data)
        is_judged = any(check["of"] == step.name for check in checks)
        view = {"find": "filter", "list": "list"}.get(step.verb, "single")
        bound_s = self._target.bounds.of(view)
        if step.verb not in READS or not bound_s or self._is_newest(step):
            return data
        settle_s = round(bound_s * 1.01 + 0.05, 3)
        if is_judged:
            watched_s = bound_s * (WATCHED if step.is_settled else 1.0)
            data |= {"settle_s": settle_s} if step.is_settled else {}
            data["watch_s"] = round(max(LEAST_WATCHED_S, watched_s), 3)
        elif step.name in {*named_by(checks), *needed} and (step.is_settled or step.verb in LISTS):
            data["settle_s"] = settle_s
        elif step.answer.status < 300:
            data["until_s"] = settle_s
        return data

    def _is_newest(self, step: Step) -> bool:
        return step.is_newest or any(s.startswith("header ") for s in step.symbols)

    @staticmethod
    def _narrowed(check: Check, kept: set[str]) -> Check:
        fewer = {name: [n for n in check[name] if n in kept] for name in ("unlike", "users") if name in check}
        return check | fewer

    def _target_data(self, steps: Sequence[Step]) -> dict[str, Any]:
        target = self._target
        lists = target.lists
        caller: dict[str, str] = next((s.data["as"] for s in steps if "as" in s.data), {})
        delete, landmark = target.route("delete"), target.landmark
        size = "&".join(
            f"{name}={value}" for name, value in {**lists.always, **lists.sized(target.walk_size)}.items()
        )
        headers = {"If-Match": "*"} if target.promise("precondition-required") else {}
        return {
            **facts_of(target),
            "faults": list(target.faults.statuses),
            "headers": dict(target.sending.headers),
            "list": target.has_list,
            "everyone": f"GET {landmark}{f'?{size}' if size else ''}",
            "look": {"name": "look", "what": "look", "send": f"GET {landmark}", "as": caller, "status": 200},
            "delete": {"send": f"{delete.method} {delete.path}", "headers": headers},
        }


def facts_of(target: Target) -> dict[str, Any]:
    """Return what checks have to know of a target's answers."""
    lists = target.lists
    return {
        "ids": list(target.fields.ids),
        "user_path": target.user_path,
        "lists": {
            "items": lists.items, "style": lists.style, "next": lists.next,
            "next_header": lists.next_header.lower(), "position": lists.position,
            "first": lists.begins_with, "total": lists.total, "total_header": lists.total_header.lower(),
        },
    }  # fmt: skip
