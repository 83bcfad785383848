"""What a correct service would have answered to each step of a story, as data that a script can judge by.

A second, smaller judge beside the one that found the fault: it knows the clauses that can be said of single
answers and of a few compared. What it derives is trusted only where it says of the recorded answers what the
finding says: that they are wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.errors import UnexpectedAnswer
from support.report.reproductions.expectations.creations import CreationExpectations
from support.report.reproductions.expectations.details import Details, body_of
from support.report.reproductions.expectations.forms import form_of
from support.report.reproductions.expectations.lists import ListExpectations
from support.report.reproductions.expectations.someone import Someone
from support.report.reproductions.expectations.tenants import STRANGER, Tenants
from support.report.reproductions.script.answers import MISSING, id_in, key_of
from support.report.reproductions.script.described import places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from support.errors import Failure
    from support.report.reproductions.recording.steps import Step
    from support.target import Target

    Check = dict[str, Any]

VIEWS = {"find": "filter", "list": "list"}
OWN = ("id", "role", "created_at")
REPEATED = ("name", "email", "nickname", "role", "created_at", "updated_at")


class Expectations:
    """Goes through the steps of a story in their order; `of` gives what has to hold of each."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._details = Details(target)
        self._tenants = Tenants(target)
        self._lists = ListExpectations(target, self._details)
        self._creating = CreationExpectations(target, self._details)
        self._people: dict[str, Someone] = {}
        self._creations: list[Step] = []
        self._keyed: dict[str, Step] = {}
        self._refused: list[Step] = []

    def of(self, step: Step, failure: Failure | None = None) -> list[Check]:
        """Return what has to hold of a step's answer, then take account of what it has done.

        `failure` is the finding, where the step is the evidence of it: it may know the statuses, or what
        exactly the answer fails.
        """
        checks = [] if step.data.get("hang_up") else list(self._of(step))
        if isinstance(failure, UnexpectedAnswer) and failure.statuses:
            checks.insert(0, {"that": "status", **_statuses(failure.statuses)})
        if failure is not None and failure.check is not None:
            checks[:0] = self._brought(step, failure.check)
        self._apply(step)
        return [{**check, "of": step.name} for check in checks]

    def _brought(self, step: Step, check: Mapping[str, Any]) -> Iterator[Check]:
        """Return the check of a finding; of what stands in a list, only where one of ours is shown there."""
        path = check.get("path", [])
        at = next((place for place, part in enumerate(path) if isinstance(part, int)), None)
        if at is None:
            yield dict(check)
            return
        facts = {"user_path": self._target.user_path, "ids": self._target.fields.ids}
        shown = [id_in(item, facts) for item in places(step.answer.json(), path[: at + 1])]
        for creation in self._creations:
            if shown == [id_in(creation.answer.json(), facts)]:
                yield {**check, "path": path[at + 1 :], "user": creation.name}

    def situation(self, step: Step) -> tuple[Any, ...]:
        """Return what decides how a step has to be answered, beside what it sends: to be asked before `of`.

        Whether its user is there, who has the email that it asks for, whether its key was used, and whether
        the version that it names is the current one.
        """
        someone = self._people.get(step.user)
        email = self._details.asked(step).get("email")
        holders = [
            name
            for name, each in self._people.items()
            if each is not someone
            and not each.is_gone
            and (each.details is None or (email and key_of(each.details.get("email")) == key_of(email)))
        ]
        first = self._keyed.get(step.key)
        tag = next((symbol for symbol in step.symbols if symbol.startswith("tag ")), "")
        looks = [] if someone is None else someone.looks
        is_current = any(f"tag {look_.name}" == tag for look_ in looks)
        return (someone is None or someone.is_gone, holders, first and first.name, is_current)

    def _of(self, step: Step) -> Iterator[Check]:
        yield {"that": "status", "from": 100, "to": 500}
        if step.operation.persists:
            yield {"that": "passes", "faults": list(self._target.faults.statuses)}
        caller = self._tenants.of(step)
        if caller == STRANGER:
            yield {"that": "status", "in": list(self._target.refusal("the credentials are not accepted"))}
        elif step.user in self._people and self._people[step.user].tenant != caller:
            yield {"that": "status", "in": list(self._target.refusal("the user belongs to another tenant"))}
        else:
            yield from self._of_request(step, caller)
        yield from form_of(step, self._target)

    def _of_request(self, step: Step, caller: str) -> Iterator[Check]:
        """Return what holds of an answer to somebody who may ask."""
        if step.verb == "create" and step.is_done:
            first = self._keyed.get(step.key) if step.key else None
            yield from self._of_repeat(step, first) if first else self._creating.of(step, self._creations)
        elif step.verb in {"replace", "change"} and step.is_done:
            yield from self._of_write(step)
        elif step.verb in {"look up", "check"}:
            yield from self._of_look(step)
        elif step.verb in {"find", "list"} and step.is_done:
            step.is_settled = all(self._is_settled(each, step) for each in self._people.values())
            made = {mark for creation in self._creations for mark in creation.marks}
            yield from self._lists.of(step, self._people, self._refused, made, caller)

    def _of_repeat(self, step: Step, first: Step) -> Iterator[Check]:
        """Return what holds of the same request again under its key."""
        idempotency = self._target.idempotency
        if step.data.get("body") != first.data.get("body"):
            yield {"that": "status", "in": list(self._target.refusal("the key belongs to another request"))}
            return
        yield {"that": "same_user", "as_in": first.name}
        if idempotency.replay_body == "stored":
            yield {"that": "status", "in": [first.answer.status]}
            for name in REPEATED:
                if name in self._details.paths:
                    yield {"that": "member", "path": self._details.paths[name], "as_in": first.name}
        if self._target.promise("location"):
            yield {"that": "header", "name": "location", "as_in": first.name}
        if idempotency.marker:
            yield {
                "that": "header",
                "name": idempotency.marker.lower(),
                "like": f"^{idempotency.marker_value}$",
            }

    def _tells(self, date: str) -> bool:
        """Return whether the target promises dates and has this one; many have one of the two."""
        return self._target.promise("timestamps") and date in self._details.paths

    def _of_write(self, step: Step) -> Iterator[Check]:
        someone = self._people.get(step.user)
        if someone is None:
            return
        if someone.is_gone:
            yield {"that": "status", "in": list(self._target.refusal("there is no such user"))}
            return
        if self._target.shows_user(step.verb) and step.answer.body:
            yield {"that": "is_user"}
            wanted = someone.after(step.verb, self._details.asked(step))
            if wanted is not None:
                yield from self._details.shown(wanted)
            yield from self._own_of(someone)
            if someone.looks and self._tells("updated_at"):
                yield {
                    "that": "member",
                    "path": self._details.paths["updated_at"],
                    "after": someone.looks[-1].name,
                }

    def _of_look(self, step: Step) -> Iterator[Check]:
        accepted, someone = self._target.accepted, self._people.get(step.user)
        if step.user and not self._creating.show_id:
            return  # nothing that a script sees tells whom this is about
        if someone is None or step.data["send"].partition("|")[1]:
            yield {"that": "status", "in": list(self._target.refusal("there is no such user"))}
            return
        if someone.is_gone:
            yield {"that": "status", "in": list(accepted.gone)}
            return
        tag = next((s for s in step.symbols if s.startswith("tag ")), "")
        if tag:
            is_current = any(f"tag {earlier.name}" == tag for earlier in someone.looks)
            yield {"that": "status", "in": [304] if is_current else list(accepted.look_up)}
            return
        if not self._is_settled(someone, step):
            yield from self._of_early_look(step, someone)
            return
        yield {"that": "status", "in": list(accepted.look_up)}
        if step.verb == "check":
            return
        yield {"that": "is_user"}
        if someone.details is not None:
            yield from self._details.shown(someone.details)
        yield {"that": "same_user", "as_in": step.user}
        yield from self._own_of(someone)
        yield from self._moved(someone)

    def _of_early_look(self, step: Step, someone: Someone) -> Iterator[Check]:
        """Return what holds of a look within the promised time: it shows nobody, or what has ever stood."""
        accepted = self._target.accepted
        step.is_settled = False
        yield {"that": "status", "in": sorted({*accepted.look_up, *accepted.gone})}
        if step.is_done and step.verb != "check":
            yield {"that": "is_user"}
            yield {"that": "same_user", "as_in": step.user}
            yield from self._details.among(someone.ever)

    def _is_settled(self, someone: Someone, step: Step) -> bool:
        """Return whether a look has to show the newest state: asked for, or after the promised time."""
        bound_s = self._target.bounds.of(VIEWS.get(step.verb, "single"))
        limit = someone.written_at + bound_s * 1.01 + 0.05
        has_token = any(symbol.startswith("header ") for symbol in step.symbols)
        return not bound_s or step.is_newest or has_token or step.exchange.sent_at > limit

    def _own_of(self, someone: Someone) -> Iterator[Check]:
        """Return that what only the service writes of a user stays as it was first shown."""
        own = OWN if self._target.promise("timestamps") else OWN[:2]
        shown = [*someone.earlier_looks, *someone.looks]
        if self._creating.show_user and someone.creation.is_done:
            shown.insert(0, someone.creation)
        for name in own:
            if name in self._details.paths and shown:
                yield {"that": "member", "path": self._details.paths[name], "as_in": shown[0].name}

    def _moved(self, someone: Someone) -> Iterator[Check]:
        """Version and date of change stay while nothing happens, and move with every change."""
        dated = self._tells("updated_at")
        if someone.looks:
            last = someone.looks[-1].name
            if dated:
                yield {"that": "member", "path": self._details.paths["updated_at"], "as_in": last}
            if self._target.promise("etag"):
                yield {"that": "header", "name": "etag", "as_in": last}
        elif someone.earlier_looks:
            last = someone.earlier_looks[-1].name
            if dated:
                yield {"that": "member", "path": self._details.paths["updated_at"], "after": last}
            if self._target.promise("etag"):
                yield {"that": "header", "name": "etag", "not_as_in": last}

    def _apply(self, step: Step) -> None:
        """Take account of what a step has done."""
        someone = self._people.get(step.user)
        if step.verb == "create" or step.data.get("creates"):
            if step.is_done and step.name == step.user and self._creating.show_id:
                someone = self._people[step.name] = Someone(
                    step, self._details.asked(step), self._tenants.of(step)
                )
                someone.move_on(step.exchange.answered_at)
                self._creations.append(step)
            elif not step.is_done and step.answer.status >= 400:
                self._refused.append(step)
            if step.key and step.is_done:
                self._keyed.setdefault(step.key, step)
        elif someone is None:
            return
        elif step.verb == "look up":
            if step.is_done and step.answer.status != 304 and step.data["send"].partition("|")[1] == "":
                someone.looks.append(step)
        elif step.is_write:
            self._write(someone, step)

    def _write(self, someone: Someone, step: Step) -> None:
        is_open = any(each.outcome.value == "unknown" for each in step.operation.exchanges)
        if step.verb == "delete" and step.is_done:
            someone.is_gone = True
        elif step.is_done and step.verb in {"replace", "change"} and not someone.is_gone:
            someone.details = someone.after(
                step.verb, self._details.asked(step) if body_of(step) is not MISSING else None
            )
        if is_open and not (step.is_done and step.verb != "change"):
            someone.details = None
        if step.is_done or is_open:
            someone.move_on(step.exchange.answered_at)


def _statuses(allowed: Sequence[int]) -> dict[str, Any]:
    if isinstance(allowed, range):
        return {"from": allowed.start, "to": allowed.stop}
    return {"in": sorted(set(allowed))}
