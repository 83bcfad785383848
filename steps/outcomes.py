"""What the service must have answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then

from support.sentences import sentence

if TYPE_CHECKING:
    from support.arrangement import Arrangement
    from support.cast import Cast
    from support.exchange import Operation
    from support.findings import Findings

    Answers = list[Operation]


@then(sentence("the answer shows user {person} as created"))
def shows_created(findings: Findings, cast: Cast, person: str) -> None:
    findings.created(cast[person])


@then(sentence("the answer shows user {person} as created, or a clean refusal"))
def shows_created_or_refusal(findings: Findings, cast: Cast, person: str) -> None:
    findings.created_or_refused(cast[person])


@then(sentence("the answer shows user {person} as created, or a refusal because {reason}"))
def shows_created_or_refusal_because(findings: Findings, cast: Cast, person: str, reason: str) -> None:
    findings.created_or_refused(cast[person], reason)


@then(sentence("the answer shows user {person}"))
def shows(findings: Findings, cast: Cast, answers: Answers, person: str) -> None:
    findings.shown(answers[-1], cast[person])


@then(sentence("the answer leads to user {person}"))
def leads_to(findings: Findings, cast: Cast, person: str) -> None:
    findings.located(cast[person])


@then(sentence("user {person} has an id that nobody else has"))
def has_own_id(findings: Findings, cast: Cast, person: str) -> None:
    findings.distinct(cast[person])


@then(sentence("user {person} was created at the moment of the answer"))
def created_now(findings: Findings, cast: Cast, person: str) -> None:
    findings.dated(cast[person])


@then(sentence("the chosen {field} is not taken over for user {person}"))
def not_taken_over(findings: Findings, cast: Cast, field: str, person: str) -> None:
    findings.not_taken_over(cast[person], field)


@then(sentence("the {date} of user {person} has {moved}"))
def date_has_moved(
    findings: Findings, arrangement: Arrangement, cast: Cast, date: str, person: str, moved: str
) -> None:
    findings.moved(cast[person], arrangement.before[person], date, forward=moved == "moved forward")


@then(sentence("the change of user {person} is accepted"))
def change_accepted(findings: Findings, cast: Cast, person: str) -> None:
    findings.changed(cast[person], cast[person].writes[-1:])


@then(sentence("every change of user {person} is accepted"))
def every_change_accepted(findings: Findings, cast: Cast, person: str) -> None:
    findings.changed(cast[person], cast[person].writes[1:])


@then(sentence("the deletion of user {person} is accepted"))
def deletion_accepted(findings: Findings, cast: Cast, person: str) -> None:
    findings.deleted(cast[person])


@then(sentence("the deletion does no harm"))
def deletion_harmless(findings: Findings, answers: Answers) -> None:
    findings.deleted_harmlessly(answers[-1])


@then(sentence("the request is accepted or refused cleanly"))
def accepted_or_refused(findings: Findings, answers: Answers) -> None:
    findings.accepted_or_refused(answers[-1])


@then(sentence("every answer shows the user who was asked for, unchanged"))
def every_answer_right(findings: Findings, arrangement: Arrangement, cast: Cast, answers: Answers) -> None:
    findings.all_shown(answers, list(cast), arrangement.before)


@then(sentence("the answer is empty and says that user {person} is there"))
def empty_but_true(findings: Findings, cast: Cast, answers: Answers, person: str) -> None:
    findings.there_without_body(answers[-1], cast[person])
