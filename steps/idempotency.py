"""Requests that are sent again, over connections that break or in unusual forms, with idempotency keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from support.runner.sentences import KINDS

if TYPE_CHECKING:
    from support.behaviours.access import Access
    from support.behaviours.idempotency import Idempotency
    from support.behaviours.users import Users
    from support.cast import People
    from support.http import Operation

    Answers = list[Operation]


@given(parsers.parse("user {person:Person} was created with idempotency key {key:Key}", KINDS))
def was_created(
    idempotency: Idempotency, users: Users, people: People, answers: Answers, person: str, key: str
) -> None:
    answers.append(idempotency.keys.create(people.introduce(person), idempotency.keys[key]))
    users.expectations.created(people[person])
    users.setup.before[person] = users.observer.sees(people[person])


@given("the answer to the next request is lost")
@given(parsers.parse("the connection breaks {moment:Moment} the next request", KINDS))
def connection_breaks(idempotency: Idempotency, moment: str = "50 ms after") -> None:
    idempotency.lost_answers.hang_up(moment)


@given(parsers.parse("the next request arrives {arrival:Arrival}", KINDS))
def arrives(idempotency: Idempotency, arrival: str) -> None:
    idempotency.lost_answers.arrive(arrival)


@when(parsers.parse("{tenant:Tenant} creates user {person:Person} with {key:KeyWording}", KINDS))
@when(
    parsers.parse(
        "{tenant:Tenant} creates user {person:Person} with {key:KeyWording} {variation:Variation}", KINDS
    )
)
def create_with_key(
    idempotency: Idempotency,
    access: Access,
    users: Users,
    answers: Answers,
    tenant: str,
    person: str,
    key: str,
    variation: str = "",
) -> None:
    created = users.actions.create(person, variation)
    api = access.callers.api_of(tenant)
    answers.append(idempotency.keys.create(created, idempotency.keys.worded(key), api))


@when(parsers.parse("the client {action:Save} user {person:Person} with idempotency key {key:Key}", KINDS))
def act_with_key(
    idempotency: Idempotency, people: People, answers: Answers, action: str, person: str, key: str
) -> None:
    answers.append(idempotency.keys.write(action, people[person], idempotency.keys[key]))


@when(parsers.parse("{sender:Sender} sends the {sent:Sent} request again", KINDS))
@when(parsers.parse("{sender:Sender} sends the {sent:Sent} request again {count:Number} times", KINDS))
def send_again(
    idempotency: Idempotency, access: Access, answers: Answers, sender: str, sent: int, count: int = 1
) -> None:
    for _ in range(count):
        answers.append(idempotency.keys.send_once_more(answers[sent], access.callers.api_of(sender)))


@when(
    parsers.parse("the client creates {count:Number} users, each with an idempotency key of its own", KINDS),
    target_fixture="others",
)
def create_others(idempotency: Idempotency, count: int) -> Answers:
    return idempotency.keys.create_others(count)


@when(
    parsers.parse(
        "{count:Number} clients create {whom:CreatedAtOnce} with one idempotency key at once, "
        "in {times:Number} rounds",
        KINDS,
    ),
    target_fixture="rounds",
)
def create_at_once(idempotency: Idempotency, count: int, whom: str, times: int) -> list[Answers]:
    return idempotency.keys.create_in_rounds(whom, count, times)


@when(parsers.parse("the client creates users {names:Names} over connections that break", KINDS))
def create_and_hang_up(idempotency: Idempotency, people: People, answers: Answers, names: list[str]) -> None:
    answers += idempotency.lost_answers.create_hanging_up([people.introduce(person) for person in names])


@then(parsers.parse("{which:Answers} repeats the first answer", KINDS))
def repeats_first(idempotency: Idempotency, answers: Answers, which: slice) -> None:
    idempotency.repeats.repeat(answers[0], answers[which])


@then(parsers.parse("the answer completes the creation of user {person:Person}", KINDS))
def completes(idempotency: Idempotency, people: People, answers: Answers, person: str) -> None:
    idempotency.repeats.completed(answers[-1], people[person])


@then(parsers.parse("{group:Group} {existence:Existence}", KINDS))
def exist(idempotency: Idempotency, people: People, group: str, existence: str) -> None:
    idempotency.repeats.exist(people.group(group), existence)


@then("the idempotency key is refused")
def key_refused(idempotency: Idempotency, answers: Answers) -> None:
    idempotency.repeats.refuses_key(answers[-1])


@then(parsers.parse("every request is refused because {reason:Reason}", KINDS))
def refused_alike(idempotency: Idempotency, answers: Answers, reason: str) -> None:
    idempotency.repeats.refused_alike(answers, reason)


@then("the other tenant gets a user of its own")
def own_user(idempotency: Idempotency, answers: Answers) -> None:
    idempotency.repeats.own_effect(answers[0], answers[-1])


@then("every one of these users exists exactly once")
def all_succeed(idempotency: Idempotency, others: Answers) -> None:
    idempotency.repeats.all_succeed(others)


@then("in each round exactly one user has been created")
def each_round_one(idempotency: Idempotency, rounds: list[Answers]) -> None:
    idempotency.simultaneous.one_each_round(rounds)
