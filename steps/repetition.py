"""Requests that get lost, arrive oddly, or are sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.access import Access
    from support.behaviours.idempotency import Idempotency
    from support.behaviours.users import Users
    from support.cast.people import People
    from support.http.history import Operation

    Answers = list[Operation]


@given(sentence("user {person} was created under key {key}"))
def was_created(
    idempotency: Idempotency, users: Users, people: People, answers: Answers, person: str, key: str
) -> None:
    answers.append(idempotency.keys.create(people.introduce(person), idempotency.keys[key]))
    users.expectations.created(people[person])
    users.observer.sees(people[person])


@given(sentence("the answer to the next request is lost"))
def answer_is_lost(idempotency: Idempotency) -> None:
    idempotency.lost_answers.hang_up("after 50 ms")


@given(sentence("the client hangs up on its next request {moment}"))
def hangs_up(idempotency: Idempotency, moment: str) -> None:
    idempotency.lost_answers.hang_up(moment)


@given(sentence("the next request arrives {form}"))
def arrives(idempotency: Idempotency, form: str) -> None:
    idempotency.lost_answers.arrive(form)


@when(sentence("the client creates user {person} under key {key}[ {variation}]"))
def create_under_key(
    idempotency: Idempotency,
    people: People,
    users: Users,
    answers: Answers,
    person: str,
    key: str,
    variation: str,
) -> None:
    somebody = people.introduce(person)
    if variation:
        somebody.details = users.variations.apply(variation, somebody, somebody.details)
    answers.append(idempotency.keys.create(somebody, idempotency.keys[key]))


@when(sentence("the client creates user {person} under a key that differs from {key} {difference}"))
def create_under_similar(
    idempotency: Idempotency, people: People, answers: Answers, person: str, key: str, difference: str
) -> None:
    answers.append(
        idempotency.keys.create(people.introduce(person), idempotency.keys.similar(key, difference))
    )


@when(sentence("the client creates user {person} under a key that is {fault}"))
def create_under_flawed(
    idempotency: Idempotency, people: People, answers: Answers, person: str, fault: str
) -> None:
    answers.append(idempotency.keys.create(people.introduce(person), idempotency.keys.flawed(fault)))


@when(sentence("the client changes the {detail} of user {person} under key {key}"))
def change_under_key(
    idempotency: Idempotency, people: People, answers: Answers, detail: str, person: str, key: str
) -> None:
    answers.append(
        idempotency.keys.change(people[person], people.another(people[person], detail), idempotency.keys[key])
    )


@when(sentence("the client replaces user {person} under key {key}"))
def replace_under_key(
    idempotency: Idempotency, people: People, answers: Answers, person: str, key: str
) -> None:
    answers.append(idempotency.keys.replace(people[person], idempotency.keys[key]))


@when(sentence("the client deletes user {person} under key {key}"))
def delete_under_key(
    idempotency: Idempotency, people: People, answers: Answers, person: str, key: str
) -> None:
    answers.append(idempotency.keys.delete(people[person], idempotency.keys[key]))


@when(sentence("the client sends the same request again[ {count} times]"))
def send_again(idempotency: Idempotency, answers: Answers, count: int) -> None:
    for _ in range(count):
        answers.append(idempotency.keys.send_again(answers[-1]))


@when(sentence("the client sends the first request again"))
def send_first_again(idempotency: Idempotency, answers: Answers) -> None:
    answers.append(idempotency.keys.send_again(answers[0]))


@when(sentence("another tenant sends the same request"))
def other_tenant_sends(idempotency: Idempotency, access: Access, answers: Answers) -> None:
    answers.append(idempotency.keys.send_as(answers[0], access.callers.api_of("another tenant")))


@when(sentence("another tenant creates user {person} under key {key}"))
def other_tenant_creates(
    idempotency: Idempotency, access: Access, people: People, answers: Answers, person: str, key: str
) -> None:
    answers.append(
        idempotency.keys.create(
            people.introduce(person), idempotency.keys[key], access.callers.api_of("another tenant")
        )
    )


@when(sentence("the client creates {count} others under keys of their own"), target_fixture="others")
def create_others(idempotency: Idempotency, count: int) -> Answers:
    return idempotency.keys.create_others(count)


@when(
    sentence("the client sends {count} identical creations under one key at once, {times} times"),
    target_fixture="rounds",
)
def create_at_once(idempotency: Idempotency, count: int, times: int) -> list[Answers]:
    return idempotency.keys.create_in_rounds(count, times)


@when(sentence("the client creates users {names} and hangs up, sooner or later"))
def create_and_hang_up(idempotency: Idempotency, people: People, answers: Answers, names: list[str]) -> None:
    answers += idempotency.lost_answers.create_hanging_up([people.introduce(person) for person in names])


@then(sentence("the answer repeats the first answer"))
def repeats_first(idempotency: Idempotency, answers: Answers) -> None:
    idempotency.repeats.repeat(answers[0], answers[-1:])


@then(sentence("every answer repeats the first answer"))
def all_repeat_first(idempotency: Idempotency, answers: Answers) -> None:
    idempotency.repeats.repeat(answers[0], answers[1:])


@then(sentence("the answer completes the creation of user {person}"))
def completes(idempotency: Idempotency, people: People, answers: Answers, person: str) -> None:
    idempotency.repeats.completed(answers[-1], people[person])


@then(sentence("user {person} exists once"))
def exists_once(idempotency: Idempotency, people: People, person: str) -> None:
    idempotency.repeats.exist_once([people[person]])


@then(sentence("users {names} exist at most once"))
def exist_at_most_once(idempotency: Idempotency, people: People, names: list[str]) -> None:
    idempotency.repeats.exist_at_most_once([people[person] for person in names])


@then(sentence("user {person} has never existed"))
def never_existed(idempotency: Idempotency, people: People, person: str) -> None:
    idempotency.repeats.never_existed([people[person]])


@then(sentence("the key is refused as not valid"))
def key_refused(idempotency: Idempotency, answers: Answers) -> None:
    idempotency.repeats.refuses_key(answers[-1])


@then(sentence("every request is refused because the details are not valid"))
def refused_alike(idempotency: Idempotency, answers: Answers) -> None:
    idempotency.repeats.refused_alike(answers)


@then(sentence("the other tenant gets a user of their own"))
def own_user(idempotency: Idempotency, answers: Answers) -> None:
    idempotency.repeats.own_effect(answers[0], answers[-1])


@then(sentence("every one of the others has been created"))
def all_succeed(idempotency: Idempotency, others: Answers) -> None:
    idempotency.repeats.all_succeed(others)


@then(sentence("each time exactly one user has been created"))
def each_time_one(idempotency: Idempotency, rounds: list[Answers]) -> None:
    idempotency.repeats.exist_once([idempotency.repeats.created_once(operations) for operations in rounds])
