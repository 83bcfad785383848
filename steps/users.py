"""Users: who exists when a story begins, what the client does to users, and what is then true of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from support.behaviours.users.unknown_ids import approach
from support.runner.sentences import KINDS

if TYPE_CHECKING:
    from support.behaviours.users import Users
    from support.cast import People
    from support.http import Operation
    from support.users import UsersApi
    from support.users.pages import Listing

    Answers = list[Operation]


@given(parsers.parse("user {person:Person} exists", KINDS))
@given(parsers.parse("user {person:Person} exists {variation:Variation}", KINDS))
def user_exists(users: Users, person: str, variation: str = "") -> None:
    users.setup.exists(person, variation)


@given(parsers.parse("users {names:Names} exist", KINDS))
def users_exist(users: Users, names: list[str]) -> None:
    users.setup.all_exist(names)


@given(parsers.parse("{count:Number} users exist", KINDS))
@given(parsers.parse("{count:Number} users {naming:Naming} exist", KINDS))
def some_users_exist(users: Users, count: int, naming: str = "") -> None:
    users.setup.many(count, naming)


@given(parsers.parse("more users exist than fit on {page:FullPage}", KINDS))
def more_than_a_page(users: Users, page: str) -> None:
    users.setup.more_than(page)


@given(parsers.parse("user {person:Person} can be found {place:Place}", KINDS))
def user_is_found(users: Users, person: str, place: str) -> None:
    users.observer.sees(users.setup.exists(person), place)


@given(parsers.parse("user {person:Person} has been deleted", KINDS))
def user_has_been_deleted(users: Users, person: str) -> None:
    users.setup.deleted(person)


@when(parsers.parse("the client creates user {person:Person}", KINDS))
@when(parsers.parse("the client creates user {person:Person} {variation:Variation}", KINDS))
def create(api: UsersApi, users: Users, answers: Answers, person: str, variation: str = "") -> None:
    answers.append(api.create(users.actions.create(person, variation)))


@when(parsers.parse("the client {action:Action} {group:Group}", KINDS))
@when(parsers.parse("the client {action:Action} {group:Group} {count:Number} times", KINDS))
def act(users: Users, answers: Answers, action: str, group: str, count: int = 1) -> None:
    answers += users.actions.do(action, group, count)


@when(parsers.parse("the client {change:Change} user {person:Person} {variation:Variation}", KINDS))
def write(users: Users, people: People, answers: Answers, change: str, person: str, variation: str) -> None:
    answers.append(users.actions.write(change, people[person], variation))


@when(parsers.parse("the client changes the {detail:Detail} of user {person:Person}", KINDS))
@when(parsers.parse("the client changes the {detail:Detail} of user {person:Person} to {value:Value}", KINDS))
def change_detail(
    users: Users, people: People, answers: Answers, detail: str, person: str, value: str = ""
) -> None:
    answers.append(users.actions.change_detail(people[person], detail, value))


@when(parsers.parse("the client gives {group:Group} another {detail:Detail}", KINDS))
def give_another(users: Users, answers: Answers, group: str, detail: str) -> None:
    answers += users.actions.give_another(group, detail)


@when(parsers.parse("the client {action:Action} {unknown:Unknown}", KINDS))
def act_on_unknown(api: UsersApi, people: People, answers: Answers, action: str, unknown: str) -> None:
    answers.append(approach(api, people, action, unknown))


@when("the client lists all users", target_fixture="listing")
@when(parsers.parse("the client lists all users, {walk:Walk}", KINDS), target_fixture="listing")
def list_all(users: Users, answers: Answers, walk: str = "") -> Listing:
    listing = users.paging.walk(walk)
    answers += listing.operations
    return listing


@when(parsers.parse("the client asks for a page {page:Page}", KINDS), target_fixture="listing")
def ask_for_page(users: Users, answers: Answers, page: str) -> Listing:
    listing = users.paging.ask(page)
    answers += listing.operations
    return listing


@when(parsers.parse("the client searches for {search:Search}", KINDS), target_fixture="listing")
def search_for(users: Users, answers: Answers, search: str) -> Listing:
    listing = users.paging.search(search)
    answers += listing.operations
    return listing


@then(parsers.parse("{write:Write} of user {person:Person} is accepted", KINDS))
def is_accepted(users: Users, people: People, write: str, person: str) -> None:
    users.statements.accepted(write, people[person])


@then(parsers.parse("the creation of user {person:Person} is {choice:Choice}", KINDS))
def is_accepted_or_refused(users: Users, people: People, person: str, choice: str) -> None:
    users.statements.creation_is(people[person], choice)


@then(parsers.parse("the answer {about:About} user {person:Person}", KINDS))
def answer_is_about(users: Users, people: People, answers: Answers, about: str, person: str) -> None:
    users.statements.about(about, answers[-1], people[person])


@then("every answer shows the requested user unchanged")
def every_answer_right(users: Users, people: People, answers: Answers) -> None:
    users.expectations.all_shown(answers, list(people), users.setup.before)


@then(parsers.parse("no other user has the {identity:Identity} of user {person:Person}", KINDS))
def is_own(users: Users, people: People, identity: str, person: str) -> None:
    users.statements.is_own(people[person], identity)


@then(parsers.parse("user {person:Person} does not have the chosen {field:Field}", KINDS))
def not_chosen(users: Users, people: People, person: str, field: str) -> None:
    users.expectations.not_taken_over(people[person], field)


@then(parsers.parse("the {date:Date} of user {person:Person} is {state:DateState}", KINDS))
def date_is(users: Users, people: People, date: str, person: str, state: str) -> None:
    users.statements.date_is(people[person], date, state)


@then(
    parsers.parse("{view:View} shows user {person:Person} {outcome:Outcome} within the promised time", KINDS)
)
@then(parsers.parse("the newest state shows user {person:Person} {outcome:Outcome}", KINDS))
def is_shown(users: Users, people: People, person: str, outcome: str, view: str = "newest") -> None:
    users.outcomes.shows(view, people[person], outcome)


@then(parsers.parse("{view:View} no longer shows user {person:Person} within the promised time", KINDS))
@then(parsers.parse("the newest state does not show user {person:Person}", KINDS))
def is_hidden(users: Users, people: People, person: str, view: str = "newest") -> None:
    users.outcomes.hides(view, people[person])


@then(parsers.parse("{group:Group} can be found {place:Place} within the promised time", KINDS))
def can_be_found(users: Users, people: People, group: str, place: str) -> None:
    for person in people.group(group):
        users.observer.sees(person, place)


@then(parsers.parse("{group:Group} is unchanged", KINDS))
@then(parsers.parse("{group:Group} are unchanged", KINDS))
def are_unchanged(users: Users, people: People, group: str) -> None:
    for person in people.group(group):
        users.observer.sees_unchanged(person, users.setup.before[person.label])


@then("no user has been created")
def no_user_created(users: Users, people: People, answers: Answers) -> None:
    users.lists.finds_nobody_of([person.mark for person in people], answers[-1].answered_at)


@then(parsers.parse("the list and a look-up show the same details of user {person:Person}", KINDS))
def views_agree(users: Users, people: People, person: str) -> None:
    users.observer.agree(people[person])


@then(parsers.parse("{group:Group} are listed exactly once", KINDS))
def are_listed_once(users: Users, people: People, listing: Listing, group: str) -> None:
    users.lists.lists_once(people.group(group), listing)


@then("the list shows every user as last written")
def all_as_written(users: Users, people: People) -> None:
    users.lists.lists_as_written(list(people), users.lists.walk())


@then(parsers.parse("the list is {order:ListOrder}", KINDS))
def is_ordered(users: Users, people: People, listing: Listing, order: str) -> None:
    users.lists.is_ordered(list(people), order, listing)


@then(parsers.parse("the page {rule:PageRule}", KINDS))
def page_keeps(users: Users, listing: Listing, rule: str) -> None:
    users.paging.page_keeps(rule, listing)


@then(parsers.parse("the search finds {found:Found}", KINDS))
def search_finds(users: Users, people: People, listing: Listing, found: str) -> None:
    users.statements.found(people[found] if found else None, listing)
