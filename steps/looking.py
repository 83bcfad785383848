"""What the client looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import when

from support.pages import Listing, list_while_others_move, page_from_mark, sorted_by, walk
from support.sentences import sentence

if TYPE_CHECKING:
    from support.cast import Cast
    from support.exchange import Operation
    from support.users import UsersApi
    from support.variations import Variations
    from support.witness import Witness

    Answers = list[Operation]


@when(sentence("the client looks up user {person}[ {count} times]"))
def look_up(api: UsersApi, cast: Cast, answers: Answers, person: str, count: int) -> None:
    for _ in range(count):
        answers.append(api.look_up(cast[person].id, cast[person].subject))


@when(sentence("the client looks up users {people} by turns {count} times"))
def look_up_by_turns(api: UsersApi, cast: Cast, answers: Answers, people: list[str], count: int) -> None:
    for person in people * count:
        answers.append(api.look_up(cast[person].id, cast[person].subject))


@when(sentence("the client checks for user {person}"))
def check(api: UsersApi, cast: Cast, answers: Answers, person: str) -> None:
    answers.append(api.check(cast[person].id, cast[person].subject))


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
def list_while_moving(api: UsersApi, cast: Cast, witness: Witness, size: int) -> Listing:
    witness.settle(max(person.acknowledged_at for person in cast), api.target.bounds.list_s)
    newcomer, strong = lambda: cast.stranger("Newcomer"), witness.has_strong_reads
    return list_while_others_move(api, Listing(size=size), list(cast)[::2], newcomer, strong=strong)


@when(sentence('the client lists a page of "{text}" users'), target_fixture="listing")
def list_page(api: UsersApi, answers: Answers, text: str) -> Listing:
    operation, page = api.list_page({api.target.lists.size: text})
    answers.append(operation)
    return Listing(operations=[operation], items=page.items if page else [], is_complete=page is not None)


@when(sentence("the client lists from a page mark that {kind}"), target_fixture="listing")
def list_from_mark(api: UsersApi, answers: Answers, kind: str) -> Listing:
    listing = page_from_mark(api, kind)
    answers.append(listing.operation)
    return listing


@when(sentence("the client finds users by {wording}"), target_fixture="listing")
def find(api: UsersApi, variations: Variations, answers: Answers, wording: str) -> Listing:
    operation, items = api.find(variations.email(wording), "users")
    answers.append(operation)
    return Listing(operations=[operation], items=items or [], is_complete=items is not None)
