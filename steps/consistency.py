"""What many do and everybody sees, and what one client sees of its own changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.consistency import Consistency
    from support.behaviours.consistency.sessions import Account
    from support.cast.people import People
    from support.convergence.probes import Look, PersonProbe
    from support.runner.world import World

    Looks = list[tuple[PersonProbe, Look]]


@given(sentence("all other stories have ended"))
def all_have_ended(world: World) -> None:
    world.audit.gather()


@when(sentence("the client creates {count} users"))
def create_many(consistency: Consistency, count: int) -> None:
    consistency.many_writers.create(count)


@when(sentence("the client replaces each of them"))
def replace_each(consistency: Consistency, people: People) -> None:
    consistency.many_writers.replace(people)


@when(sentence("the client replaces each of them {times} times in quick succession"))
def replace_each_quickly(consistency: Consistency, people: People, times: int) -> None:
    consistency.many_writers.replace_quickly(people, times)


@when(sentence("the client changes the email of each of them"))
def change_each_email(consistency: Consistency, people: People) -> None:
    consistency.many_writers.change_emails(people)


@when(sentence("the client changes each of them in whatever way is offered"))
def change_each(consistency: Consistency, people: People) -> None:
    consistency.many_writers.change(people)


@when(sentence("the client deletes each of them"))
def delete_each(consistency: Consistency, people: People) -> None:
    consistency.many_writers.delete(people)


@when(sentence("{count} clients replace each of them at the same moment"))
def replace_at_once(consistency: Consistency, people: People, count: int) -> None:
    consistency.many_writers.replace_at_once(people, count)


@when(
    sentence("the client replaces user {person} {times} times while others are looking"),
    target_fixture="looks",
)
def replace_while_looking(consistency: Consistency, people: People, person: str, times: int) -> Looks:
    return consistency.many_writers.replace_while_others_look(people[person], times)


@when(sentence("the client creates {count} users while others are looking"), target_fixture="looks")
def create_while_looking(consistency: Consistency, count: int) -> Looks:
    return consistency.many_writers.create_while_others_look(count)


@when(
    sentence("each of {count} clients {act} a user of its own and looks straight away"),
    target_fixture="accounts",
)
def act_and_look(consistency: Consistency, count: int, act: str) -> list[Account]:
    return consistency.sessions.act_and_look(act, count)


@when(
    sentence(
        "each of {count} clients changes a user of its own {times} times in quick succession "
        "and looks straight away"
    ),
    target_fixture="accounts",
)
def change_quickly_and_look(consistency: Consistency, count: int, times: int) -> list[Account]:
    return consistency.sessions.act_and_look("changes", count, times)


@when(
    sentence("each of {count} clients {act} a user of its own and asks for the newest state"),
    target_fixture="accounts",
)
def act_and_ask(consistency: Consistency, count: int, act: str) -> list[Account]:
    return consistency.sessions.act_and_ask_for_newest(act, count)


@when(
    sentence("each of {count} clients keeps looking at a user whom another client changes"),
    target_fixture="accounts",
)
def look_on(consistency: Consistency, count: int) -> list[Account]:
    return consistency.sessions.look_while_another_changes(count)


@when(
    sentence("clients that have seen changes of users {names} change {group}"),
    target_fixture="accounts",
)
def change_in_answer(
    consistency: Consistency, people: People, names: list[str], group: list[str]
) -> list[Account]:
    return consistency.sessions.answer(
        [(people[person], people[user]) for person, user in zip(names, group, strict=True)]
    )


@then(sentence("everybody sees {group}[ {place}] within the promised time"))
def everybody_sees(consistency: Consistency, people: People, group: list[str], place: str) -> None:
    consistency.all_readers.sees(people.group(group), place)


@then(sentence("nobody sees {group}[ {place}] after the promised time"))
def nobody_sees(consistency: Consistency, people: People, group: list[str], place: str) -> None:
    consistency.all_readers.misses(people.group(group), place)


@then(sentence("that is still so after twice the promised time"))
def still_so(consistency: Consistency) -> None:
    consistency.all_readers.still_does()


@then(sentence("everybody agrees on one version of each of them within the promised time"))
def everybody_agrees(consistency: Consistency, people: People) -> None:
    consistency.all_readers.agrees(list(people))


@then(sentence("nobody has seen half of one version and half of another"))
def never_half(consistency: Consistency, looks: Looks) -> None:
    consistency.all_readers.never_saw_half(looks)


@then(sentence("nobody has seen what nobody wrote"))
def never_anything_else(consistency: Consistency, looks: Looks) -> None:
    consistency.all_readers.never_saw_anything_else(looks)


@then(sentence("each client sees its own change in every look"))
def sees_own(consistency: Consistency, accounts: list[Account]) -> None:
    consistency.guarantees.saw_own(accounts)


@then(sentence("no client sees an older state after a newer one"))
def never_back(consistency: Consistency, accounts: list[Account]) -> None:
    consistency.guarantees.never_went_back(accounts)


@then(sentence("every look shows the newest state"))
def sees_newest(consistency: Consistency, accounts: list[Account]) -> None:
    consistency.guarantees.saw_newest(accounts)


@then(sentence("whoever is told of the second change sees the first"))
def sees_both(consistency: Consistency, accounts: list[Account]) -> None:
    consistency.guarantees.saw_both(accounts)


@then(sentence("everybody is where their stories left them"))
def where_left(world: World) -> None:
    world.audit.judge()
