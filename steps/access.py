"""Other callers than the client, and what no answer may show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from support.runner.sentences import KINDS

if TYPE_CHECKING:
    from support.behaviours.access import Access
    from support.behaviours.concurrency import Concurrency
    from support.cast import People
    from support.http import Operation
    from support.users import UsersApi
    from support.users.pages import Listing

    Answers = list[Operation]


@given(parsers.parse("user {person:Person} exists at another tenant", KINDS))
def user_exists_elsewhere(access: Access, person: str) -> None:
    access.users_of("another tenant").setup.exists(person)


@when(parsers.parse("{caller:Caller} {errand:Errand} user {person:Person}", KINDS))
@when(parsers.parse("{caller:Caller} {errand:Errand} user {person:Person} based on {version:Version}", KINDS))
def act_as_caller(
    access: Access,
    concurrency: Concurrency,
    people: People,
    answers: Answers,
    caller: str,
    errand: str,
    person: str,
    version: str = "",
) -> None:
    user = people[person] if person in people else people.introduce(person)
    condition = concurrency.versions.condition(user, version) if version else None
    answers.append(access.callers.do(caller, errand, user, condition))


@when(parsers.parse("{caller:Caller} {wording:CallerListing}", KINDS), target_fixture="listing")
def list_as_caller(access: Access, answers: Answers, caller: str, wording: str) -> Listing:
    listing = access.callers.list(caller, wording)
    answers += listing.operations
    return listing


@then(parsers.parse("the refusal {content:RefusalContent}", KINDS))
def refusal_says(access: Access, answers: Answers, content: str) -> None:
    access.privacy.refusal(content, answers[-1])


@then(parsers.parse("the other tenant is shown nothing of user {person:Person}", KINDS))
def shown_nothing_of(access: Access, people: People, answers: Answers, person: str) -> None:
    access.privacy.shows_nothing_of(answers, people[person])


@then(parsers.parse("the number of users announced to {tenant:Tenant} is the number listed", KINDS))
def counted_right(access: Access, people: People, listing: Listing, tenant: str) -> None:
    users = access.users_of(tenant)
    own = [person for person in people if person.caller == users.observer.api.caller]
    # Other stories have users at other tenants, too.
    users.lists.counts_right(own, listing, is_alone=False)


@then(parsers.parse("no answer {violation:Violation}", KINDS))
def no_answer(access: Access, api: UsersApi, violation: str) -> None:
    access.privacy.no_answer(violation, api.client.story)
