"""What nobody reads or offers, and how it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then, when

from support.sentences import sentence

if TYPE_CHECKING:
    from support.cast import Cast
    from support.exchange import Operation
    from support.findings import Findings
    from support.misuse import Misuse
    from support.validators import Judge

    Answers = list[Operation]


@when(sentence("the client sends a form that {kind}"))
def send_form(misuse: Misuse, cast: Cast, answers: Answers, kind: str) -> None:
    answers.append(misuse.send_form(cast.introduce("Mallory"), kind))


@when(sentence("the client {change} user {person} by a form that {kind}"))
def change_by_form(misuse: Misuse, cast: Cast, answers: Answers, change: str, person: str, kind: str) -> None:
    answers.append(misuse.change_by_form(cast[person], kind, whole=change == "replaces"))


@when(sentence("the client {change} user {person} by details as {format}"))
def change_as(
    misuse: Misuse,
    cast: Cast,
    answers: Answers,
    change: str,
    person: str,
    format: str,  # noqa: A002 - the sentence's word
) -> None:
    answers.append(misuse.change_as(cast[person], format, whole=change == "replaces"))


@when(sentence("the client sends good details as {format}"))
def send_as(misuse: Misuse, cast: Cast, answers: Answers, format: str) -> None:  # noqa: A002 - the sentence's word
    answers.append(misuse.send_as(cast.introduce("Mallory"), format))


@when(sentence("the client sends an enormous form"))
def send_enormous(misuse: Misuse, cast: Cast, answers: Answers) -> None:
    answers.append(misuse.send_enormous(cast.introduce("Mallory")))


@when(sentence("the client tries to {action}"))
def try_to(misuse: Misuse, cast: Cast, answers: Answers, action: str) -> None:
    answers.append(misuse.try_to(action, cast))


@when(sentence("the client is refused because {reason}"))
def be_refused(misuse: Misuse, cast: Cast, answers: Answers, reason: str) -> None:
    answers.append(misuse.provoke(reason, cast))


@then(sentence("the request is refused because {reason}"))
def refused_because(judge: Judge, answers: Answers, reason: str) -> None:
    judge.refused(answers[-1], *reason.split(", or "))


@then(sentence("the refusal names the {detail}"))
def names_detail(judge: Judge, answers: Answers, detail: str) -> None:
    judge.names_detail(answers[-1], detail)


@then(sentence("the refusal names the actions that are offered"))
def names_actions(findings: Findings, answers: Answers) -> None:
    findings.names_allowed(answers[-1])


@then(sentence("the refusal explains itself and reveals nothing"))
def explains_itself(judge: Judge, answers: Answers) -> None:
    judge.problem(answers[-1])


@then(sentence("the enormous form is turned away"))
def turned_away(findings: Findings, answers: Answers) -> None:
    findings.turned_away(answers[-1])


@then(sentence("the request is refused cleanly"))
def refused_cleanly(judge: Judge, answers: Answers) -> None:
    judge.refused_cleanly(answers[-1])
