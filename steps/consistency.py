"""What many clients write and all readers see, and what one client sees of its own changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

from support.runner.sentences import KINDS

if TYPE_CHECKING:
    from support.behaviours.consistency import Consistency
    from support.behaviours.consistency.sessions import Account
    from support.cast import People
    from support.convergence import PersonProbe
    from support.convergence.probes import Look

    Looks = list[tuple[PersonProbe, Look]]


@when(parsers.parse("the client creates {count:Number} users", KINDS))
def create_many(consistency: Consistency, count: int) -> None:
    consistency.many_writers.create(count)


@when(parsers.parse("{count:Number} clients replace each of them at the same moment", KINDS))
def replace_at_once(consistency: Consistency, people: People, count: int) -> None:
    consistency.many_writers.replace_at_once(people, count)


@when(
    parsers.parse("the client replaces user {person:Person} {count:Number} times while others look", KINDS),
    target_fixture="looks",
)
@when(
    parsers.parse("the client creates {count:Number} users while others look", KINDS), target_fixture="looks"
)
def act_while_others_look(
    consistency: Consistency, people: People, count: int, person: str | None = None
) -> Looks:
    return consistency.many_writers.act_while_others_look(count, people[person] if person else None)


@when(
    parsers.parse("each of {count:Number} clients {act:Act} a user of its own and {mode:LookMode}", KINDS),
    target_fixture="accounts",
)
@when(
    parsers.parse(
        "each of {count:Number} clients {act:Act} a user of its own {times:Number} times and {mode:LookMode}",
        KINDS,
    ),
    target_fixture="accounts",
)
def act_in_sessions(
    consistency: Consistency, count: int, act: str, mode: str, times: int = 1
) -> list[Account]:
    return consistency.sessions.act(act, mode, count, times)


@when(
    parsers.parse(
        "each of {count:Number} clients keeps looking at a user that another client changes", KINDS
    ),
    target_fixture="accounts",
)
def look_on(consistency: Consistency, count: int) -> list[Account]:
    return consistency.sessions.look_while_another_changes(count)


@when(
    parsers.parse("clients that have seen changes of users {names:Names} change users {others:Names}", KINDS),
    target_fixture="accounts",
)
def change_in_answer(
    consistency: Consistency, people: People, names: list[str], others: list[str]
) -> list[Account]:
    return consistency.sessions.answer(
        [(people[person], people[other]) for person, other in zip(names, others, strict=True)]
    )


@then(
    parsers.parse(
        "every reader finds {group:Group} {place:Place} as last written within the promised time", KINDS
    )
)
def every_reader_finds(consistency: Consistency, people: People, group: str, place: str) -> None:
    consistency.all_readers.sees(people.group(group), place)


@then(parsers.parse("no reader finds {group:Group} {place:Place} after the promised time", KINDS))
def no_reader_finds(consistency: Consistency, people: People, group: str, place: str) -> None:
    consistency.all_readers.misses(people.group(group), place)


@then("the same holds after twice the promised time")
def still_so(consistency: Consistency) -> None:
    consistency.all_readers.still_does()


@then("all readers agree on one version of each of them within the promised time")
def all_readers_agree(consistency: Consistency, people: People) -> None:
    consistency.all_readers.agrees(list(people))


@then(parsers.parse("no reader has seen {anomaly:Anomaly}", KINDS))
def never_seen(consistency: Consistency, looks: Looks, anomaly: str) -> None:
    consistency.all_readers.never_saw(anomaly, looks)


@then(parsers.parse("every session shows {guarantee:Guarantee}", KINDS))
def sessions_show(consistency: Consistency, accounts: list[Account], guarantee: str) -> None:
    consistency.guarantees.require(guarantee, accounts)
