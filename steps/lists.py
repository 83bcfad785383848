"""What is true of the list as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then

from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.users import Users
    from support.cast.people import People
    from support.http.history import Operation
    from support.users.pages import Listing

    Answers = list[Operation]


@then(sentence("users {names} are listed once"))
def each_listed_once(users: Users, people: People, listing: Listing, names: list[str]) -> None:
    users.lists.lists_once([people[person] for person in names], listing)


@then(sentence("all of them are listed once"))
def all_listed_once(users: Users, people: People, listing: Listing) -> None:
    users.lists.lists_once(list(people), listing)


@then(sentence("all of them are as last written, and nobody else has changed"))
def all_as_written(users: Users, people: People) -> None:
    users.lists.lists_as_written(list(people), users.lists.walk())


@then(sentence("all who stayed are listed once"))
def stayers_listed_once(users: Users, people: People, listing: Listing) -> None:
    users.lists.lists_stayers([person for person in people if person.deletion is None], listing)


@then(sentence("all of them are listed in the order of {sorting}"))
def listed_in_order(users: Users, people: People, listing: Listing, sorting: str) -> None:
    users.lists.lists_in_order(list(people), sorting, listing)


@then(sentence("a second look shows the same order"))
def same_order(users: Users, people: People, listing: Listing) -> None:
    users.lists.keeps_order(list(people), listing)


@then(sentence("the number announced is the number listed"))
def counted_right(users: Users, people: People, listing: Listing) -> None:
    users.lists.counts_right(list(people), listing)


@then(sentence("the page holds at most {size} users, and as many as there are"))
def page_is_full(users: Users, people: People, listing: Listing, size: int) -> None:
    users.lists.holds_at_most(list(people), size, listing)


@then(sentence("the page is refused or within the limits"))
def page_in_range(users: Users, listing: Listing) -> None:
    users.lists.page_in_range(listing)


@then(sentence("the page is refused or not the first again"))
def page_goes_on(users: Users, listing: Listing) -> None:
    users.lists.page_goes_on(listing)


@then(sentence("user {person} is found alone"))
def found_alone(users: Users, people: People, listing: Listing, person: str) -> None:
    users.observer.finds_exactly(people[person], listing)


@then(sentence("nobody is found"))
def nobody_found(users: Users, listing: Listing) -> None:
    users.lists.nobody(listing)
