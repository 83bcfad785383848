"""What is true of a user, for every reader, in time and for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then

from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.users import Users
    from support.cast.people import People
    from support.http.history import Operation

    Answers = list[Operation]


@then(sentence("user {person} {view} within the promised time"))
def seen_in_time(users: Users, people: People, person: str, view: str) -> None:
    users.observer.sees(people[person], view)


@then(sentence("user {person} is gone within the promised time"))
def gone_in_time(users: Users, people: People, person: str) -> None:
    users.observer.misses(people[person])


@then(sentence("user {person} is no longer {absence} within the promised time"))
def missed_in_time(users: Users, people: People, person: str, absence: str) -> None:
    users.observer.misses(people[person], absence)


@then(sentence("the first and the last of them are found by email"))
def ends_are_found(users: Users, people: People) -> None:
    first, *_, last = people
    for person in (first, last):
        users.observer.sees(person, "filter")


@then(sentence("user {person} is not found by the first email"))
def not_found_by_first(users: Users, people: People, person: str) -> None:
    users.observer.misses_by_first_email(people[person])


@then(sentence("user {person} stays gone"))
def stays_gone(users: Users, people: People, person: str) -> None:
    users.observer.misses_now(people[person])


@then(sentence("user {person} is unchanged"))
def unchanged(users: Users, people: People, person: str) -> None:
    users.observer.sees_unchanged(people[person], users.setup.before[person])


@then(sentence("users {names} are unchanged"))
def all_unchanged(users: Users, people: People, names: list[str]) -> None:
    for person in names:
        users.observer.sees_unchanged(people[person], users.setup.before[person])


@then(sentence("nobody has been created"))
def nobody_created(users: Users, people: People, answers: Answers) -> None:
    users.lists.finds_nobody_of([person.mark for person in people], answers[-1].answered_at)


@then(sentence("the email of user {person} belongs to user {other} alone"))
def email_belongs_to(users: Users, people: People, person: str) -> None:
    users.lists.finds_alone(people[person])


@then(sentence("the list and the look-up of user {person} agree"))
def views_agree(users: Users, people: People, person: str) -> None:
    users.observer.agree(people[person])
