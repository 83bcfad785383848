"""What does not fit its profile is one line before the first story, and nobody else's user is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.cleanup.sweep import Sweeper
from support.errors import ConfigurationError
from support.probe.first_look import KeepsNothing, look_first
from support.selftests.servers.odd_service import OddService
from support.target.profiles import parse_target
from support.users.markers import new_run

if TYPE_CHECKING:
    from pathlib import Path

    from support.probe.first_look import Findings

BASE: dict[str, Any] = {
    "name": "odd",
    "fields": {"role": "", "password": ""},
    "auth": {"scheme": "none"},
    "bounds": {"single_s": 0.2, "list_s": 0.2},
}
LOCAL = {"timestamps": "iso-local", "promises": ["timestamps"]}
EVERYTHING = ["patch", "put", "filter-by-email"]


def look(service: OddService, folder: Path, **profile: Any) -> Findings:
    target = parse_target({**BASE, **profile}, source="x")
    tokens = {} if target.auth.scheme == "none" else {"API_TOKEN": "a-token-of-the-walk"}
    sweeper = Sweeper(service.url, target, tokens)
    return look_first(sweeper.client, new_run(), folder, sweeper.clients)


def test_a_service_that_fits_leaves_nobody_and_gives_controls(tmp_path: Path) -> None:
    with OddService() as service:
        findings = look(service, tmp_path, promises=EVERYTHING)
        assert not service.state.users
    assert findings.notes == []
    assert findings.succeeded == {"create", "look up", "list", "find", "change", "replace", "delete"}


@pytest.mark.parametrize(
    ("manners", "profile", "said"),
    [
        ({"required": ("username",)}, {}, "creates no user: it answered 422 ('a detail is missing')"),
        ({"wrap": "data"}, {}, "sending.extra and fields"),
        ({"echo": "nothing"}, {"accepted": {"create": [204]}}, "answers.create may say how to find it"),
        ({}, {"fields": {"id": "uuid"}}, "it seems to stand at 'id'"),
        ({}, {"fields": {"email": "mail"}}, "creates no user"),
        ({}, {"operations": {"look_up": "GET /user/{id}"}}, "does not find the user who was created"),
        ({}, {"collection": "/user"}, "creates no user: it answered 404"),
        ({"may_create": False}, {"auth": {}}, "May whoever has the token in API_TOKEN create users?"),
        ({"may_create": False}, {}, "What it wants beside, sending.extra and fields"),
        ({}, {"lists": {"items": "data"}}, "they seem to be the whole answer (lists.items)"),
        ({"dialect": "scim"}, {"promises": ["patch"]}, "Is sending.patch right"),
        ({"wants_version": True}, {"promises": ["patch"]}, "does it promise precondition-required?"),
        ({"wants_version": True}, {}, "does it promise precondition-required?"),
        ({"deletes": False}, {}, "Is operations.delete right?"),
        ({"hours_of_dates": -6}, LOCAL, "so in the zone -06:00 (clock.utc_offset)"),
        ({"hours_of_dates": 0}, {**LOCAL, "clock": {"utc_offset": "+05:45"}}, "in the zone +00:00"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_one_line(
    manners: dict[str, Any], profile: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with OddService(**manners) as service, pytest.raises(ConfigurationError) as told:
        look(service, tmp_path, **profile)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("hours", "profile"),
    [
        (5.75, {**LOCAL, "clock": {"utc_offset": "+05:45"}}),
        (-6, {"timestamps": "iso-local"}),
        (0.1, LOCAL),
        (-40, LOCAL),
    ],
)
def test_dates_are_left_to_the_stories_where_the_zone_is_right_or_none_would_be(
    tmp_path: Path, hours: float, profile: dict[str, Any]
) -> None:
    with OddService(hours_of_dates=hours) as service:
        assert look(service, tmp_path, **profile).notes == []
        assert not service.state.users


@pytest.mark.parametrize("promises", [[], ["patch"]], ids=str)
def test_who_was_created_is_deleted_with_what_the_walk_has_learnt(
    promises: list[str], tmp_path: Path
) -> None:
    """Eve deletes nobody without a version, and the sweep, which keeps to the profile, names none."""
    with OddService(wants_version=True) as service:
        with pytest.raises(ConfigurationError, match="precondition-required"):
            look(service, tmp_path, promises=promises)
        assert not service.state.users


def test_a_mock_that_keeps_nothing_is_told_apart_and_nothing_of_it_is_touched(tmp_path: Path) -> None:
    with OddService(is_mock=True) as service:
        with pytest.raises(KeepsNothing, match="both have the id '1'"):
            look(service, tmp_path, promises=EVERYTHING)
        assert {method for method, *_ in service.state.asked} <= {"GET", "POST"}


@pytest.mark.parametrize("declared", [False, True])
def test_ids_that_come_back_are_noted_where_the_profile_does_not_say_so(
    tmp_path: Path, *, declared: bool
) -> None:
    fields = {**BASE["fields"], "ids_return": declared}
    with OddService(ids_return=True) as service:
        findings = look(service, tmp_path, promises=EVERYTHING, fields=fields)
        assert not service.state.users
    assert findings.ids_return
    assert ["gave a new user the id" in note for note in findings.notes] == ([] if declared else [True])


def test_a_search_that_finds_everyone_is_noted_and_left_to_the_stories(tmp_path: Path) -> None:
    with OddService(finds_everyone=True) as service:
        findings = look(service, tmp_path, promises=EVERYTHING)
    assert len(findings.notes) == 1
    assert "a search for an email that nobody has finds 2 users" in findings.notes[0]
