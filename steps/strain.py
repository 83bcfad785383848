"""Clients in a hurry, trouble that passes, and what everybody relies on every day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then, when

from support.sentences import sentence

if TYPE_CHECKING:
    from support.cast import Cast, Person
    from support.everyday import Everyday
    from support.exchange import Operation
    from support.halves import Halves, Trouble
    from support.haste import Haste, Turns
    from support.listing import ListWitness
    from support.shapes import Views
    from support.traces import Traces
    from support.users import UsersApi
    from support.visitors import Visitors
    from support.witness import Witness

    Answers = list[Operation]


@when(sentence("a client in a hurry asks until it is refused"))
def ask_until_refused(haste: Haste, answers: Answers) -> None:
    answers.append(haste.ask_until_refused())


@when(sentence("it comes back when it was told to"))
def come_back(haste: Haste, answers: Answers) -> None:
    answers.append(haste.come_back(answers[-1]))


@when(sentence("a client in a hurry creates users until it is refused"), target_fixture="refused")
def create_until_refused(haste: Haste, answers: Answers) -> list[Person]:
    refused = haste.create_until_refused()
    answers.append(refused[-1].writes[0].operation)
    return refused


@when(sentence("a client in a hurry replaces user {person} until it is refused"))
def replace_until_refused(haste: Haste, cast: Cast, person: str) -> None:
    haste.change_until_refused(cast[person])


@when(sentence("another client asks whenever the hurried one is refused"), target_fixture="turns")
def ask_while_refused(haste: Haste) -> Turns:
    return haste.ask_while_refused()


@when(
    sentence("the client {change} user {person} {count} times and takes trouble as it comes"),
    target_fixture="troubles",
)
def write_often(halves: Halves, cast: Cast, change: str, person: str, count: int) -> list[Trouble]:
    return halves.write_often(cast[person], count, whole=change == "replaces")


@when(sentence("the client uses everything that is offered"), target_fixture="used")
def use_everything(everyday: Everyday, cast: Cast) -> list[Operation]:
    return everyday.use_everything(cast.introduce("Grace"))


@when(sentence("the client looks up user {person} {count} times without a trace"))
def look_up_without_trace(traces: Traces, cast: Cast, answers: Answers, person: str, count: int) -> None:
    answers += traces.look_up_without(cast[person], count)


@when(sentence("the client looks up user {person} with a trace that {trace}"))
def look_up_with_trace(traces: Traces, cast: Cast, answers: Answers, person: str, trace: str) -> None:
    answers.append(traces.look_up_with(cast[person], trace))


@when(sentence("the client asks often about user {person}"), target_fixture="times")
def ask_often(everyday: Everyday, cast: Cast, person: str) -> dict[str, list[float]]:
    return everyday.ask_often(cast[person])


@when(sentence("the client looks at user {person} in every view"), target_fixture="shown")
def look_in_every_view(views: Views, cast: Cast, person: str) -> dict[str, Operation]:
    return views.of(cast[person])


@when(sentence("the client asks for everything that is promised of user {person}"), target_fixture="missing")
def probe_promises(everyday: Everyday, cast: Cast, person: str) -> list[str]:
    return everyday.probe_promises(cast[person])


@when(sentence("{visitor} asks for the health of the service"))
def ask_for_health(everyday: Everyday, visitors: Visitors, answers: Answers, visitor: str) -> None:
    answers.append(everyday.ask_for_health(visitors.api_of(visitor)))


@then(sentence("the refusal says when to come back"))
def says_when_to_come_back(haste: Haste, answers: Answers) -> None:
    haste.says_when_to_come_back(answers[-1])


@then(sentence("the hurried client is served again"))
def served_again(haste: Haste, answers: Answers) -> None:
    haste.served_again(answers[-1])


@then(sentence("nobody whose creation was refused exists"))
def nobody_refused_exists(lists: ListWitness, answers: Answers, refused: list[Person]) -> None:
    lists.finds_nobody_of([person.mark for person in refused], answers[-1].answered_at)


@then(sentence("user {person} shows the last accepted change"))
def shows_last_accepted(witness: Witness, cast: Cast, person: str) -> None:
    witness.sees_now(cast[person])


@then(sentence("the other client is served every time"))
def other_served(haste: Haste, turns: Turns) -> None:
    haste.not_slowed(turns)


@then(sentence("every change of user {person} has happened wholly or not at all"))
def no_halves(halves: Halves, cast: Cast, troubles: list[Trouble], person: str) -> None:
    halves.are_whole(cast[person], troubles)


@then(sentence("everything has succeeded in the end"))
def all_succeeded(everyday: Everyday, used: list[Operation]) -> None:
    everyday.all_succeeded(used)


@then(sentence("every answer can be traced to its request"))
def traceable(traces: Traces, api: UsersApi) -> None:
    traces.lead_back(api.client.story)


@then(sentence("every answer can be told from the others"))
def told_apart(traces: Traces, answers: Answers) -> None:
    traces.are_told_apart(answers)


@then(sentence("almost all answers are quick enough"))
def quick_enough(everyday: Everyday, times: dict[str, list[float]]) -> None:
    everyday.quick_enough(times)


@then(sentence("user {person} has the same shape in all of them"))
def same_shape(views: Views, cast: Cast, shown: dict[str, Operation], person: str) -> None:
    views.have_one_shape(cast[person], shown)


@then(sentence("every view shows user {person}, in whatever order and whatever else it shows"))
def can_be_read(views: Views, cast: Cast, shown: dict[str, Operation], person: str) -> None:
    views.can_be_read(cast[person], shown)


@then(sentence("nothing that is promised is missing"))
def nothing_missing(everyday: Everyday, missing: list[str]) -> None:
    everyday.all_promised(missing)


@then(sentence("the service says that it is well"))
def is_well(everyday: Everyday, answers: Answers) -> None:
    everyday.is_well(answers[-1])
