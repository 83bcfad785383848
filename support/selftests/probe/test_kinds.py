"""The probe against services that are merely different: what it sees of them, and that nobody is left."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from support.probe import command
from support.runner.embedded import EmbeddedService
from support.selftests.servers.odd_service import PASSWORD, OddService
from support.target.profiles import parse_target

if TYPE_CHECKING:
    from pathlib import Path

    from support.target import Target

LOGIN = '[auth]\nscheme = "login"\n[auth.login]\nrequest = "POST /login"\n'


@pytest.fixture(autouse=True)
def _runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.cleanup.run.RUNS", tmp_path / "runs")


def draft_of(url: str, folder: Path, *options: str, known: str = "") -> tuple[Target, str]:
    """Have a draft made and return it, loaded and as text."""
    file = folder / "draft.toml"
    if known:
        (folder / "known.toml").write_text(known, encoding="utf-8")
        options = (*options, "--known", str(folder / "known.toml"))
    assert command.main([url, *options, "-o", str(file)]) == 0
    text = file.read_text(encoding="utf-8")
    target = parse_target(tomllib.loads(text), source="draft")
    assert target.promises == frozenset()
    return target, text


def test_users_that_register_and_that_nobody_lists(
    tmp_path: Path, bare_environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What no look can tell a person has said: the login, where users are created, that there is no list."""
    bare_environment.setenv("API_TOKEN", f"odd:{PASSWORD}")
    said = f'{LOGIN}[operations]\ncreate = "POST /auth/register"\nlist = "none"\n'
    said += '[sending.extra]\nroles = [1]\nusername = "{unique}"\n'
    manners: dict[str, Any] = {"create_at": "/auth/register", "has_list": False, "login": True}
    with OddService(**manners, required=("roles", "username")) as service:
        target, text = draft_of(f"{service.url}/users", tmp_path, known=said)
        assert not service.state.users
        asked = service.state.asked
    assert (target.auth.scheme, target.has_list) == ("login", False)
    assert target.operations.create == "POST /auth/register"
    assert target.sending.extra == {"roles": [1], "username": "{unique}"}
    assert "said in known.toml" in text
    assert ", 0 left" in capsys.readouterr().err
    assert {method for method, path, *_ in asked if path == "/users"} <= {"GET"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("promises = []", "promises: a probe reads collection"),
        ("[auth]\nscheme = 'magic'", "auth.scheme"),
        ("auth =", "is not TOML"),
    ],
)
def test_what_is_wrong_with_what_was_said_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str, reason: str
) -> None:
    file = tmp_path / "known.toml"
    file.write_text(said, encoding="utf-8")
    assert command.main(["http://127.0.0.1:9/users", "--known", str(file)]) == 4
    complaint = capsys.readouterr().err
    assert reason in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize(
    ("manners", "promise"),
    [({"wants_key": True}, "key-required"), ({"wants_version": True}, "precondition-required")],
    ids=str,
)
def test_what_requests_must_name_is_found_out(tmp_path: Path, manners: dict[str, Any], promise: str) -> None:
    with OddService(**manners) as service:
        _, text = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert f'    # "{promise}",' in text


def test_a_path_that_ends_otherwise_and_pages_of_the_framework(tmp_path: Path) -> None:
    """A user stands without the slash that the list has; what no route takes is refused with a page."""
    with OddService(users_slash=True, pages=True) as service:
        target, _ = draft_of(f"{service.url}/users/", tmp_path)
        assert not service.state.users
    assert (target.collection, target.operations.look_up) == ("/users/", "GET /users/{id}")
    assert target.operations.delete == "DELETE /users/{id}"


def test_a_path_that_ends_with_a_slash_everywhere(tmp_path: Path) -> None:
    """As many frameworks have it: nothing leads to a user without the slash, which a draft has to say."""
    with OddService(all_slash=True) as service:
        target, _ = draft_of(f"{service.url}/users/", tmp_path)
        assert not service.state.users
    assert {target.route(name).path for name in ("look_up", "replace", "delete")} == {"/users/{id}/"}


@pytest.mark.parametrize(
    ("hours", "offset", "is_seen"),
    [(-6, "-06:00", True), (5.75, "+05:45", True), (0, "+00:00", True), (-40, "+00:00", False)],
)
def test_the_zone_of_dates_that_name_none_is_found(
    tmp_path: Path, hours: float, offset: str, *, is_seen: bool
) -> None:
    """Otherwise a first run would call each of these dates a wrong one."""
    with OddService(hours_of_dates=hours) as service:
        target, text = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert (target.timestamps, target.clock.utc_offset) == ("iso-local", offset)
    assert ('# "timestamps",' in text) is is_seen


def test_a_date_is_not_the_services_because_an_id_was_refused(tmp_path: Path) -> None:
    """Some services refuse a creation with an id that is no number, and keep whatever date it is given."""
    with OddService(refuses_ids=True, hours_of_dates=0) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert target.server_fields == ("id",)


def test_a_service_that_hangs_up_after_a_refusal_is_described_all_the_same(tmp_path: Path) -> None:
    """As Parse Server does: the next request, over the same connection, met a reset."""
    with OddService(hangs_up=True) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert 400 in target.refusal("the form cannot be read")


def test_nobody_counts_as_deleted_whom_the_list_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer that somebody is not there may mean that the path is not."""
    with OddService(hides=True) as service:
        assert command.main([f"{service.url}/users", "-o", str(tmp_path / "draft.toml")]) == 4
        assert len(service.state.users) == 1
    assert ", 1 left" in capsys.readouterr().err


@pytest.fixture
def odd_reference(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Start reference services of some manners, and stop them."""
    started: list[EmbeddedService] = []

    def start(*manners: str) -> str:
        options = ["--bound", "0", *(f"--oddity={name}" for name in manners)]
        started.append(EmbeddedService("support.reference", ["API_TOKEN"], options))
        monkeypatch.setenv("API_TOKEN", started[-1].tokens["API_TOKEN"])
        return started[-1].base_url

    yield start
    for service in started:
        service.stop()


def test_the_forms_in_which_text_is_kept_are_seen(tmp_path: Path, odd_reference: Any) -> None:
    """Otherwise a first run would call each of these a defect."""
    target, _ = draft_of(odd_reference("B14", "B15", "B16"), tmp_path, "--auth", "bearer")
    assert (target.text.trims, target.text.composes, target.text.lowers_email) == (True, True, True)


@pytest.mark.parametrize("ids_return", [False, True])
def test_ids_that_come_back_are_seen(tmp_path: Path, *, ids_return: bool) -> None:
    with OddService(ids_return=ids_return) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert target.fields.ids_return is ids_return


def test_what_the_caller_may_choose_is_not_said_to_be_the_services(tmp_path: Path) -> None:
    with OddService(takes_ids=True) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert target.server_fields == ()


def test_a_service_that_refuses_nothing_is_sent_no_broken_form(tmp_path: Path) -> None:
    """Mockoon keeps such a form as text, without an id by which it could be deleted."""
    with OddService() as service:
        target, text = draft_of(f"{service.url}/users", tmp_path)
        assert not any("broken" in str(asked) for asked in service.state.asked)
    assert not target.sending.broken_forms
    assert "no broken form was sent" in text


def test_a_list_that_shows_a_part_alone_is_told(tmp_path: Path) -> None:
    """Without a way to the other users, stories would miss all those beyond: 35 were red for that."""
    with OddService(longest_list=20) as service:
        target, text = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert (target.lists.style, target.lists.window) == ("none", 20)
    assert "how a list goes on: a list shows 20 users of more" in text


@pytest.mark.parametrize("late_lists", [0, 2])
def test_a_list_that_shows_everybody_has_no_window(tmp_path: Path, late_lists: int) -> None:
    """Be it a moment later."""
    with OddService(late_lists=late_lists) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert (target.lists.style, target.lists.window) == ("none", None)


def test_pages_that_are_asked_for_in_one_parameter_are_found(tmp_path: Path) -> None:
    """Flask-AppBuilder ignores every parameter but q, in rison, and counts pages from 0."""
    with OddService(packed=True) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    lists = target.lists
    assert (lists.packed_in, lists.packed_as, lists.size, lists.style) == ("q", "rison", "page_size", "page")
    assert (lists.position, lists.begins_with, lists.window) == ("page", 0, None)


def test_a_deletion_of_what_was_never_there_may_be_refused_otherwise(tmp_path: Path) -> None:
    """Directus answers 204 where somebody was, and 403 where nobody can have been."""
    with OddService(forgives=True) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
    assert target.accepted.delete_again == (204, 403)


def test_an_id_that_no_user_could_have_may_be_refused_otherwise(tmp_path: Path) -> None:
    """Flask's routes take numbers: others lead to one of another method, which is 405."""
    with OddService(digits_only=True) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert target.refusal("there is no such user") == (400, 404, 405, 410)


def test_that_null_is_refused_is_seen_where_there_is_no_patch(tmp_path: Path) -> None:
    """The draft of Flask-AppBuilder, which has no PATCH, accused it of refusing a null detail."""
    with OddService(dialect="put-merges", refuses_null=True) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path, "--auth", "none")
    assert target.sending.patch == "put-merges"
    assert target.fields.nullable == ()
    assert target.sending.clears_with == "empty"
