"""Versions of users, and several people who save at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from support.sentences import sentence

if TYPE_CHECKING:
    from support.cast import Cast
    from support.editors import Count, Editors, Round
    from support.exchange import Operation
    from support.versions import Versions

    Answers = list[Operation]


@given(sentence("the client knows the version of user {person}"))
def knows_version(versions: Versions, cast: Cast, person: str) -> None:
    versions.note(cast[person])


@when(sentence("the client {change} user {person} on top of the known version"))
def save_on_top(versions: Versions, cast: Cast, answers: Answers, change: str, person: str) -> None:
    if change == "replaces":
        answers.append(versions.replace(cast[person]))
    else:
        answers.append(versions.change(cast[person], cast.another(cast[person], "name")))


@when(sentence("the client deletes user {person} on top of the known version"))
def delete_on_top(versions: Versions, cast: Cast, answers: Answers, person: str) -> None:
    answers.append(versions.delete(cast[person]))


@when(sentence("the client replaces user {person} on top of a version that {kind}"))
def save_on_top_of_none(versions: Versions, cast: Cast, answers: Answers, person: str, kind: str) -> None:
    answers.append(versions.replace(cast[person], kind))


@when(sentence("another client changes user {person}"))
def other_changes(versions: Versions, cast: Cast, answers: Answers, person: str) -> None:
    answers.append(versions.outdate(cast[person], cast.another(cast[person], "name")))


@when(sentence("the client changes user {person} {count} times, noting each version"))
def change_noting(versions: Versions, cast: Cast, answers: Answers, person: str, count: int) -> None:
    for _ in range(count):
        answers.append(versions.change_and_note(cast[person], cast.another(cast[person], "name")))


@when(sentence("the client looks up user {person} unless nothing has changed"))
def look_up_if_changed(versions: Versions, cast: Cast, answers: Answers, person: str) -> None:
    answers.append(versions.look_up_if_changed(cast[person]))


@when(
    sentence("{count} clients {save} user {person} on top of one version at once, {times} times"),
    target_fixture="rounds",
)
def save_at_once(editors: Editors, cast: Cast, count: int, save: str, person: str, times: int) -> list[Round]:
    return editors.save_at_once(cast[person], count, times, whole=save == "replace")


@when(
    sentence("{count} clients each add to user {person} {times} times, starting over when refused"),
    target_fixture="sum",
)
def add_together(editors: Editors, cast: Cast, count: int, person: str, times: int) -> Count:
    return editors.count_together(cast[person], count, times)


@then(sentence("user {person} has been saved"))
def saved(versions: Versions, cast: Cast, answers: Answers, person: str) -> None:
    versions.saved(cast[person], answers[-1])


@then(sentence("user {person} is as the other client left them"))
def is_as_left(versions: Versions, cast: Cast, person: str) -> None:
    versions.is_as_left(cast[person])


@then(sentence("user {person} has another version"))
def has_moved(versions: Versions, cast: Cast, person: str) -> None:
    versions.moved(cast[person])


@then(sentence("every version of user {person} is another"))
def all_differ(versions: Versions, cast: Cast, person: str) -> None:
    versions.differ(cast[person])


@then(sentence("every answer shows user {person} in the known version"))
def has_stayed(versions: Versions, cast: Cast, answers: Answers, person: str) -> None:
    versions.stayed(cast[person], answers)


@then(sentence("the answer says that nothing has changed"))
def nothing_changed(versions: Versions, answers: Answers) -> None:
    versions.not_sent_again(answers[-1])


@then(sentence("the answer shows user {person} anew"))
def shown_anew(versions: Versions, cast: Cast, answers: Answers, person: str) -> None:
    versions.sent_anew(answers[-1], cast[person])


@then(sentence("each time exactly one of them has saved user {person}"))
def one_wins(editors: Editors, cast: Cast, rounds: list[Round], person: str) -> None:
    editors.exactly_one_wins(cast[person], rounds)


@then(sentence("nothing that was added to user {person} is lost"))
def nothing_lost(editors: Editors, cast: Cast, sum: Count, person: str) -> None:  # noqa: A002
    editors.nothing_is_lost(cast[person], sum)
