"""Versions of users, and several clients at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from support.runner.sentences import KINDS

if TYPE_CHECKING:
    from support.behaviours.concurrency import Concurrency
    from support.behaviours.concurrency.editors import Count
    from support.behaviours.concurrency.races import Race
    from support.behaviours.concurrency.rounds import Outcomes
    from support.cast import People
    from support.http import Operation

    Answers = list[Operation]


@given(parsers.parse("the client knows the version of user {person:Person}", KINDS))
def knows_version(concurrency: Concurrency, people: People, person: str) -> None:
    concurrency.versions.note(people[person])


@when(parsers.parse("the client {action:Save} user {person:Person} based on {version:Version}", KINDS))
@when(
    parsers.parse(
        "the client {action:Save} user {person:Person} with another {detail:Detail}"
        " based on {version:Version}",
        KINDS,
    )
)
def write_based_on(
    concurrency: Concurrency,
    people: People,
    answers: Answers,
    action: str,
    person: str,
    version: str,
    detail: str = "name",
) -> None:
    changes = people.another(people[person], detail)
    answers.append(concurrency.versions.write(action, people[person], version, changes))


@when(parsers.parse("another client changes user {person:Person}", KINDS))
def other_changes(concurrency: Concurrency, people: People, answers: Answers, person: str) -> None:
    answers.append(concurrency.versions.outdate(people[person], people.another(people[person], "name")))


@when(
    parsers.parse(
        "the client changes user {person:Person} {count:Number} times and notes each version", KINDS
    )
)
def change_noting(
    concurrency: Concurrency, people: People, answers: Answers, person: str, count: int
) -> None:
    for _ in range(count):
        changes = people.another(people[person], "name")
        answers.append(concurrency.versions.change_and_note(people[person], changes))


@when(parsers.parse("the client looks up user {person:Person} only if the version has changed", KINDS))
def look_up_if_changed(concurrency: Concurrency, people: People, answers: Answers, person: str) -> None:
    answers.append(concurrency.versions.look_up_if_changed(people[person]))


@when(parsers.parse("{count:Number} clients {deed:Deed} at once", KINDS), target_fixture="outcomes")
@when(
    parsers.parse("{count:Number} clients {deed:Deed} at once, in {times:Number} rounds", KINDS),
    target_fixture="outcomes",
)
def act_at_once(concurrency: Concurrency, count: int, deed: str, times: int = 1) -> Outcomes:
    return concurrency.rounds.run(deed, count, times)


@when(parsers.parse("{count:Number} clients look up {group:Group} at once, in {times:Number} rounds", KINDS))
def look_up_at_once(
    concurrency: Concurrency, people: People, answers: Answers, count: int, group: str, times: int
) -> None:
    answers += concurrency.races.look_up_at_once(people.group(group), count, times)


@when(
    parsers.parse(
        "{count:Number} clients each add to user {person:Person} {times:Number} times, "
        "starting over when they are refused",
        KINDS,
    ),
    target_fixture="total",
)
def add_together(concurrency: Concurrency, people: People, count: int, person: str, times: int) -> Count:
    return concurrency.editors.count_together(people[person], count, times)


@then(parsers.parse("user {person:Person} has been saved", KINDS))
def saved(concurrency: Concurrency, people: People, answers: Answers, person: str) -> None:
    concurrency.versions.saved(people[person], answers[-1])


@then(parsers.parse("user {person:Person} is as the other client left them", KINDS))
def is_as_left(concurrency: Concurrency, people: People, person: str) -> None:
    concurrency.versions.is_as_left(people[person])


@then(parsers.parse("user {person:Person} has a new version after every change", KINDS))
def has_new_versions(concurrency: Concurrency, people: People, person: str) -> None:
    concurrency.versions.renewed(people[person])


@then(parsers.parse("every answer shows user {person:Person} in the known version", KINDS))
def has_stayed(concurrency: Concurrency, people: People, answers: Answers, person: str) -> None:
    concurrency.versions.stayed(people[person], answers)


@then("the answer says that nothing has changed")
def nothing_changed(concurrency: Concurrency, answers: Answers) -> None:
    concurrency.versions.not_sent_again(answers[-1])


@then(parsers.parse("the answer shows the changed user {person:Person}", KINDS))
def shown_anew(concurrency: Concurrency, people: People, answers: Answers, person: str) -> None:
    concurrency.versions.sent_anew(answers[-1], people[person])


@then(parsers.parse("in each round exactly one {winner:Winner}", KINDS))
def one_wins(concurrency: Concurrency, outcomes: Outcomes, winner: str) -> None:
    concurrency.rounds.one_wins(winner, outcomes)


@then(parsers.parse("nothing that was added to user {person:Person} is lost", KINDS))
def nothing_lost(concurrency: Concurrency, people: People, total: Count, person: str) -> None:
    concurrency.editors.nothing_is_lost(people[person], total)


@then("each of them was created with details and an id of their own")
def all_created(concurrency: Concurrency, outcomes: list[Race]) -> None:
    concurrency.races.all_created(outcomes[0])


@then("both changes of each of them are kept")
def both_kept(concurrency: Concurrency, outcomes: list[Race]) -> None:
    concurrency.races.both_kept(outcomes)


@then(parsers.parse("none of the deleted users {rest:Rest}", KINDS))
def deleted_leave_nothing(concurrency: Concurrency, outcomes: list[Race], rest: str) -> None:
    concurrency.rounds.deleted_leave(rest, outcomes)
