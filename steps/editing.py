"""Versions of users, and several people who save at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.concurrency import Concurrency
    from support.behaviours.concurrency.editors import Count, Round
    from support.cast.people import People
    from support.http.history import Operation

    Answers = list[Operation]


@given(sentence("the client knows the version of user {person}"))
def knows_version(concurrency: Concurrency, people: People, person: str) -> None:
    concurrency.versions.note(people[person])


@when(sentence("the client {change} user {person} on top of the known version"))
def save_on_top(concurrency: Concurrency, people: People, answers: Answers, change: str, person: str) -> None:
    if change == "replaces":
        answers.append(concurrency.versions.replace(people[person]))
    else:
        answers.append(concurrency.versions.change(people[person], people.another(people[person], "name")))


@when(sentence("the client deletes user {person} on top of the known version"))
def delete_on_top(concurrency: Concurrency, people: People, answers: Answers, person: str) -> None:
    answers.append(concurrency.versions.delete(people[person]))


@when(sentence("the client replaces user {person} on top of a version that {kind}"))
def save_on_top_of_none(
    concurrency: Concurrency, people: People, answers: Answers, person: str, kind: str
) -> None:
    answers.append(concurrency.versions.replace(people[person], kind))


@when(sentence("another client changes user {person}"))
def other_changes(concurrency: Concurrency, people: People, answers: Answers, person: str) -> None:
    answers.append(concurrency.versions.outdate(people[person], people.another(people[person], "name")))


@when(sentence("the client changes user {person} {count} times, noting each version"))
def change_noting(
    concurrency: Concurrency, people: People, answers: Answers, person: str, count: int
) -> None:
    for _ in range(count):
        answers.append(
            concurrency.versions.change_and_note(people[person], people.another(people[person], "name"))
        )


@when(sentence("the client looks up user {person} unless nothing has changed"))
def look_up_if_changed(concurrency: Concurrency, people: People, answers: Answers, person: str) -> None:
    answers.append(concurrency.versions.look_up_if_changed(people[person]))


@when(
    sentence("{count} clients {save} user {person} on top of one version at once, {times} times"),
    target_fixture="rounds",
)
def save_at_once(
    concurrency: Concurrency, people: People, count: int, save: str, person: str, times: int
) -> list[Round]:
    return concurrency.editors.save_at_once(people[person], count, times, whole=save == "replace")


@when(
    sentence("{count} clients each add to user {person} {times} times, starting over when refused"),
    target_fixture="sum",
)
def add_together(concurrency: Concurrency, people: People, count: int, person: str, times: int) -> Count:
    return concurrency.editors.count_together(people[person], count, times)


@then(sentence("user {person} has been saved"))
def saved(concurrency: Concurrency, people: People, answers: Answers, person: str) -> None:
    concurrency.versions.saved(people[person], answers[-1])


@then(sentence("user {person} is as the other client left them"))
def is_as_left(concurrency: Concurrency, people: People, person: str) -> None:
    concurrency.versions.is_as_left(people[person])


@then(sentence("user {person} has another version"))
def has_moved(concurrency: Concurrency, people: People, person: str) -> None:
    concurrency.versions.moved(people[person])


@then(sentence("every version of user {person} is another"))
def all_differ(concurrency: Concurrency, people: People, person: str) -> None:
    concurrency.versions.differ(people[person])


@then(sentence("every answer shows user {person} in the known version"))
def has_stayed(concurrency: Concurrency, people: People, answers: Answers, person: str) -> None:
    concurrency.versions.stayed(people[person], answers)


@then(sentence("the answer says that nothing has changed"))
def nothing_changed(concurrency: Concurrency, answers: Answers) -> None:
    concurrency.versions.not_sent_again(answers[-1])


@then(sentence("the answer shows user {person} anew"))
def shown_anew(concurrency: Concurrency, people: People, answers: Answers, person: str) -> None:
    concurrency.versions.sent_anew(answers[-1], people[person])


@then(sentence("each time exactly one of them has saved user {person}"))
def one_wins(concurrency: Concurrency, people: People, rounds: list[Round], person: str) -> None:
    concurrency.editors.exactly_one_wins(people[person], rounds)


@then(sentence("nothing that was added to user {person} is lost"))
def nothing_lost(concurrency: Concurrency, people: People, sum: Count, person: str) -> None:
    concurrency.editors.nothing_is_lost(people[person], sum)
