"""The shape of a user in every view: strict JSON with the same members, of the same kinds and formats.

Compares raw members, before any name is translated. What is null in one view may be left out in another, and
a moment may be written to the second in one and more finely in another. Members that the contract does not
know may come and go (clause 1.7); while they are there, they keep their kind.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from support.errors import Disagreement, Inconclusive, UnexpectedContent
from support.http import Outcome
from support.http.strict_json import MalformedAnswer, parse_json
from support.users.forms.paths import split
from support.users.normalizers import USER_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Collection

    from support.convergence import Observer
    from support.http import Operation
    from support.users import Person

FRACTION = re.compile(r"(?<=:\d\d)\.\d+")

SAME, READABLE = "with the same structure", "so that it can be read, whatever else it contains"
SHAPE_RULES = (SAME, READABLE)


class UserViews:
    """Looks at a user in every view, and judges what they have in common."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._api = observer.api
        self._validator = observer.validator
        self._target = observer.api.target

    def of(self, person: Person) -> dict[str, Operation]:
        """Look at a person in every view that the target offers, once each has to show them."""
        strong = self._observer.has_strong_reads
        self._observer.settle(person.acknowledged_at, self._target.bounds.list_s)
        creation = person.writes[0].operation
        views = {"is created": creation.view or creation}
        if self._target.promise("put"):
            views["is replaced"] = self._api.replace(person, person.next_version())
        if self._target.promise("patch"):
            views["is changed"] = self._api.change(person, {"name": person.next_version()["name"]})
        views = {view: op for view, op in views.items() if self._target.shows_user(op.verb)}
        self._observer.settle(person.acknowledged_at, self._target.bounds.list_s)
        views["is looked up"] = self._api.look_up(person.id, person.subject, strong=strong)
        if self._target.promise("filter-by-email"):
            views["is found"] = self._api.find(person.email, person.subject, strong=strong)[0]
        walked = self._api.walk_list(person.subject, strong=strong)[0] if self._target.has_list else []
        for operation in walked:
            views["is listed"] = operation
            if self._item(operation, person, "is listed") is not None:
                break
        return views

    def keep(self, rule: str, person: Person, views: dict[str, Operation]) -> None:
        """Require of all views of a person one structure, or that what else they contain does not matter."""
        if rule == SAME:
            self.have_one_shape(person, views)
        else:
            self.can_be_read(person, views)

    def have_one_shape(self, person: Person, views: dict[str, Operation]) -> None:
        """Require strict JSON and one shape in all views of a person."""
        fields = self._target.fields
        paths = {name: getattr(fields, name) for name in USER_MEMBERS}
        known = {_of_objects(path) for path in paths.values() if path}
        members = {
            f"{person.label} {view}": self._judged(item)
            for view, item in self._members(person, views).items()
        }
        dates = {paths[name] for name in ("created_at", "updated_at")}
        if found := difference(members, known, dates):
            raise Disagreement(
                f"every view of {person.subject} has the same members, of the same kinds and formats",
                found,
                evidence=list(views.values()),
            )

    def _judged(self, members: dict[str, Any]) -> dict[str, Any]:
        """Return what is judged of a view: no dates that are not promised, and None for what is absent."""
        fields = self._target.fields
        dates = set() if self._target.promise("timestamps") else {fields.created_at, fields.updated_at}
        absent = {fields.nickname, fields.created_at, fields.updated_at}
        return {
            name: None if name in absent and fields.is_absent(value) else value
            for name, value in flat(members).items()
            if name not in dates
        }

    def can_be_read(self, person: Person, views: dict[str, Operation]) -> None:
        """Require every view to show a person so that neither order nor unknown members matter."""
        for view, members in self._members(person, views).items():
            self._validator.item(views[view], members)

    def _members(self, person: Person, views: dict[str, Operation]) -> dict[str, dict[str, Any]]:
        """Return a person's raw members in each view that shows them, strictly read."""
        members: dict[str, dict[str, Any]] = {}
        for view, operation in views.items():
            response = self._validator.answered(operation)
            if operation.outcome is not Outcome.OK:
                raise Inconclusive(
                    f"{person.subject} could not be seen when one {view}", evidence=[operation]
                )
            if not response.body:
                continue
            self._validator.json(operation, response)
            item = self._item(operation, person, view, is_judged=True)
            if item is not None:
                members[view] = item
        return members

    def _item(
        self, operation: Operation, person: Person, view: str, *, is_judged: bool = False
    ) -> dict[str, Any] | None:
        """Return a person's raw members in an answer; None where the answer does not hold them."""
        body = operation.response.body if operation.response else b""
        try:
            value = parse_json(body)
        except MalformedAnswer as error:
            if not is_judged:
                return None
            raise UnexpectedContent(
                "answers are strict JSON", f"when one {view}: {error}", evidence=[operation]
            ) from None
        normalizer = self._observer.normalizer
        items = normalizer.raw_items(value, is_list=operation.verb in {"list", "find"})
        # By text: that an id is a number here and a text there is a finding, and not somebody else.
        mine = [
            item for item in items if isinstance(item, dict) and str(normalizer.id_of(item)) == str(person.id)
        ]
        return mine[0] if mine else None


def _of_objects(path: str) -> str:
    """Return a dotted path as far as it leads through objects: `flat` looks into no list."""
    return ".".join(takewhile(lambda step: not str(step).isdecimal(), map(str, split(path))))


def flat(members: dict[str, Any]) -> dict[str, Any]:
    """Return members with those of objects under dotted names; an empty object stays what it is."""
    found: dict[str, Any] = {}
    for name, value in members.items():
        if isinstance(value, dict) and value:
            found |= {f"{name}.{inner}": each for inner, each in flat(value).items()}
        else:
            found[name] = value
    return found


def shape_of(value: Any, *, is_moment: bool = False) -> str:
    """Say in a few words what kind of value stands there; of a moment in text, how it is written."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "truth value"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return f"text like {_skeleton(value)!r}" if is_moment else "text"
    return "list" if isinstance(value, list) else "object"


def is_date(name: str, value: Any) -> bool:
    """Return whether a value is a text that is meant as a moment, by its name and its look."""
    return (
        isinstance(value, str)
        and name.lower().endswith(("at", "date", "time", "_on"))
        and bool(re.search(r"\d\d:\d\d", value))
    )


def _skeleton(value: str) -> str:
    """Write a moment with 9 for every digit and one name for every day and month."""
    return re.sub(r"[A-Za-z]{3,}", "Abc", re.sub(r"\d", "9", FRACTION.sub("", value)))


def difference(views: dict[str, dict[str, Any]], known: Collection[str], dates: Collection[str] = ()) -> str:
    """Say where two views of one user differ in shape, or lack a known member; empty when they do not.

    `dates` are members that are moments whatever they are called.
    """
    shapes: dict[str, tuple[str, str]] = {}
    for view, members in views.items():
        for name, value in members.items():
            shape = shape_of(value, is_moment=name in dates or is_date(name, value))
            if shape == "nothing":
                continue
            first_view, first = shapes.setdefault(name, (view, shape))
            if first != shape:
                return f"{name} is a {first} when one {first_view}, and a {shape} when one {view}"
    for name, (first_view, _) in shapes.items():
        for view, members in views.items():
            if name in known and name not in members:
                return f"{name} is there when one {first_view}, and missing when one {view}"
    return ""
