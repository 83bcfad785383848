"""Who is there when a story begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given

from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.users import Users


@given(sentence("user {person} exists[ {variation}]"))
def user_exists(users: Users, person: str, variation: str) -> None:
    users.setup.exists(person, variation)


@given(sentence("users {names} exist"))
def users_exist(users: Users, names: list[str]) -> None:
    users.setup.all_exist(names)


@given(sentence("{count} users exist"))
def some_users_exist(users: Users, count: int) -> None:
    users.setup.many(count)


@given(sentence("more users exist than one page may hold"))
def more_than_a_page(users: Users) -> None:
    users.setup.many(users.setup.page_max + 1)


@given(sentence("{count} users of the same name exist"))
def some_namesakes_exist(users: Users, count: int) -> None:
    users.setup.many(count, name="Ada King")


@given(sentence("user {person} {view}"))
def user_is_seen(users: Users, person: str, view: str) -> None:
    users.observer.sees(users.setup.exists(person), view)


@given(sentence("user {person} has been deleted"))
def user_has_been_deleted(users: Users, person: str) -> None:
    users.setup.deleted(person)
