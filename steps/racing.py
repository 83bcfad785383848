"""What many clients do at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then, when

from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.concurrency import Concurrency
    from support.behaviours.concurrency.races import Race
    from support.cast.people import People
    from support.http.history import Operation

    Answers = list[Operation]


@when(sentence("the client creates {count} users at once"), target_fixture="crossed")
def create_at_once(concurrency: Concurrency, count: int) -> list[Race]:
    return [concurrency.races.create_at_once(count)]


@when(
    sentence("the client creates {count} users with one email at once, {times} times"),
    target_fixture="crossed",
)
def create_with_one_email(concurrency: Concurrency, count: int, times: int) -> list[Race]:
    return concurrency.races.create_with_one_email(count, times)


@when(sentence("all of them are {saved} one email at once, {times} times"), target_fixture="crossed")
def move_to_one_email(concurrency: Concurrency, people: People, saved: str, times: int) -> list[Race]:
    return concurrency.races.move_to_one_email(list(people), times, whole=saved == "replaced with")


@then(sentence("each time exactly one of them has moved to the email"))
def one_moved(concurrency: Concurrency, crossed: list[Race]) -> None:
    concurrency.races.one_moves_to_the_email(crossed)


@when(sentence("two clients change different details of each of them at once"), target_fixture="crossed")
def change_at_once(concurrency: Concurrency, people: People) -> list[Race]:
    return concurrency.races.change_at_once(list(people))


@when(sentence("the client deletes each of them while two others change them"), target_fixture="crossed")
def delete_while_changing(concurrency: Concurrency, people: People) -> list[Race]:
    return concurrency.races.delete_while_changing(list(people))


@when(sentence("{count} clients look up users {names} at once, {times} times"))
def look_up_at_once(
    concurrency: Concurrency, people: People, answers: Answers, count: int, names: list[str], times: int
) -> None:
    answers += concurrency.races.look_up_at_once([people[person] for person in names], count, times)


@then(sentence("each of them was created with details and an id of their own"))
def all_created(concurrency: Concurrency, crossed: list[Race]) -> None:
    concurrency.races.all_created(crossed[0])


@then(sentence("each of those created can be looked up within the promised time"))
def all_visible(concurrency: Concurrency, crossed: list[Race]) -> None:
    concurrency.races.all_visible(crossed[0])


@then(sentence("each time exactly one of them has the email"))
def one_takes_the_email(concurrency: Concurrency, crossed: list[Race]) -> None:
    concurrency.races.one_takes_the_email(crossed)


@then(sentence("both changes of each of them are kept"))
def both_kept(concurrency: Concurrency, crossed: list[Race]) -> None:
    concurrency.races.both_kept(crossed)


@then(sentence("no change has brought any of them back"))
def deleted_stay_gone(concurrency: Concurrency, crossed: list[Race]) -> None:
    concurrency.races.deleted_stay_gone(crossed)
