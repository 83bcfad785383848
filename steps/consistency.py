"""What many do and everybody sees, and what one client sees of its own changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from support.sentences import sentence

if TYPE_CHECKING:
    from support.audit import Audit
    from support.cast import Cast
    from support.crowds import Crowds
    from support.everybody import Everybody
    from support.probes import Look, PersonProbe
    from support.session_findings import SessionFindings
    from support.sessions import Account, Sessions

    Looks = list[tuple[PersonProbe, Look]]


@given(sentence("all other stories have ended"))
def all_have_ended(audit: Audit) -> None:
    audit.gather()


@when(sentence("the client creates {count} users"))
def create_many(crowds: Crowds, count: int) -> None:
    crowds.create(count)


@when(sentence("the client replaces each of them"))
def replace_each(crowds: Crowds, cast: Cast) -> None:
    crowds.replace(cast)


@when(sentence("the client replaces each of them {times} times in quick succession"))
def replace_each_quickly(crowds: Crowds, cast: Cast, times: int) -> None:
    crowds.replace_quickly(cast, times)


@when(sentence("the client changes the email of each of them"))
def change_each_email(crowds: Crowds, cast: Cast) -> None:
    crowds.change_emails(cast)


@when(sentence("the client changes each of them in whatever way is offered"))
def change_each(crowds: Crowds, cast: Cast) -> None:
    crowds.change(cast)


@when(sentence("the client deletes each of them"))
def delete_each(crowds: Crowds, cast: Cast) -> None:
    crowds.delete(cast)


@when(sentence("{count} clients replace each of them at the same moment"))
def replace_at_once(crowds: Crowds, cast: Cast, count: int) -> None:
    crowds.replace_at_once(cast, count)


@when(
    sentence("the client replaces user {person} {times} times while others are looking"),
    target_fixture="looks",
)
def replace_while_looking(crowds: Crowds, cast: Cast, person: str, times: int) -> Looks:
    return crowds.replace_while_others_look(cast[person], times)


@when(sentence("the client creates {count} users while others are looking"), target_fixture="looks")
def create_while_looking(crowds: Crowds, count: int) -> Looks:
    return crowds.create_while_others_look(count)


@when(
    sentence("each of {count} clients {act} a user of its own and looks straight away"),
    target_fixture="accounts",
)
def act_and_look(sessions: Sessions, count: int, act: str) -> list[Account]:
    return sessions.act_and_look(act, count)


@when(
    sentence(
        "each of {count} clients changes a user of its own {times} times in quick succession "
        "and looks straight away"
    ),
    target_fixture="accounts",
)
def change_quickly_and_look(sessions: Sessions, count: int, times: int) -> list[Account]:
    return sessions.act_and_look("changes", count, times)


@when(
    sentence("each of {count} clients {act} a user of its own and asks for the newest state"),
    target_fixture="accounts",
)
def act_and_ask(sessions: Sessions, count: int, act: str) -> list[Account]:
    return sessions.act_and_ask_for_newest(act, count)


@when(
    sentence("each of {count} clients keeps looking at a user whom another client changes"),
    target_fixture="accounts",
)
def look_on(sessions: Sessions, count: int) -> list[Account]:
    return sessions.look_while_another_changes(count)


@when(
    sentence("clients that have seen changes of users {people} change {users}"),
    target_fixture="accounts",
)
def change_in_answer(sessions: Sessions, cast: Cast, people: list[str], users: list[str]) -> list[Account]:
    return sessions.answer([(cast[person], cast[user]) for person, user in zip(people, users, strict=True)])


@then(sentence("everybody sees {users}[ {place}] within the promised time"))
def everybody_sees(everybody: Everybody, cast: Cast, users: list[str], place: str) -> None:
    everybody.sees(cast.group(users), place)


@then(sentence("nobody sees {users}[ {place}] after the promised time"))
def nobody_sees(everybody: Everybody, cast: Cast, users: list[str], place: str) -> None:
    everybody.misses(cast.group(users), place)


@then(sentence("that is still so after twice the promised time"))
def still_so(everybody: Everybody) -> None:
    everybody.still_does()


@then(sentence("everybody agrees on one version of each of them within the promised time"))
def everybody_agrees(everybody: Everybody, cast: Cast) -> None:
    everybody.agrees(list(cast))


@then(sentence("nobody has seen half of one version and half of another"))
def never_half(everybody: Everybody, looks: Looks) -> None:
    everybody.never_saw_half(looks)


@then(sentence("nobody has seen what nobody wrote"))
def never_anything_else(everybody: Everybody, looks: Looks) -> None:
    everybody.never_saw_anything_else(looks)


@then(sentence("each client sees its own change in every look"))
def sees_own(session_findings: SessionFindings, accounts: list[Account]) -> None:
    session_findings.saw_own(accounts)


@then(sentence("no client sees an older state after a newer one"))
def never_back(session_findings: SessionFindings, accounts: list[Account]) -> None:
    session_findings.never_went_back(accounts)


@then(sentence("every look shows the newest state"))
def sees_newest(session_findings: SessionFindings, accounts: list[Account]) -> None:
    session_findings.saw_newest(accounts)


@then(sentence("whoever is told of the second change sees the first"))
def sees_both(session_findings: SessionFindings, accounts: list[Account]) -> None:
    session_findings.saw_both(accounts)


@then(sentence("everybody is where their stories left them"))
def where_left(audit: Audit) -> None:
    audit.judge()
