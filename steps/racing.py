"""What many clients do at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then, when

from support.sentences import sentence

if TYPE_CHECKING:
    from support.cast import Cast
    from support.crossings import Crossing, Crossings
    from support.exchange import Operation

    Answers = list[Operation]


@when(sentence("the client creates {count} users at once"), target_fixture="crossed")
def create_at_once(crossings: Crossings, count: int) -> list[Crossing]:
    return [crossings.create_at_once(count)]


@when(
    sentence("the client creates {count} users with one email at once, {times} times"),
    target_fixture="crossed",
)
def create_with_one_email(crossings: Crossings, count: int, times: int) -> list[Crossing]:
    return crossings.create_with_one_email(count, times)


@when(sentence("all of them are {saved} one email at once, {times} times"), target_fixture="crossed")
def move_to_one_email(crossings: Crossings, cast: Cast, saved: str, times: int) -> list[Crossing]:
    return crossings.move_to_one_email(list(cast), times, whole=saved == "replaced with")


@then(sentence("each time exactly one of them has moved to the email"))
def one_moved(crossings: Crossings, crossed: list[Crossing]) -> None:
    crossings.one_moves_to_the_email(crossed)


@when(sentence("two clients change different details of each of them at once"), target_fixture="crossed")
def change_at_once(crossings: Crossings, cast: Cast) -> list[Crossing]:
    return crossings.change_at_once(list(cast))


@when(sentence("the client deletes each of them while two others change them"), target_fixture="crossed")
def delete_while_changing(crossings: Crossings, cast: Cast) -> list[Crossing]:
    return crossings.delete_while_changing(list(cast))


@when(sentence("{count} clients look up users {people} at once, {times} times"))
def look_up_at_once(
    crossings: Crossings, cast: Cast, answers: Answers, count: int, people: list[str], times: int
) -> None:
    answers += crossings.look_up_at_once([cast[person] for person in people], count, times)


@then(sentence("each of them was created with details and an id of their own"))
def all_created(crossings: Crossings, crossed: list[Crossing]) -> None:
    crossings.all_created(crossed[0])


@then(sentence("each of those created can be looked up within the promised time"))
def all_visible(crossings: Crossings, crossed: list[Crossing]) -> None:
    crossings.all_visible(crossed[0])


@then(sentence("each time exactly one of them has the email"))
def one_takes_the_email(crossings: Crossings, crossed: list[Crossing]) -> None:
    crossings.one_takes_the_email(crossed)


@then(sentence("both changes of each of them are kept"))
def both_kept(crossings: Crossings, crossed: list[Crossing]) -> None:
    crossings.both_kept(crossed)


@then(sentence("no change has brought any of them back"))
def deleted_stay_gone(crossings: Crossings, crossed: list[Crossing]) -> None:
    crossings.deleted_stay_gone(crossed)
