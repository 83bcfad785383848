"""Requests that cannot be accepted, and how they are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

from support.runner.sentences import KINDS

if TYPE_CHECKING:
    from support.behaviours.refusals import Refusals
    from support.behaviours.users import Users
    from support.cast import People
    from support.http import Operation

    Answers = list[Operation]


@when(parsers.parse("the client sends {payload:Payload} to {purpose:Purpose}", KINDS))
def send_payload(refusals: Refusals, people: People, answers: Answers, payload: str, purpose: str) -> None:
    answers.append(refusals.malformed_requests.send(payload, purpose, people))


@when(parsers.parse("the client tries to {attempt:Attempt}", KINDS))
def try_to(refusals: Refusals, people: People, answers: Answers, attempt: str) -> None:
    answers.append(refusals.malformed_requests.try_to(attempt, people))


@when(parsers.parse("the client sends a request that must be refused because {reason:Provoked}", KINDS))
def provoke_refusal(refusals: Refusals, people: People, answers: Answers, reason: str) -> None:
    answers.append(refusals.malformed_requests.provoke(reason, people))


@then(parsers.parse("the request is {verdict:Verdict}", KINDS))
def request_is(users: Users, answers: Answers, verdict: str) -> None:
    users.statements.verdict(answers[-1], verdict)


@then(parsers.parse("the refusal names the {named:Named}", KINDS))
def refusal_names(users: Users, answers: Answers, named: str) -> None:
    users.statements.refusal_names(named, answers[-1])


@then("the refusal explains itself and reveals no internal details")
def explains_itself(users: Users, answers: Answers) -> None:
    users.observer.validator.problem(answers[-1])
