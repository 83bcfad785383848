"""Who may come in, who else comes, and what nobody is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from support.sentences import sentence

if TYPE_CHECKING:
    from support.arrangement import Arrangement
    from support.cast import Cast
    from support.exchange import Operation
    from support.listing import ListWitness
    from support.pages import Listing
    from support.privacy import Privacy
    from support.users import UsersApi
    from support.visitors import Visitors

    Answers = list[Operation]


@given(sentence("user {person} exists at another tenant"))
def user_exists_elsewhere(elsewhere: Arrangement, person: str) -> None:
    elsewhere.exists(person)


@when(sentence("{visitor} {errand} user {person}"))
def visit(visitors: Visitors, cast: Cast, answers: Answers, visitor: str, errand: str, person: str) -> None:
    somebody = cast[person] if person in cast else cast.introduce(person)
    answers.append(visitors.do(visitor, errand, somebody))


@when(sentence("{visitor} lists all users sorted by {sorting}"), target_fixture="listing")
def list_sorted_as_visitor(visitors: Visitors, answers: Answers, visitor: str, sorting: str) -> Listing:
    listing = visitors.list_all(visitor, sorting)
    answers.append(listing.operation)
    return listing


@when(sentence("{visitor} lists all users"), target_fixture="listing")
def list_as_visitor(visitors: Visitors, answers: Answers, visitor: str) -> Listing:
    listing = visitors.list_all(visitor)
    answers.append(listing.operation)
    return listing


@when(sentence("{visitor} finds users by the email of user {person}"), target_fixture="listing")
def find_as_visitor(visitors: Visitors, cast: Cast, answers: Answers, visitor: str, person: str) -> Listing:
    listing = visitors.find(visitor, cast[person])
    answers.append(listing.operation)
    return listing


@when(sentence("{visitor} lists from a page mark of the client"), target_fixture="listing")
def turn_page_of_client(visitors: Visitors, visitor: str) -> Listing:
    return visitors.turn_page_of_client(visitor)


@then(sentence("the refusal says how to get in"))
def says_how_to_get_in(privacy: Privacy, answers: Answers) -> None:
    privacy.says_how_to_get_in(answers[-1])


@then(sentence("the refusal gives nothing away"))
def gives_nothing_away(privacy: Privacy, answers: Answers) -> None:
    privacy.gives_nothing_away(answers[-1])


@then(sentence("the answer shows nothing of user {person}"))
def shows_nothing_of(privacy: Privacy, cast: Cast, answers: Answers, person: str) -> None:
    privacy.shows_nothing_of(answers[-1], cast[person])


@then(sentence("user {person} is not among them"))
def not_among_them(privacy: Privacy, cast: Cast, listing: Listing, person: str) -> None:
    privacy.lists_without(listing, cast[person])


@then(sentence("the page mark is refused, or shows nobody of the client's"))
def refused_or_nobody(privacy: Privacy, listing: Listing) -> None:
    privacy.refuses_or_shows_nobody(listing)


@then(sentence("user {person} is listed and counted there"))
def listed_and_counted(lists_elsewhere: ListWitness, cast: Cast, listing: Listing, person: str) -> None:
    lists_elsewhere.counts_right([cast[person]], listing)


@then(sentence("no answer may be kept by shared caches"))
def kept_from_caches(privacy: Privacy, api: UsersApi) -> None:
    privacy.is_kept_from_shared_caches(api.client.story)


@then(sentence("no answer has shown the inner workings"))
def no_inner_workings(privacy: Privacy, api: UsersApi) -> None:
    privacy.shows_no_inner_workings(api.client.story)


@then(sentence("no answer has taken over a line of the client"))
def no_lines(privacy: Privacy, api: UsersApi) -> None:
    privacy.takes_no_lines(api.client.story)


@then(sentence("no answer has shown a password"))
def no_password(privacy: Privacy, api: UsersApi) -> None:
    privacy.keeps_passwords(api.client.story)


@then(sentence("no answer of the whole run has shown a password"))
def no_password_all_day(privacy: Privacy) -> None:
    privacy.kept_passwords_all_day()
