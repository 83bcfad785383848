"""What stories say of answers, by closed tables of phrases: accepted or refused, what is shown, which date.

Each phrase leads to one rule of `support.behaviours.users.expectations` or `support.users.validators`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import StoryError

if TYPE_CHECKING:
    from support.behaviours.users.dates import Dates
    from support.behaviours.users.expectations import Expectations
    from support.behaviours.users.listing import ListObserver
    from support.behaviours.users.setup import Setup
    from support.convergence import Observer
    from support.http import Operation
    from support.users import Person
    from support.users.pages import Listing

EITHER = "accepted or cleanly refused"
REFUSED = "refused because "
OR = ", or "
HARMLESS = "accepted, or refused because there is no such user"
VERDICTS = (
    EITHER,
    HARMLESS,
    "cleanly refused",
    f"{REFUSED}{{Reason}}",
    f"{REFUSED}{{Reason}}{OR}{{Reason}}",
)
CHOICES = (EITHER, f"accepted{OR}{REFUSED}{{Reason}}")
ACCEPTED_WRITES = ("the creation", "the change", "every change", "the deletion")
ABOUT = ("shows", "says where to find", "shows no details but confirms the existence of")
DATES = ("creation date", "change date")
AT_ANSWER, STAYED, MOVED = "the time of the answer", "the same as before", "later than before"
DATE_STATES = (AT_ANSWER, STAYED, MOVED)


class Statements:
    """Judges answers as stories word it."""

    def __init__(
        self, observer: Observer, expectations: Expectations, dates: Dates, lists: ListObserver, setup: Setup
    ) -> None:
        self._observer = observer
        self._validator = observer.validator
        self._expectations = expectations
        self._dates = dates
        self._lists = lists
        self._setup = setup

    def verdict(self, operation: Operation, verdict: str) -> None:
        """Require that a request was accepted or refused as a verdict says."""
        if verdict == EITHER:
            self._expectations.accepted_or_refused(operation)
        elif verdict == HARMLESS:
            self._expectations.deleted_harmlessly(operation)
        elif verdict == "cleanly refused":
            self._expectations.refused(operation, ())
        elif verdict == f"{REFUSED}the form is too large":
            self._expectations.turned_away(operation)
        else:
            self._expectations.refused(operation, verdict.removeprefix(REFUSED).split(OR))

    def refusal_names(self, named: str, operation: Operation) -> None:
        """Require that a refusal names the detail that is wrong, or the actions that are allowed."""
        if named == "allowed actions":
            self._expectations.names_allowed(operation)
        else:
            self._validator.names_detail(operation, named)

    def accepted(self, write: str, person: Person) -> None:
        """Require that a person's creation, changes or deletion were accepted, and answered rightly."""
        if write == "the creation":
            self._expectations.created(person)
        elif write == "the deletion":
            self._expectations.deleted(person)
        else:
            writes = person.writes[1:] if write == "every change" else person.writes[-1:]
            self._expectations.changed(person, writes)

    def creation_is(self, person: Person, choice: str) -> None:
        """Require that a creation was accepted with the details as sent, or refused as a choice says."""
        self._expectations.created_or_refused(person, choice.partition(REFUSED)[2])

    def about(self, about: str, operation: Operation, person: Person) -> None:
        """Require that an answer shows a person, says where to find them, or confirms that they exist."""
        if about == "shows":
            self._expectations.shown(operation, person)
        elif about == "says where to find":
            self._expectations.located(person)
        else:
            self._expectations.there_without_body(operation, person)

    def date_is(self, person: Person, date: str, state: str) -> None:
        """Require that a date of a person is the time of the answer, or has stayed or moved since before."""
        if state == AT_ANSWER:
            if date != "creation date":
                raise StoryError(f"no story may say that the {date} is {state}")
            self._dates.is_moment_of_creation(person)
        else:
            before = self._setup.before[person.label]
            self._dates.stands(person, before, date, forward=state == MOVED)

    def is_own(self, person: Person, identity: str) -> None:
        """Require that nobody else was ever given the person's id, or has their email in the settled list."""
        if identity == "id":
            self._expectations.distinct(person)
        else:
            self._lists.finds_alone(person)

    def found(self, person: Person | None, listing: Listing) -> None:
        """Require that a search found this person only, or nobody."""
        if person is None:
            self._lists.nobody(listing)
        else:
            self._observer.finds_exactly(person, listing)
