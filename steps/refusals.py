"""What nobody reads or offers, and how it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then, when

from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.refusals import Refusals
    from support.behaviours.users import Users
    from support.cast.people import People
    from support.http.history import Operation

    Answers = list[Operation]


@when(sentence("the client sends a form that {kind}"))
def send_form(refusals: Refusals, people: People, answers: Answers, kind: str) -> None:
    answers.append(refusals.malformed_requests.send_form(people.introduce("Mallory"), kind))


@when(sentence("the client {change} user {person} by a form that {kind}"))
def change_by_form(
    refusals: Refusals, people: People, answers: Answers, change: str, person: str, kind: str
) -> None:
    answers.append(
        refusals.malformed_requests.change_by_form(people[person], kind, whole=change == "replaces")
    )


@when(sentence("the client {change} user {person} by details as {format}"))
def change_as(
    refusals: Refusals, people: People, answers: Answers, change: str, person: str, format: str
) -> None:
    answers.append(refusals.malformed_requests.change_as(people[person], format, whole=change == "replaces"))


@when(sentence("the client sends good details as {format}"))
def send_as(refusals: Refusals, people: People, answers: Answers, format: str) -> None:
    answers.append(refusals.malformed_requests.send_as(people.introduce("Mallory"), format))


@when(sentence("the client sends an enormous form"))
def send_enormous(refusals: Refusals, people: People, answers: Answers) -> None:
    answers.append(refusals.malformed_requests.send_enormous(people.introduce("Mallory")))


@when(sentence("the client tries to {action}"))
def try_to(refusals: Refusals, people: People, answers: Answers, action: str) -> None:
    answers.append(refusals.malformed_requests.try_to(action, people))


@when(sentence("the client is refused because {reason}"))
def be_refused(refusals: Refusals, people: People, answers: Answers, reason: str) -> None:
    answers.append(refusals.malformed_requests.provoke(reason, people))


@then(sentence("the request is refused because {reason}"))
def refused_because(users: Users, answers: Answers, reason: str) -> None:
    users.observer.validator.refused(answers[-1], *reason.split(", or "))


@then(sentence("the refusal names the {detail}"))
def names_detail(users: Users, answers: Answers, detail: str) -> None:
    users.observer.validator.names_detail(answers[-1], detail)


@then(sentence("the refusal names the actions that are offered"))
def names_actions(users: Users, answers: Answers) -> None:
    users.expectations.names_allowed(answers[-1])


@then(sentence("the refusal explains itself and reveals nothing"))
def explains_itself(users: Users, answers: Answers) -> None:
    users.observer.validator.problem(answers[-1])


@then(sentence("the enormous form is turned away"))
def turned_away(users: Users, answers: Answers) -> None:
    users.expectations.turned_away(answers[-1])


@then(sentence("the request is refused cleanly"))
def refused_cleanly(users: Users, answers: Answers) -> None:
    users.observer.validator.refused_cleanly(answers[-1])
