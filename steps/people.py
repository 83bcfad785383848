"""Who is there when a story begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given

from support.sentences import sentence

if TYPE_CHECKING:
    from support.arrangement import Arrangement
    from support.witness import Witness


@given(sentence("user {person} exists[ {variation}]"))
def user_exists(arrangement: Arrangement, person: str, variation: str) -> None:
    arrangement.exists(person, variation)


@given(sentence("users {people} exist"))
def users_exist(arrangement: Arrangement, people: list[str]) -> None:
    arrangement.all_exist(people)


@given(sentence("{count} users exist"))
def some_users_exist(arrangement: Arrangement, count: int) -> None:
    arrangement.crowd(count)


@given(sentence("more users exist than one page may hold"))
def more_than_a_page(arrangement: Arrangement) -> None:
    arrangement.crowd(arrangement.page_max + 1)


@given(sentence("{count} users of the same name exist"))
def some_namesakes_exist(arrangement: Arrangement, count: int) -> None:
    arrangement.crowd(count, name="Ada King")


@given(sentence("user {person} {view}"))
def user_is_seen(arrangement: Arrangement, witness: Witness, person: str, view: str) -> None:
    witness.sees(arrangement.exists(person), view)


@given(sentence("user {person} has been deleted"))
def user_has_been_deleted(arrangement: Arrangement, person: str) -> None:
    arrangement.deleted(person)
