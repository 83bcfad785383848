"""What the client does to users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import when

from support.sentences import sentence
from support.strangers import approach

if TYPE_CHECKING:
    from support.cast import Cast
    from support.exchange import Operation
    from support.users import UsersApi
    from support.variations import Variations

    Answers = list[Operation]


@when(sentence("the client creates user {person}[ {variation}]"))
def create(
    api: UsersApi, cast: Cast, variations: Variations, answers: Answers, person: str, variation: str
) -> None:
    somebody = cast.introduce(person)
    if variation:
        somebody.details = variations.apply(variation, somebody, somebody.details)
    answers.append(api.create(somebody))


@when(sentence("the client replaces user {person}"))
def replace(api: UsersApi, cast: Cast, answers: Answers, person: str) -> None:
    answers.append(api.replace(cast[person], cast[person].next_version()))


@when(sentence("the client replaces user {person} {count} times"))
def replace_often(api: UsersApi, cast: Cast, answers: Answers, person: str, count: int) -> None:
    for _ in range(count):
        answers.append(api.replace(cast[person], cast[person].next_version()))


@when(sentence("the client replaces user {person} with the same details {count} times"))
def replace_with_the_same(api: UsersApi, cast: Cast, answers: Answers, person: str, count: int) -> None:
    for _ in range(count):
        answers.append(api.replace(cast[person], cast[person].shown))


@when(sentence("the client {change} every second of them"))
def change_every_second(api: UsersApi, cast: Cast, answers: Answers, change: str) -> None:
    write = api.replace if change == "replaces" else api.change
    for person in list(cast)[::2]:
        answers.append(write(person, person.next_version()))


@when(sentence("the client replaces user {person} {variation}"))
def replace_with(
    api: UsersApi, cast: Cast, variations: Variations, answers: Answers, person: str, variation: str
) -> None:
    details = variations.apply(variation, cast[person], cast[person].next_version())
    answers.append(api.replace(cast[person], details))


@when(sentence("the client changes the {detail} of user {person}"))
def change_detail(api: UsersApi, cast: Cast, answers: Answers, detail: str, person: str) -> None:
    answers.append(api.change(cast[person], cast.another(cast[person], detail)))


@when(sentence("the client changes the email of user {person} to that of user {other}"))
def change_email_to(api: UsersApi, cast: Cast, answers: Answers, person: str, other: str) -> None:
    answers.append(api.change(cast[person], {"email": cast[other].email}))


@when(sentence("the client clears the {detail} of user {person}"))
def clear_detail(api: UsersApi, cast: Cast, answers: Answers, detail: str, person: str) -> None:
    answers.append(api.change(cast[person], {detail: None}))


@when(sentence("the client changes user {person} {variation}"))
def change_with(
    api: UsersApi, cast: Cast, variations: Variations, answers: Answers, person: str, variation: str
) -> None:
    answers.append(api.change(cast[person], variations.with_good_ones(variation, cast[person])))


@when(sentence("the client changes nothing about user {person}"))
def change_nothing(api: UsersApi, cast: Cast, answers: Answers, person: str) -> None:
    answers.append(api.change(cast[person], {}))


@when(sentence("the client makes the same change to user {person} again"))
def change_again(api: UsersApi, cast: Cast, answers: Answers, person: str) -> None:
    answers.append(api.change(cast[person], cast[person].last_change))


@when(sentence("the client changes user {person} in whatever way is offered"))
def change_somehow(api: UsersApi, cast: Cast, answers: Answers, person: str) -> None:
    answers.append(api.change_somehow(cast[person], cast.another(cast[person], "name")))


@when(sentence("the client changes user {person} to another email in whatever way is offered"))
def change_email_somehow(api: UsersApi, cast: Cast, answers: Answers, person: str) -> None:
    answers.append(api.change_somehow(cast[person], cast.another(cast[person], "email")))


@when(sentence("the client deletes user {person}[ again]"))
def delete(api: UsersApi, cast: Cast, answers: Answers, person: str) -> None:
    answers.append(api.delete(cast[person]))


@when(sentence("the client {deed} {stranger}"))
def approach_stranger(api: UsersApi, cast: Cast, answers: Answers, deed: str, stranger: str) -> None:
    answers.append(approach(api, cast, deed, stranger))
