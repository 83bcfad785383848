"""What a script asks of the answer to a creation is what the profile says that it shows."""

from __future__ import annotations

import pytest

from support.report.reproductions.script.answers import id_in
from support.selftests.report.reproductions.recorded import checks_of, operation

ADA = {"name": "Ada", "email": "ada@example.com", "nickname": "ada"}
DATED = {**ADA, "createdAt": "2026-11-27T17:00:00Z", "updatedAt": "2026-11-27T17:00:00Z", "role": "user"}
# What a creation shows, and the answer of a service that keeps to it.
SHOWN = {"id": {"id": "u-00001"}, "location": None, "nothing": None}


def of_creation(echo, shown, looked_up):
    """Return what a script finds wrong where somebody is created and looked up twice."""
    profile = {"promises": ["timestamps", "filter-by-email"], "answers": {"create": echo}}
    headers = {"location": "/users/u-00001"}
    created = operation(1, "create", "POST", "/users", 201, shown, sent=ADA, headers=headers)
    looks = [operation(n, "look up", "GET", "/users/u-00001", 200, looked_up[n - 2]) for n in (2, 3)]
    listed = operation(4, "list", "GET", "/users", 200, [looked_up[1]])
    return checks_of(profile, [created, *looks, listed])[1]


@pytest.mark.parametrize("echo", SHOWN)
def test_a_creation_that_shows_no_user_by_its_profile_is_not_accused_of_it(echo):
    """Parse Server answers with id and date alone; two scripts said that the name was nothing."""
    whole = {"id": "u-00001", **DATED}
    assert of_creation(echo, SHOWN[echo], [whole, whole]) == []


def test_a_creation_that_has_to_show_the_user_is_held_to_it():
    whole = {"id": "u-00001", **DATED}
    assert of_creation("user", {"id": "u-00001"}, [whole, whole])


def test_what_only_the_service_writes_stays_as_it_was_first_looked_up():
    whole = {"id": "u-00001", **DATED}
    later = {**whole, "createdAt": "2026-11-27T18:00:00Z"}
    assert of_creation("id", SHOWN["id"], [whole, later])


@pytest.mark.parametrize(
    ("answered", "found"),
    [([{"id": "u1"}], "u1"), ({"id": "u1"}, "u1"), ([{"id": "u1"}, {"id": "u2"}], None), ([], None)],
)
def test_the_id_may_stand_in_a_list_of_one(answered, found):
    """PiccoloCRUD answers a creation so; of several nobody could say which one was created."""
    assert id_in(answered, {"user_path": "", "ids": ["id"]}) == found
