"""What the client looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import when

from support.runner.sentences import sentence
from support.users.pages import Listing, list_while_others_move, page_from_mark, sorted_by, walk

if TYPE_CHECKING:
    from support.behaviours.users import Users
    from support.cast.people import People
    from support.http.history import Operation
    from support.users.api import UsersApi

    Answers = list[Operation]


@when(sentence("the client looks up user {person}[ {count} times]"))
def look_up(api: UsersApi, people: People, answers: Answers, person: str, count: int) -> None:
    for _ in range(count):
        answers.append(api.look_up(people[person].id, people[person].subject))


@when(sentence("the client looks up users {names} by turns {count} times"))
def look_up_by_turns(api: UsersApi, people: People, answers: Answers, names: list[str], count: int) -> None:
    for person in names * count:
        answers.append(api.look_up(people[person].id, people[person].subject))


@when(sentence("the client checks for user {person}"))
def check(api: UsersApi, people: People, answers: Answers, person: str) -> None:
    answers.append(api.check(people[person].id, people[person].subject))


@when(sentence("the client lists all users"), target_fixture="listing")
def list_all(api: UsersApi) -> Listing:
    return walk(api, Listing())


@when(sentence("the client lists all users, {size} at a time"), target_fixture="listing")
def list_in_pages(api: UsersApi, size: int) -> Listing:
    return walk(api, Listing(size=size))


@when(sentence("the client lists all users sorted by {sorting}, {size} at a time"), target_fixture="listing")
def list_sorted(api: UsersApi, sorting: str, size: int) -> Listing:
    return walk(api, Listing(sorted_by(api.target.lists, sorting), size))


@when(
    sentence("the client lists all users, {size} at a time, while others come and go"),
    target_fixture="listing",
)
def list_while_moving(api: UsersApi, people: People, users: Users, size: int) -> Listing:
    users.observer.settle(max(person.acknowledged_at for person in people), api.target.bounds.list_s)
    newcomer, strong = lambda: people.stranger("Newcomer"), users.observer.has_strong_reads
    return list_while_others_move(api, Listing(size=size), list(people)[::2], newcomer, strong=strong)


@when(sentence('the client lists a page of "{text}" users'), target_fixture="listing")
def list_page(api: UsersApi, answers: Answers, text: str) -> Listing:
    operation, page = api.list_page(api.target.lists.sized(text))
    answers.append(operation)
    return Listing(operations=[operation], items=page.items if page else [], is_complete=page is not None)


@when(sentence("the client lists from a page mark that {kind}"), target_fixture="listing")
def list_from_mark(api: UsersApi, answers: Answers, kind: str) -> Listing:
    listing = page_from_mark(api, kind)
    answers.append(listing.operation)
    return listing


@when(sentence("the client finds users by {wording}"), target_fixture="listing")
def find(api: UsersApi, users: Users, answers: Answers, wording: str) -> Listing:
    operation, items = api.find(users.variations.email(wording), "users")
    answers.append(operation)
    return Listing(operations=[operation], items=items or [], is_complete=items is not None)
