"""Rate limits, passing faults, what clients rely on every day, and the look at the end of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from support.runner.sentences import KINDS

if TYPE_CHECKING:
    from support.behaviours.access import Access
    from support.behaviours.strain import Load, Measurements, Strain
    from support.behaviours.strain.partial_writes import Trouble
    from support.behaviours.strain.rate_limits import Limited, Turns
    from support.behaviours.users import Users
    from support.cast import People
    from support.http import Operation
    from support.runner.world import World
    from support.users import UsersApi

    Answers = list[Operation]
    Measured = dict[str, list[float]] | Measurements


@given("all other stories have ended")
def all_have_ended(world: World) -> None:
    world.audit.gather()


@when(
    parsers.parse("a client {deed:LimitedDeed} until it is over its rate limit", KINDS),
    target_fixture="limited",
)
def exceed_rate_limit(strain: Strain, answers: Answers, deed: str) -> Limited:
    limited = strain.rate_limits.exceed(deed)
    answers.append(limited.operation)
    return limited


@when("it comes back after the time that the refusal says")
def come_back(strain: Strain, answers: Answers) -> None:
    answers.append(strain.rate_limits.come_back(answers[-1]))


@when("another client sends requests while the first one is over its rate limit", target_fixture="turns")
def ask_while_refused(strain: Strain) -> Turns:
    return strain.rate_limits.ask_while_refused()


@when(
    parsers.parse(
        "the client {change:Change} user {person:Person} {count:Number} times while some requests fail", KINDS
    ),
    target_fixture="troubles",
)
def write_often(strain: Strain, people: People, change: str, person: str, count: int) -> list[Trouble]:
    return strain.partial_writes.write_often(people[person], count, whole=change == "replaces")


@when("the client uses every operation that the service offers", target_fixture="used")
def use_everything(strain: Strain, people: People) -> list[Operation]:
    return strain.service_quality.use_everything(people.introduce("Grace"))


@when(parsers.parse("the client looks up user {person:Person} {trace:Trace}", KINDS))
def look_up_traced(strain: Strain, people: People, answers: Answers, person: str, trace: str) -> None:
    answers += strain.tracing.look_up(people[person], trace)


@when(
    parsers.parse("the client measures the response times for user {person:Person}", KINDS),
    target_fixture="measured",
)
@when("many clients act at once for a while", target_fixture="measured")
def measure(strain: Strain, people: People, load: Load, person: str = "") -> Measured:
    if not person:
        return load.act()
    return strain.service_quality.ask_often(people[person], lambda: people.stranger("Newcomer"))


@when(parsers.parse("the client looks at user {person:Person} in every view", KINDS), target_fixture="shown")
def look_in_every_view(users: Users, people: People, person: str) -> dict[str, Operation]:
    return users.views.of(people[person])


@when(
    parsers.parse("the client tries every promise of the profile with user {person:Person}", KINDS),
    target_fixture="missing",
)
def probe_promises(strain: Strain, people: People, person: str) -> list[str]:
    return strain.service_quality.probe_promises(people[person])


@when(parsers.parse("{caller:Caller} asks for the health of the service", KINDS))
def ask_for_health(strain: Strain, access: Access, answers: Answers, caller: str) -> None:
    answers.append(strain.service_quality.ask_for_health(access.callers.api_of(caller)))


@then("the refusal says when to come back")
def says_when_to_come_back(strain: Strain, answers: Answers) -> None:
    strain.rate_limits.says_when_to_come_back(answers[-1])


@then("the client is served again")
def served_again(strain: Strain, answers: Answers) -> None:
    strain.rate_limits.served_again(answers[-1])


@then("no user exists whose creation was refused")
def no_refused_user_exists(users: Users, limited: Limited) -> None:
    users.lists.finds_nobody_of([person.mark for person in limited.people], limited.operation.answered_at)


@then("the other client is served every time")
def other_served(strain: Strain, turns: Turns) -> None:
    strain.rate_limits.not_slowed(turns)


@then(parsers.parse("every change of user {person:Person} was applied completely or not at all", KINDS))
def applied_completely(strain: Strain, people: People, troubles: list[Trouble], person: str) -> None:
    strain.partial_writes.are_whole(people[person], troubles)


@then("every operation has succeeded")
def all_succeeded(strain: Strain, used: list[Operation]) -> None:
    strain.service_quality.all_succeeded(used)


@then(parsers.parse("every answer has {rule:CorrelationRule}", KINDS))
def answers_have(strain: Strain, api: UsersApi, answers: Answers, rule: str) -> None:
    strain.tracing.answers_have(rule, api.client.story, answers)


@then("the response times are within the objective of the service")
@then("all clients are served as promised")
def served_as_promised(strain: Strain, measured: Measured) -> None:
    strain.served_as_promised(measured)


@then(parsers.parse("every view shows user {person:Person} {rule:Shape}", KINDS))
def views_keep(users: Users, people: People, shown: dict[str, Operation], person: str, rule: str) -> None:
    users.views.keep(rule, people[person], shown)


@then("no promise of the profile is missing")
def nothing_missing(strain: Strain, missing: list[str]) -> None:
    strain.service_quality.all_promised(missing)


@then("the service reports that it is healthy")
def is_healthy(strain: Strain, answers: Answers) -> None:
    strain.service_quality.is_well(answers[-1])


@then("the list can still be read")
def list_can_be_read(world: World) -> None:
    world.list_health.judge()


@then("every user is as their stories left them")
def where_left(world: World) -> None:
    world.audit.judge()
