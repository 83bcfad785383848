"""The end-of-run audit finds whoever is not where their story left them, and accuses nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from support.audit.facts import State, read_facts
from support.audit.visits import MOST_LOOK_UPS
from support.errors import (
    CameBack,
    DivergedAgain,
    DuplicateEffect,
    ForeignValue,
    NeverConverged,
    TornRead,
    TraceLeft,
)
from support.http.history import Outcome
from support.selftests.audit.audit_world import TARGET, World, expect

if TYPE_CHECKING:
    from pathlib import Path


def test_everybody_where_they_were_left(world: World) -> None:
    """Users there, changed, deleted, refused and refused to change: nothing is found."""
    world.create("Ada")
    world.replace(world.create("Grace"))
    world.delete(world.create("Alan"))
    world.create("Mallory", Outcome.REFUSED, status=422)
    world.replace(world.create("Barbara"), Outcome.REFUSED, status=422)
    world.audit()


def test_everybody_is_looked_up_where_there_is_no_list(world: World) -> None:
    """A story of many users leaves nobody undecided; one of them who is lost is found."""
    world.target = TARGET.model_copy(
        update={"operations": TARGET.operations.model_copy(update={"list": "none"})}
    )
    people = [world.create(f"User{number}") for number in range(3 * MOST_LOOK_UPS)]
    world.audit()
    world.users.pop(str(people[-1].id))
    expect(world, NeverConverged, people[-1].subject, "a look-up")


def test_a_walk_without_a_moment_is_of_the_whole_list(world: World) -> None:
    """A look may begin where the audit did: of two thousand people it showed a tenth, and no others."""
    world.create("Ada")
    world.audit()
    assert world.walks
    assert all(whole or since for whole, since in world.walks)


def test_waits_for_the_last_bound(world: World) -> None:
    """Nobody is looked at before their bound is over."""
    ada = world.create("Ada")
    first: list[float] = []

    def see(_view: str, users: dict[str, Any]) -> dict[str, Any]:
        first.append(world.clock.monotonic())
        return users

    world.see = see
    world.audit()
    assert min(first) >= ada.acknowledged_at + TARGET.bounds.single_s


def test_lost_creation(world: World) -> None:
    """An acknowledged user who is nowhere never was there; the story is named."""
    ada = world.create("Ada")
    world.users.pop(str(ada.id))
    expect(world, NeverConverged, "user Ada", "test_of_ada", "In all 1 of 1 people", "nobody")


def test_user_lost_after_being_seen(world: World) -> None:
    """Whoever the story has seen and who is missing now was lost again."""
    ada = world.create("Ada")
    world.was_seen(ada)
    world.users.pop(str(ada.id))
    expect(world, DivergedAgain, "although it had been otherwise before")


def test_lost_change(world: World) -> None:
    """The state before an acknowledged change convicts."""
    ada = world.create("Ada")
    before = dict(world.users[str(ada.id)])
    world.replace(ada)
    world.users[str(ada.id)] = before
    expect(world, NeverConverged, ".v1")


def test_one_stale_reader(world: World) -> None:
    """If some looks are new and some are old, somebody fell behind again."""
    ada = world.create("Ada")
    old = {str(ada.id): dict(world.users[str(ada.id)])}
    world.replace(ada)
    world.see = lambda _, users: {**users, **old} if world.looks % 3 == 0 else users
    expect(world, DivergedAgain, "other looks did not")


def test_deletion_without_effect(world: World) -> None:
    """A user who was never seen gone is not gone."""
    ada = world.create("Ada")
    stored = dict(world.users[str(ada.id)])
    world.delete(ada)
    world.users[str(ada.id)] = stored
    expect(world, NeverConverged, "is gone")


def test_deleted_user_comes_back(world: World) -> None:
    """A user whom the story has seen gone and who is there again came back."""
    ada = world.create("Ada")
    stored = dict(world.users[str(ada.id)])
    world.delete(ada)
    world.was_seen(ada)
    world.users[str(ada.id)] = stored
    expect(world, CameBack)


def test_deleted_user_in_one_view_only(world: World) -> None:
    """A search that still finds a deleted user is found out, though page and list are right."""
    ada = world.create("Ada")
    stored = dict(world.users[str(ada.id)])
    world.delete(ada)
    world.see = lambda view, users: {**users, "x": stored} if view == "filter" else users
    expect(world, CameBack, "the search")


def test_email_in_capitals_is_searched_for_as_it_is_kept(world: World) -> None:
    """A search that finds an email in no other letters than its own finds who has it."""
    ada = world.create("Ada")
    world.replace(ada, email=str(ada.details["email"]).upper())
    world.audit()


def test_email_in_capitals_that_no_search_finds(world: World) -> None:
    """A search that does not find an email in its own letters is found out."""
    ada = world.create("Ada")
    world.replace(ada, email=str(ada.details["email"]).upper())
    world.see = lambda view, users: {} if view == "filter" else users
    expect(world, DivergedAgain, "the search")


def test_deleted_users_id_is_given_to_another(world: World) -> None:
    """Who stands under the id of a deleted user and bears another mark has not come back."""
    ada = world.create("Ada")
    world.delete(ada)
    world.was_seen(ada)
    world.clock.advance(1)
    grace = world.create("Grace")
    world.users[str(ada.id)] = {**world.users[str(grace.id)], "id": str(ada.id)}
    world.users.pop(str(grace.id))
    grace.id = ada.id
    world.audit()


def test_deleted_users_id_is_given_to_one_with_the_same_details(world: World) -> None:
    """Who returned with all details and the id is the new one; the id alone is REG-04's to tell."""
    ada = world.create("Ada")
    world.delete(ada)
    world.was_seen(ada)
    world.clock.advance(1)
    grace = world.create("Grace")
    world.users.pop(str(grace.id))
    grace.id = ada.id
    grace.details.update(ada.details)
    grace.writes[0] = replace(grace.writes[0], details=dict(grace.details))
    world.store(grace, grace.details)
    world.audit()


def test_deleted_user_comes_back_under_an_id_that_another_deleted_one_had(world: World) -> None:
    """Only a user who lives there explains who is shown."""
    ada = world.create("Ada")
    stored = dict(world.users[str(ada.id)])
    world.delete(ada)
    world.was_seen(ada)
    grace = world.create("Grace")
    world.delete(grace)
    grace.id = ada.id
    world.users[str(ada.id)] = stored
    expect(world, CameBack, "user Ada")


def test_refused_creation_that_left_somebody(world: World) -> None:
    """A refused person's mark stands nowhere, in no text of anybody."""
    mallory = world.create("Mallory", Outcome.REFUSED, status=422)
    world.users["u_x"] = {
        "id": "u_x",
        "name": f"M {mallory.mark}",
        "email": "m@example.com",
        "nickname": None,
    }
    expect(world, TraceLeft, "user Mallory")


def test_refused_change_that_took_effect(world: World) -> None:
    """The values of a refused change are nobody's state."""
    ada = world.create("Ada")
    world.store(ada, world.replace(ada, Outcome.REFUSED, status=422))
    expect(world, TraceLeft, "a refused change of user Ada", ".v2")


def test_foreign_and_torn_values(world: World) -> None:
    """What nobody wrote is foreign; half of one version and half of another is torn."""
    ada = world.create("Ada")
    details = world.replace(ada)
    world.store(ada, {**details, "nickname": ada.writes[0].details["nickname"]})
    expect(world, TornRead)
    world.store(ada, {**details, "name": "Somebody"})
    expect(world, ForeignValue, "Somebody")


def test_somebody_twice(world: World) -> None:
    """A list that shows somebody twice is wrong, whatever it shows."""
    ada = world.create("Ada")
    world.see = lambda view, users: {**users, "again": users[str(ada.id)]} if view == "list" else users
    expect(world, DuplicateEffect)


def test_all_findings_are_counted(world: World) -> None:
    """The first finding is raised; all are counted and listed by story, over several processes."""
    people = [world.create(f"User{number}") for number in range(5)]
    for person in people[:3]:
        world.users.pop(str(person.id))
    expect(world, NeverConverged, "In all 3 of 5 people, of 1 stories", "User0", "User1", "User2")


def test_facts_hold_no_password_and_survive_a_torn_line(world: World, tmp_path: Path) -> None:
    """Facts are handed over without passwords; a line torn by a crash costs itself only."""
    ada = world.create("Ada")
    world.audit()
    file = tmp_path / "facts-gw0.jsonl"
    text = file.read_text(encoding="utf-8")
    assert "Pw-" not in text
    file.write_text(text + '[{"story": "ste', encoding="utf-8")
    facts = read_facts(tmp_path)
    assert [(fact.mark, fact.state) for fact in facts] == [(ada.mark, State.THERE)]
