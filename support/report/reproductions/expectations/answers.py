"""What a correct service would have answered to each step of a story, as data that a script can judge by.

A second, smaller judge beside the one that found the fault: it knows the clauses that can be said of single
answers and of a few compared. What it derives is trusted only where it says of the recorded answers what the
finding says: that they are wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.errors import UnexpectedAnswer
from support.report.reproductions.expectations.creations import CreationExpectations
from support.report.reproductions.expectations.details import Details
from support.report.reproductions.expectations.forms import form_of
from support.report.reproductions.expectations.lists import ListExpectations
from support.report.reproductions.expectations.looks import LookExpectations
from support.report.reproductions.expectations.someone import Someone
from support.report.reproductions.expectations.tenants import STRANGER, Tenants
from support.report.reproductions.script.answers import id_in, key_of
from support.report.reproductions.script.described import places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from support.errors import Failure
    from support.report.reproductions.recording.steps import Step
    from support.target import Target

    Check = dict[str, Any]

REPEATED = ("name", "email", "nickname", "role", "created_at", "updated_at")


class Expectations:
    """Goes through the steps of a story in their order; `of` gives what has to hold of each."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._details = Details(target)
        self._tenants = Tenants(target)
        self._lists = ListExpectations(target, self._details)
        self._creating = CreationExpectations(target, self._details)
        self._looks = LookExpectations(target, self._details, self._creating)
        self._people: dict[str, Someone] = {}
        self._creations: list[Step] = []
        self._keyed: dict[str, Step] = {}
        self._refused: list[Step] = []
        self._written: set[str] = set()  # the marks of all writes that have, or may have, happened

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
        if step.is_done and self._takes_email(step, caller):
            yield {"that": "status", "in": list(self._target.refusal("the email is already in use"))}
        if step.verb == "create" and step.is_done:
            first = self._keyed.get(step.key) if step.key else None
            yield from self._of_repeat(step, first) if first else self._creating.of(step, self._creations)
        elif step.verb in {"replace", "change"} and step.is_done:
            yield from self._of_write(step)
        elif step.verb in {"look up", "check"}:
            yield from self._looks.of(step, self._people.get(step.user))
        elif step.verb in {"find", "list"} and step.is_done:
            step.is_settled = all(self._looks.is_settled(each, step) for each in self._people.values())
            yield from self._lists.of(step, self._people, self._refused, self._written, caller)

    def _takes_email(self, step: Step, caller: str) -> bool:
        """Return whether a write asks for the email, written alike, of somebody else who is there.

        A creation under a key that was used, or of an id that may be somebody's, may be no other user.
        """
        is_new = step.verb == "create" and not (
            step.key in self._keyed or self._details.names(step, self._details.paths["id"])
        )
        is_own = step.verb in {"replace", "change"} and step.is_of_whole_id and step.user in self._people
        if not self._target.promise("unique-email-exact") or step.is_crossed or not (is_new or is_own):
            return False
        email = self._details.asked(step).get("email")
        return email is not None and any(
            name != step.user
            and not each.is_gone
            and each.tenant == caller
            and (each.details or {}).get("email") == email
            for name, each in self._people.items()
        )

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

    def _of_write(self, step: Step) -> Iterator[Check]:
        someone = self._people.get(step.user)
        if someone is None or step.is_crossed:
            return
        if someone.is_gone or not step.is_of_whole_id:
            yield {"that": "status", "in": list(self._target.refusal("there is no such user"))}
            return
        if self._target.promise("etag") and self._looks.is_outdated(step, someone):
            yield {"that": "status", "in": list(self._target.refusal("the version is outdated"))}
            return
        if self._target.shows_user(step.verb) and step.answer.body:
            yield {"that": "is_user"}
            wanted = self._after(someone, step)
            if wanted is not None:
                yield from self._details.shown(wanted)
            yield from self._looks.own_of(someone)
            if wanted is not None and someone.details not in (None, wanted):
                yield from self._looks.dated_after(step, someone.looks[-1:])

    def _after(self, someone: Someone, step: Step) -> dict[str, Any] | None:
        """Return the details of somebody after a write that was accepted; None where they are not known."""
        clears = self._target.promise("put-clears")
        return someone.after(step.verb, self._details.written(step), clears=clears)

    def _apply(self, step: Step) -> None:
        """Take account of what a step has done."""
        someone = self._people.get(step.user)
        if step.is_write and (step.is_done or step.answer.status < 400):
            self._written |= step.marks
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
            tells = step.is_of_whole_id and not step.is_crossed
            if step.is_done and step.answer.status != 304 and tells:
                someone.looks.append(step)
                someone.first_look = someone.first_look or step
        elif step.is_write and step.is_of_whole_id:
            self._write(someone, step)

    def _write(self, someone: Someone, step: Step) -> None:
        is_open = any(each.outcome.value == "unknown" for each in step.operation.exchanges)
        before = someone.details
        if step.verb == "delete" and step.is_done:
            someone.is_gone = True
        elif step.is_done and step.verb in {"replace", "change"} and not someone.is_gone:
            someone.details = self._after(someone, step)
        if (is_open and not (step.is_done and step.verb != "change")) or step.is_crossed:
            someone.details = None
        if step.is_done or is_open:
            someone.move_on(step.exchange.answered_at)
            if None in (before, someone.details) or before == someone.details:
                someone.forget_looks()  # it may have changed nothing


def _statuses(allowed: Sequence[int]) -> dict[str, Any]:
    if isinstance(allowed, range):
        return {"from": allowed.start, "to": allowed.stop}
    return {"in": sorted(set(allowed))}
