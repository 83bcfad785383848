"""What the service must have answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then

from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.users import Users
    from support.cast.people import People
    from support.http.history import Operation

    Answers = list[Operation]


@then(sentence("the answer shows user {person} as created"))
def shows_created(users: Users, people: People, person: str) -> None:
    users.expectations.created(people[person])


@then(sentence("the answer shows user {person} as created, or a clean refusal"))
def shows_created_or_refusal(users: Users, people: People, person: str) -> None:
    users.expectations.created_or_refused(people[person])


@then(sentence("the answer shows user {person} as created, or a refusal because {reason}"))
def shows_created_or_refusal_because(users: Users, people: People, person: str, reason: str) -> None:
    users.expectations.created_or_refused(people[person], reason)


@then(sentence("the answer shows user {person}"))
def shows(users: Users, people: People, answers: Answers, person: str) -> None:
    users.expectations.shown(answers[-1], people[person])


@then(sentence("the answer leads to user {person}"))
def leads_to(users: Users, people: People, person: str) -> None:
    users.expectations.located(people[person])


@then(sentence("user {person} has an id that nobody else has"))
def has_own_id(users: Users, people: People, person: str) -> None:
    users.expectations.distinct(people[person])


@then(sentence("user {person} was created at the moment of the answer"))
def created_now(users: Users, people: People, person: str) -> None:
    users.expectations.dated(people[person])


@then(sentence("the chosen {field} is not taken over for user {person}"))
def not_taken_over(users: Users, people: People, field: str, person: str) -> None:
    users.expectations.not_taken_over(people[person], field)


@then(sentence("the {date} of user {person} has {moved}"))
def date_has_moved(users: Users, people: People, date: str, person: str, moved: str) -> None:
    users.expectations.moved(
        people[person], users.setup.before[person], date, forward=moved == "moved forward"
    )


@then(sentence("the change of user {person} is accepted"))
def change_accepted(users: Users, people: People, person: str) -> None:
    users.expectations.changed(people[person], people[person].writes[-1:])


@then(sentence("every change of user {person} is accepted"))
def every_change_accepted(users: Users, people: People, person: str) -> None:
    users.expectations.changed(people[person], people[person].writes[1:])


@then(sentence("the deletion of user {person} is accepted"))
def deletion_accepted(users: Users, people: People, person: str) -> None:
    users.expectations.deleted(people[person])


@then(sentence("the deletion does no harm"))
def deletion_harmless(users: Users, answers: Answers) -> None:
    users.expectations.deleted_harmlessly(answers[-1])


@then(sentence("the request is accepted or refused cleanly"))
def accepted_or_refused(users: Users, answers: Answers) -> None:
    users.expectations.accepted_or_refused(answers[-1])


@then(sentence("every answer shows the user who was asked for, unchanged"))
def every_answer_right(users: Users, people: People, answers: Answers) -> None:
    users.expectations.all_shown(answers, list(people), users.setup.before)


@then(sentence("the answer is empty and says that user {person} is there"))
def empty_but_true(users: Users, people: People, answers: Answers, person: str) -> None:
    users.expectations.there_without_body(answers[-1], people[person])
