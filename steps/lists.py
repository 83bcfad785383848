"""What is true of the list as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then

from support.sentences import sentence

if TYPE_CHECKING:
    from support.cast import Cast
    from support.exchange import Operation
    from support.listing import ListWitness
    from support.pages import Listing
    from support.witness import Witness

    Answers = list[Operation]


@then(sentence("users {people} are listed once"))
def each_listed_once(lists: ListWitness, cast: Cast, listing: Listing, people: list[str]) -> None:
    lists.lists_once([cast[person] for person in people], listing)


@then(sentence("all of them are listed once"))
def all_listed_once(lists: ListWitness, cast: Cast, listing: Listing) -> None:
    lists.lists_once(list(cast), listing)


@then(sentence("all of them are as last written, and nobody else has changed"))
def all_as_written(lists: ListWitness, cast: Cast) -> None:
    lists.lists_as_written(list(cast), lists.walk())


@then(sentence("all who stayed are listed once"))
def stayers_listed_once(lists: ListWitness, cast: Cast, listing: Listing) -> None:
    lists.lists_stayers([person for person in cast if person.deletion is None], listing)


@then(sentence("all of them are listed in the order of {sorting}"))
def listed_in_order(lists: ListWitness, cast: Cast, listing: Listing, sorting: str) -> None:
    lists.lists_in_order(list(cast), sorting, listing)


@then(sentence("a second look shows the same order"))
def same_order(lists: ListWitness, cast: Cast, listing: Listing) -> None:
    lists.keeps_order(list(cast), listing)


@then(sentence("the number announced is the number listed"))
def counted_right(lists: ListWitness, cast: Cast, listing: Listing) -> None:
    lists.counts_right(list(cast), listing)


@then(sentence("the page holds at most {size} users, and as many as there are"))
def page_is_full(lists: ListWitness, cast: Cast, listing: Listing, size: int) -> None:
    lists.holds_at_most(list(cast), size, listing)


@then(sentence("the page is refused or within the limits"))
def page_in_range(lists: ListWitness, listing: Listing) -> None:
    lists.page_in_range(listing)


@then(sentence("the page is refused or not the first again"))
def page_goes_on(lists: ListWitness, listing: Listing) -> None:
    lists.page_goes_on(listing)


@then(sentence("user {person} is found alone"))
def found_alone(witness: Witness, cast: Cast, listing: Listing, person: str) -> None:
    witness.finds_exactly(cast[person], listing)


@then(sentence("nobody is found"))
def nobody_found(lists: ListWitness, listing: Listing) -> None:
    lists.nobody(listing)
