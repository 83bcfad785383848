"""Clients in a hurry, trouble that passes, and what everybody relies on every day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then, when

from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.access import Access
    from support.behaviours.strain import Strain
    from support.behaviours.strain.partial_writes import Trouble
    from support.behaviours.strain.rate_limits import Turns
    from support.behaviours.users import Users
    from support.cast.people import People
    from support.http.history import Operation
    from support.users.api import UsersApi
    from support.users.person import Person

    Answers = list[Operation]


@when(sentence("a client in a hurry asks until it is refused"))
def ask_until_refused(strain: Strain, answers: Answers) -> None:
    answers.append(strain.rate_limits.ask_until_refused())


@when(sentence("it comes back when it was told to"))
def come_back(strain: Strain, answers: Answers) -> None:
    answers.append(strain.rate_limits.come_back(answers[-1]))


@when(sentence("a client in a hurry creates users until it is refused"), target_fixture="refused")
def create_until_refused(strain: Strain, answers: Answers) -> list[Person]:
    refused = strain.rate_limits.create_until_refused()
    answers.append(refused[-1].writes[0].operation)
    return refused


@when(sentence("a client in a hurry replaces user {person} until it is refused"))
def replace_until_refused(strain: Strain, people: People, person: str) -> None:
    strain.rate_limits.change_until_refused(people[person])


@when(sentence("another client asks whenever the hurried one is refused"), target_fixture="turns")
def ask_while_refused(strain: Strain) -> Turns:
    return strain.rate_limits.ask_while_refused()


@when(
    sentence("the client {change} user {person} {count} times and takes trouble as it comes"),
    target_fixture="troubles",
)
def write_often(strain: Strain, people: People, change: str, person: str, count: int) -> list[Trouble]:
    return strain.partial_writes.write_often(people[person], count, whole=change == "replaces")


@when(sentence("the client uses everything that is offered"), target_fixture="used")
def use_everything(strain: Strain, people: People) -> list[Operation]:
    return strain.service_quality.use_everything(people.introduce("Grace"))


@when(sentence("the client looks up user {person} {count} times without a trace"))
def look_up_without_trace(strain: Strain, people: People, answers: Answers, person: str, count: int) -> None:
    answers += strain.tracing.look_up_without(people[person], count)


@when(sentence("the client looks up user {person} with a trace that {trace}"))
def look_up_with_trace(strain: Strain, people: People, answers: Answers, person: str, trace: str) -> None:
    answers.append(strain.tracing.look_up_with(people[person], trace))


@when(sentence("the client asks often about user {person}"), target_fixture="times")
def ask_often(strain: Strain, people: People, person: str) -> dict[str, list[float]]:
    return strain.service_quality.ask_often(people[person])


@when(sentence("the client looks at user {person} in every view"), target_fixture="shown")
def look_in_every_view(users: Users, people: People, person: str) -> dict[str, Operation]:
    return users.views.of(people[person])


@when(sentence("the client asks for everything that is promised of user {person}"), target_fixture="missing")
def probe_promises(strain: Strain, people: People, person: str) -> list[str]:
    return strain.service_quality.probe_promises(people[person])


@when(sentence("{visitor} asks for the health of the service"))
def ask_for_health(strain: Strain, access: Access, answers: Answers, visitor: str) -> None:
    answers.append(strain.service_quality.ask_for_health(access.callers.api_of(visitor)))


@then(sentence("the refusal says when to come back"))
def says_when_to_come_back(strain: Strain, answers: Answers) -> None:
    strain.rate_limits.says_when_to_come_back(answers[-1])


@then(sentence("the hurried client is served again"))
def served_again(strain: Strain, answers: Answers) -> None:
    strain.rate_limits.served_again(answers[-1])


@then(sentence("nobody whose creation was refused exists"))
def nobody_refused_exists(users: Users, answers: Answers, refused: list[Person]) -> None:
    users.lists.finds_nobody_of([person.mark for person in refused], answers[-1].answered_at)


@then(sentence("user {person} shows the last accepted change"))
def shows_last_accepted(users: Users, people: People, person: str) -> None:
    users.observer.sees_now(people[person])


@then(sentence("the other client is served every time"))
def other_served(strain: Strain, turns: Turns) -> None:
    strain.rate_limits.not_slowed(turns)


@then(sentence("every change of user {person} has happened wholly or not at all"))
def no_halves(strain: Strain, people: People, troubles: list[Trouble], person: str) -> None:
    strain.partial_writes.are_whole(people[person], troubles)


@then(sentence("everything has succeeded in the end"))
def all_succeeded(strain: Strain, used: list[Operation]) -> None:
    strain.service_quality.all_succeeded(used)


@then(sentence("every answer can be traced to its request"))
def traceable(strain: Strain, api: UsersApi) -> None:
    strain.tracing.lead_back(api.client.story)


@then(sentence("every answer can be told from the others"))
def told_apart(strain: Strain, answers: Answers) -> None:
    strain.tracing.are_told_apart(answers)


@then(sentence("almost all answers are quick enough"))
def quick_enough(strain: Strain, times: dict[str, list[float]]) -> None:
    strain.service_quality.quick_enough(times)


@then(sentence("user {person} has the same shape in all of them"))
def same_shape(users: Users, people: People, shown: dict[str, Operation], person: str) -> None:
    users.views.have_one_shape(people[person], shown)


@then(sentence("every view shows user {person}, in whatever order and whatever else it shows"))
def can_be_read(users: Users, people: People, shown: dict[str, Operation], person: str) -> None:
    users.views.can_be_read(people[person], shown)


@then(sentence("nothing that is promised is missing"))
def nothing_missing(strain: Strain, missing: list[str]) -> None:
    strain.service_quality.all_promised(missing)


@then(sentence("the service says that it is well"))
def is_well(strain: Strain, answers: Answers) -> None:
    strain.service_quality.is_well(answers[-1])
