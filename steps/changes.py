"""What the client does to users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import when

from support.behaviours.users.unknown_ids import approach
from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.users import Users
    from support.cast.people import People
    from support.http.history import Operation
    from support.users.api import UsersApi

    Answers = list[Operation]


@when(sentence("the client creates user {person}[ {variation}]"))
def create(
    api: UsersApi, people: People, users: Users, answers: Answers, person: str, variation: str
) -> None:
    somebody = people.introduce(person)
    if variation:
        somebody.details = users.variations.apply(variation, somebody, somebody.details)
    answers.append(api.create(somebody))


@when(sentence("the client replaces user {person}"))
def replace(api: UsersApi, people: People, answers: Answers, person: str) -> None:
    answers.append(api.replace(people[person], people[person].next_version()))


@when(sentence("the client replaces user {person} {count} times"))
def replace_often(api: UsersApi, people: People, answers: Answers, person: str, count: int) -> None:
    for _ in range(count):
        answers.append(api.replace(people[person], people[person].next_version()))


@when(sentence("the client replaces user {person} with the same details {count} times"))
def replace_with_the_same(api: UsersApi, people: People, answers: Answers, person: str, count: int) -> None:
    for _ in range(count):
        answers.append(api.replace(people[person], people[person].shown))


@when(sentence("the client {change} every second of them"))
def change_every_second(api: UsersApi, people: People, answers: Answers, change: str) -> None:
    write = api.replace if change == "replaces" else api.change
    for person in list(people)[::2]:
        answers.append(write(person, person.next_version()))


@when(sentence("the client replaces user {person} {variation}"))
def replace_with(
    api: UsersApi, people: People, users: Users, answers: Answers, person: str, variation: str
) -> None:
    details = users.variations.apply(variation, people[person], people[person].next_version())
    answers.append(api.replace(people[person], details))


@when(sentence("the client changes the {detail} of user {person}"))
def change_detail(api: UsersApi, people: People, answers: Answers, detail: str, person: str) -> None:
    answers.append(api.change(people[person], people.another(people[person], detail)))


@when(sentence("the client changes the email of user {person} to that of user {other}"))
def change_email_to(api: UsersApi, people: People, answers: Answers, person: str, other: str) -> None:
    answers.append(api.change(people[person], {"email": people[other].email}))


@when(sentence("the client clears the {detail} of user {person}"))
def clear_detail(api: UsersApi, people: People, answers: Answers, detail: str, person: str) -> None:
    answers.append(api.change(people[person], {detail: None}))


@when(sentence("the client changes user {person} {variation}"))
def change_with(
    api: UsersApi, people: People, users: Users, answers: Answers, person: str, variation: str
) -> None:
    answers.append(api.change(people[person], users.variations.with_good_ones(variation, people[person])))


@when(sentence("the client changes nothing about user {person}"))
def change_nothing(api: UsersApi, people: People, answers: Answers, person: str) -> None:
    answers.append(api.change(people[person], {}))


@when(sentence("the client makes the same change to user {person} again"))
def change_again(api: UsersApi, people: People, answers: Answers, person: str) -> None:
    answers.append(api.change(people[person], people[person].last_change))


@when(sentence("the client changes user {person} in whatever way is offered"))
def change_somehow(api: UsersApi, people: People, answers: Answers, person: str) -> None:
    answers.append(api.change_somehow(people[person], people.another(people[person], "name")))


@when(sentence("the client changes user {person} to another email in whatever way is offered"))
def change_email_somehow(api: UsersApi, people: People, answers: Answers, person: str) -> None:
    answers.append(api.change_somehow(people[person], people.another(people[person], "email")))


@when(sentence("the client deletes user {person}[ again]"))
def delete(api: UsersApi, people: People, answers: Answers, person: str) -> None:
    answers.append(api.delete(people[person]))


@when(sentence("the client {deed} {stranger}"))
def approach_stranger(api: UsersApi, people: People, answers: Answers, deed: str, stranger: str) -> None:
    answers.append(approach(api, people, deed, stranger))
