"""What is true of a user, for every reader, in time and for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then

from support.sentences import sentence

if TYPE_CHECKING:
    from support.arrangement import Arrangement
    from support.cast import Cast
    from support.exchange import Operation
    from support.listing import ListWitness
    from support.witness import Witness

    Answers = list[Operation]


@then(sentence("user {person} {view} within the promised time"))
def seen_in_time(witness: Witness, cast: Cast, person: str, view: str) -> None:
    witness.sees(cast[person], view)


@then(sentence("user {person} is gone within the promised time"))
def gone_in_time(witness: Witness, cast: Cast, person: str) -> None:
    witness.misses(cast[person])


@then(sentence("user {person} is no longer {absence} within the promised time"))
def missed_in_time(witness: Witness, cast: Cast, person: str, absence: str) -> None:
    witness.misses(cast[person], absence)


@then(sentence("the first and the last of them are found by email"))
def ends_are_found(witness: Witness, cast: Cast) -> None:
    people = list(cast)
    for person in (people[0], people[-1]):
        witness.sees(person, "filter")


@then(sentence("user {person} is not found by the first email"))
def not_found_by_first(witness: Witness, cast: Cast, person: str) -> None:
    witness.misses_by_first_email(cast[person])


@then(sentence("user {person} stays gone"))
def stays_gone(witness: Witness, cast: Cast, person: str) -> None:
    witness.misses_now(cast[person])


@then(sentence("user {person} is unchanged"))
def unchanged(witness: Witness, arrangement: Arrangement, cast: Cast, person: str) -> None:
    witness.sees_unchanged(cast[person], arrangement.before[person])


@then(sentence("users {people} are unchanged"))
def all_unchanged(witness: Witness, arrangement: Arrangement, cast: Cast, people: list[str]) -> None:
    for person in people:
        witness.sees_unchanged(cast[person], arrangement.before[person])


@then(sentence("nobody has been created"))
def nobody_created(lists: ListWitness, cast: Cast, answers: Answers) -> None:
    lists.finds_nobody_of([person.mark for person in cast], answers[-1].answered_at)


@then(sentence("the email of user {person} belongs to user {other} alone"))
def email_belongs_to(lists: ListWitness, cast: Cast, person: str) -> None:
    lists.finds_alone(cast[person])


@then(sentence("the list and the look-up of user {person} agree"))
def views_agree(witness: Witness, cast: Cast, person: str) -> None:
    witness.agree(cast[person])
