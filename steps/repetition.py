"""Requests that get lost, arrive oddly, or are sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from support.sentences import sentence

if TYPE_CHECKING:
    from support.cast import Cast
    from support.detours import Detours
    from support.exchange import Operation
    from support.findings import Findings
    from support.keys import Keys
    from support.repeats import Repeats
    from support.users import UsersApi
    from support.variations import Variations
    from support.witness import Witness

    Answers = list[Operation]


@given(sentence("user {person} was created under key {key}"))
def was_created(
    keys: Keys, findings: Findings, witness: Witness, cast: Cast, answers: Answers, person: str, key: str
) -> None:
    answers.append(keys.create(cast.introduce(person), keys[key]))
    findings.created(cast[person])
    witness.sees(cast[person])


@given(sentence("the answer to the next request is lost"))
def answer_is_lost(detours: Detours) -> None:
    detours.hang_up("after 50 ms")


@given(sentence("the client hangs up on its next request {moment}"))
def hangs_up(detours: Detours, moment: str) -> None:
    detours.hang_up(moment)


@given(sentence("the next request arrives {form}"))
def arrives(detours: Detours, form: str) -> None:
    detours.arrive(form)


@when(sentence("the client creates user {person} under key {key}[ {variation}]"))
def create_under_key(
    keys: Keys, cast: Cast, variations: Variations, answers: Answers, person: str, key: str, variation: str
) -> None:
    somebody = cast.introduce(person)
    if variation:
        somebody.details = variations.apply(variation, somebody, somebody.details)
    answers.append(keys.create(somebody, keys[key]))


@when(sentence("the client creates user {person} under a key that differs from {key} {difference}"))
def create_under_similar(
    keys: Keys, cast: Cast, answers: Answers, person: str, key: str, difference: str
) -> None:
    answers.append(keys.create(cast.introduce(person), keys.similar(key, difference)))


@when(sentence("the client creates user {person} under a key that is {fault}"))
def create_under_flawed(keys: Keys, cast: Cast, answers: Answers, person: str, fault: str) -> None:
    answers.append(keys.create(cast.introduce(person), keys.flawed(fault)))


@when(sentence("the client changes the {detail} of user {person} under key {key}"))
def change_under_key(keys: Keys, cast: Cast, answers: Answers, detail: str, person: str, key: str) -> None:
    answers.append(keys.change(cast[person], cast.another(cast[person], detail), keys[key]))


@when(sentence("the client replaces user {person} under key {key}"))
def replace_under_key(keys: Keys, cast: Cast, answers: Answers, person: str, key: str) -> None:
    answers.append(keys.replace(cast[person], keys[key]))


@when(sentence("the client deletes user {person} under key {key}"))
def delete_under_key(keys: Keys, cast: Cast, answers: Answers, person: str, key: str) -> None:
    answers.append(keys.delete(cast[person], keys[key]))


@when(sentence("the client sends the same request again[ {count} times]"))
def send_again(keys: Keys, answers: Answers, count: int) -> None:
    for _ in range(count):
        answers.append(keys.send_again(answers[-1]))


@when(sentence("the client sends the first request again"))
def send_first_again(keys: Keys, answers: Answers) -> None:
    answers.append(keys.send_again(answers[0]))


@when(sentence("another tenant sends the same request"))
def other_tenant_sends(keys: Keys, other_tenant: UsersApi, answers: Answers) -> None:
    answers.append(keys.send_as(answers[0], other_tenant))


@when(sentence("another tenant creates user {person} under key {key}"))
def other_tenant_creates(
    keys: Keys, other_tenant: UsersApi, cast: Cast, answers: Answers, person: str, key: str
) -> None:
    answers.append(keys.create(cast.introduce(person), keys[key], other_tenant))


@when(sentence("the client creates {count} others under keys of their own"), target_fixture="others")
def create_others(keys: Keys, count: int) -> Answers:
    return keys.create_others(count)


@when(
    sentence("the client sends {count} identical creations under one key at once, {times} times"),
    target_fixture="rounds",
)
def create_at_once(keys: Keys, count: int, times: int) -> list[Answers]:
    return keys.create_in_rounds(count, times)


@when(sentence("the client creates users {people} and hangs up, sooner or later"))
def create_and_hang_up(detours: Detours, cast: Cast, answers: Answers, people: list[str]) -> None:
    answers += detours.create_hanging_up([cast.introduce(person) for person in people])


@then(sentence("the answer repeats the first answer"))
def repeats_first(repeats: Repeats, answers: Answers) -> None:
    repeats.repeat(answers[0], answers[-1:])


@then(sentence("every answer repeats the first answer"))
def all_repeat_first(repeats: Repeats, answers: Answers) -> None:
    repeats.repeat(answers[0], answers[1:])


@then(sentence("the answer completes the creation of user {person}"))
def completes(repeats: Repeats, cast: Cast, answers: Answers, person: str) -> None:
    repeats.completed(answers[-1], cast[person])


@then(sentence("user {person} exists once"))
def exists_once(repeats: Repeats, cast: Cast, person: str) -> None:
    repeats.exist_once([cast[person]])


@then(sentence("users {people} exist at most once"))
def exist_at_most_once(repeats: Repeats, cast: Cast, people: list[str]) -> None:
    repeats.exist_at_most_once([cast[person] for person in people])


@then(sentence("user {person} has never existed"))
def never_existed(repeats: Repeats, cast: Cast, person: str) -> None:
    repeats.never_existed([cast[person]])


@then(sentence("the key is refused as not valid"))
def key_refused(repeats: Repeats, answers: Answers) -> None:
    repeats.refuses_key(answers[-1])


@then(sentence("every request is refused because the details are not valid"))
def refused_alike(repeats: Repeats, answers: Answers) -> None:
    repeats.refused_alike(answers)


@then(sentence("the other tenant gets a user of their own"))
def own_user(repeats: Repeats, answers: Answers) -> None:
    repeats.own_effect(answers[0], answers[-1])


@then(sentence("every one of the others has been created"))
def all_succeed(repeats: Repeats, others: Answers) -> None:
    repeats.all_succeed(others)


@then(sentence("each time exactly one user has been created"))
def each_time_one(repeats: Repeats, rounds: list[Answers]) -> None:
    repeats.exist_once([repeats.created_once(operations) for operations in rounds])
