"""Who may come in, who else comes, and what nobody is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from support.runner.sentences import sentence

if TYPE_CHECKING:
    from support.behaviours.access import Access
    from support.cast.people import People
    from support.http.history import Operation
    from support.users.api import UsersApi
    from support.users.pages import Listing

    Answers = list[Operation]


@given(sentence("user {person} exists at another tenant"))
def user_exists_elsewhere(access: Access, person: str) -> None:
    access.users_of("another tenant").setup.exists(person)


@when(sentence("{visitor} {errand} user {person}"))
def visit(access: Access, people: People, answers: Answers, visitor: str, errand: str, person: str) -> None:
    somebody = people[person] if person in people else people.introduce(person)
    answers.append(access.callers.do(visitor, errand, somebody))


@when(sentence("{visitor} lists all users sorted by {sorting}"), target_fixture="listing")
def list_sorted_as_visitor(access: Access, answers: Answers, visitor: str, sorting: str) -> Listing:
    listing = access.callers.list_users(visitor, sorting)
    answers.append(listing.operation)
    return listing


@when(sentence("{visitor} lists all users"), target_fixture="listing")
def list_as_visitor(access: Access, answers: Answers, visitor: str) -> Listing:
    listing = access.callers.list_users(visitor)
    answers.append(listing.operation)
    return listing


@when(sentence("{visitor} finds users by the email of user {person}"), target_fixture="listing")
def find_as_visitor(access: Access, people: People, answers: Answers, visitor: str, person: str) -> Listing:
    listing = access.callers.find(visitor, people[person])
    answers.append(listing.operation)
    return listing


@when(sentence("{visitor} lists from a page mark of the client"), target_fixture="listing")
def turn_page_of_client(access: Access, visitor: str) -> Listing:
    return access.callers.turn_page_of_client(visitor)


@then(sentence("the refusal says how to get in"))
def says_how_to_get_in(access: Access, answers: Answers) -> None:
    access.privacy.says_how_to_get_in(answers[-1])


@then(sentence("the refusal gives nothing away"))
def gives_nothing_away(access: Access, answers: Answers) -> None:
    access.privacy.gives_nothing_away(answers[-1])


@then(sentence("the answer shows nothing of user {person}"))
def shows_nothing_of(access: Access, people: People, answers: Answers, person: str) -> None:
    access.privacy.shows_nothing_of(answers[-1], people[person])


@then(sentence("user {person} is not among them"))
def not_among_them(access: Access, people: People, listing: Listing, person: str) -> None:
    access.privacy.lists_without(listing, people[person])


@then(sentence("the page mark is refused, or shows nobody of the client's"))
def refused_or_nobody(access: Access, listing: Listing) -> None:
    access.privacy.refuses_or_shows_nobody(listing)


@then(sentence("user {person} is listed and counted there"))
def listed_and_counted(access: Access, people: People, listing: Listing, person: str) -> None:
    access.users_of("another tenant").lists.counts_right([people[person]], listing)


@then(sentence("no answer may be kept by shared caches"))
def kept_from_caches(access: Access, api: UsersApi) -> None:
    access.privacy.is_kept_from_shared_caches(api.client.story)


@then(sentence("no answer has shown the inner workings"))
def no_inner_workings(access: Access, api: UsersApi) -> None:
    access.privacy.shows_no_inner_workings(api.client.story)


@then(sentence("no answer has taken over a line of the client"))
def no_lines(access: Access, api: UsersApi) -> None:
    access.privacy.takes_no_lines(api.client.story)


@then(sentence("no answer has shown a password"))
def no_password(access: Access, api: UsersApi) -> None:
    access.privacy.keeps_passwords(api.client.story)


@then(sentence("no answer of the whole run has shown a password"))
def no_password_all_day(access: Access) -> None:
    access.privacy.kept_passwords_all_day()
