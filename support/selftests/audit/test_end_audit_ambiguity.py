"""The end-of-run audit leaves open what lost answers and crossing changes leave open, and no more."""

from __future__ import annotations

from support.errors import Disagreement, Inconclusive, NeverConverged
from support.http.history import Exchange, Outcome, Request
from support.selftests.audit.audit_world import World, expect


def test_lost_answers_leave_it_open(world: World) -> None:
    """Of an unanswered change either state may stand, and of an unanswered deletion, too."""
    ada, alan = world.create("Ada"), world.create("Alan")
    world.store(ada, world.replace(ada, Outcome.UNKNOWN))
    world.delete(alan, Outcome.UNKNOWN)
    world.audit()


def test_open_deletion_must_be_one_for_all(world: World) -> None:
    """After an unanswered deletion all readers agree, whichever way it went."""
    ada = world.create("Ada")
    world.delete(ada, Outcome.UNKNOWN)
    world.see = lambda _, users: {} if world.looks % 2 else users
    expect(world, Disagreement)


def test_lost_attempt_may_arrive_late(world: World) -> None:
    """A lost attempt of one change may still overtake the next; one that is long over may not."""
    ada = world.create("Ada")
    late = world.replace(ada, Outcome.UNKNOWN, Outcome.OK)
    ada.late_s = 4.0
    world.replace(ada)
    world.store(ada, late)
    world.audit()
    grace = world.create("Grace")
    grace.late_s = 4.0
    late = world.replace(grace, Outcome.UNKNOWN, Outcome.OK)
    world.clock.advance(5.0)
    world.replace(grace)
    world.store(grace, late)
    expect(world, NeverConverged, "user Grace")


def test_crossing_replacements_may_end_in_either(world: World) -> None:
    """Of replacements that crossed, each may stand; the state before them may not."""
    ada = world.create("Ada")
    first, second = ada.next_version(), ada.next_version()
    one, other = world.send("PUT", ada), world.send("PUT", ada)
    crossed = other.exchanges[0]
    other.exchanges[0] = Exchange(
        crossed.request, 1, one.sent_at, crossed.answered_at, crossed.at, crossed.outcome, crossed.response
    )
    ada.wrote(first, one)
    ada.wrote(second, other)
    for state in (first, second):
        world.store(ada, state)
        world.audit()
    world.store(ada, ada.writes[0].details)  # type: ignore[arg-type]
    expect(world, NeverConverged)


def test_another_tenants_deletion_is_none(world: World) -> None:
    """A deletion that another tenant tried, lost and was told "no such user" has deleted nobody."""
    ada = world.create("Ada")
    world.delete(ada, Outcome.UNKNOWN, Outcome.REFUSED, status=404)
    deletion = ada.deletion
    assert deletion is not None
    for number, exchange in enumerate(deletion.exchanges):
        request = Request("DELETE", exchange.request.url, {"Authorization": "Bearer other"})
        deletion.exchanges[number] = Exchange(
            request, number + 1, exchange.sent_at, exchange.answered_at, exchange.at, exchange.outcome,
            exchange.response,
        )  # fmt: skip
    world.audit()


def test_found_gone_after_a_lost_answer_is_gone(world: World) -> None:
    """A deletion whose first answer was lost and whose second said "no such user" is done."""
    ada = world.create("Ada")
    world.delete(ada, Outcome.UNKNOWN, Outcome.REFUSED, status=404)
    expect(world, NeverConverged, "is gone")


def test_writes_in_nobodys_books_are_no_guess(world: World) -> None:
    """Where something else was sent to a person, their values are not judged; that they are there is."""
    ada = world.create("Ada")
    world.send("PUT", ada)
    world.store(ada, {**ada.details, "name": "Somebody"})
    world.audit()
    world.users.clear()
    expect(world, NeverConverged)


def test_outage_is_inconclusive(world: World) -> None:
    """Without answers nobody is accused and nobody acquitted."""
    world.create("Ada")
    world.is_out = True
    expect(world, Inconclusive, "1 of 1 people")
