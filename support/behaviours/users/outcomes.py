"""Which details a view must show of a user: named by the story, and worked out without what was answered.

Every view is first held against the whole of what was written (`support.convergence`); here the details that
a story names are looked at once more, against their wording or against what was shown before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.cast.odd_values import MISSING
from support.errors import UnexpectedContent
from support.users.validators import clip

if TYPE_CHECKING:
    from support.behaviours.users.setup import Setup
    from support.cast import Variations
    from support.convergence import Observer
    from support.users import Person, User

SENT, LAST = "with the details that were sent", "with the last accepted details"
AS_BEFORE = "with all details as before"
NEW = "with new details"
ONE_NEW = re.compile(r"with a new (\w+)( and all other details as before)?")
OUTCOMES = (
    SENT,
    LAST,
    AS_BEFORE,
    NEW,
    "with a new {Detail}",
    "with a new {Detail} and all other details as before",
)
NEWEST = "newest"
VIEWS = {
    "a look-up": "single",
    "the list": "list",
    "a search by email": "filter",
    "a search by the first email": "first email",
}


class Outcomes:
    """Judges what views show of a user, detail by detail."""

    def __init__(self, observer: Observer, variations: Variations, setup: Setup) -> None:
        self._observer = observer
        self._normalizer = observer.normalizer
        self._variations = variations
        self._setup = setup

    def shows(self, view: str, person: Person, outcome: str) -> None:
        """Require that a view shows the person as last written within its bound, with the details named.

        The view `newest` is the settled state, of which nothing older is excused.
        """
        user = self._observer.sees_now(person) if view == NEWEST else self._observer.sees(person, VIEWS[view])
        if _is_open(person):
            return  # what was shown may stand, and no detail of it can be said to be wrong
        shown = self._normalizer.readable(user)
        for name, wanted in self._expected(person, outcome).items():
            if shown.get(name) != wanted:
                self._accuse(person, outcome, f"the {name} is {clip(shown.get(name))}")
        for name in self._renewed(outcome, shown):
            if shown.get(name) == self._before(person)[name]:
                self._accuse(person, outcome, f"the {name} is still {clip(shown.get(name))}")

    def hides(self, view: str, person: Person) -> None:
        """Require that a view no longer shows the person, within its bound; `newest` at once."""
        if view == NEWEST:
            self._observer.misses_now(person)
        elif VIEWS[view] == "first email":
            self._observer.misses_by_first_email(person)
        else:
            self._observer.misses(person, VIEWS[view])

    def _expected(self, person: Person, outcome: str) -> dict[str, Any]:
        """Return the details that a wording settles, as the target keeps them."""
        if outcome in {SENT, LAST}:
            return self._normalizer.stored(person.current)
        if outcome == NEW:
            return {}
        if outcome == AS_BEFORE:
            return self._before(person)
        if one := ONE_NEW.fullmatch(outcome):
            others = self._before(person) if one[2] else {}
            return {name: value for name, value in others.items() if name != one[1]}
        named = self._variations.changes(outcome, person)
        told = {name: None if value is MISSING else value for name, value in named.items()}
        kept = self._normalizer.stored({**person.current, **told})
        return {name: kept[name] for name in told if name in kept}

    def _renewed(self, outcome: str, shown: dict[str, Any]) -> list[str]:
        """Return the details that must not be what they were before."""
        if outcome == NEW:
            return [name for name in ("name", "nickname") if name in shown]
        one = ONE_NEW.fullmatch(outcome)
        return [one[1]] if one else []

    def _before(self, person: Person) -> dict[str, Any]:
        before: User = self._setup.before[person.label]
        return self._normalizer.readable(before)

    def _accuse(self, person: Person, outcome: str, seen: str) -> None:
        raise UnexpectedContent(
            f"{person.subject} is shown {outcome}", seen, evidence=self._observer.api.client.history.since(-1)
        )


def _is_open(person: Person) -> bool:
    """Return whether a write may have been applied or not, as when a lost attempt is refused again."""
    return any(write.may_stand and not write.is_acknowledged for write in person.writes)
