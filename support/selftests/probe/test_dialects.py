"""The probe against services that have words of their own: answers in lists, names of pages and orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.selftests.probe.test_kinds import draft_of
from support.selftests.servers.odd_service import OddService

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.cleanup.run.RUNS", tmp_path / "runs")


@pytest.mark.parametrize("echo", ["listed id", "listed user"])
def test_a_creation_may_be_answered_with_a_list_of_one(tmp_path: Path, echo: str) -> None:
    """As by PiccoloCRUD and PostgREST: the draft said that it tells nothing, and knew no search."""
    with OddService(echo=echo) as service:
        target, text = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert target.answers.create == "id"
    assert '# "filter-by-email",' in text


def test_users_whose_creation_tells_nothing_are_found_in_the_list(tmp_path: Path) -> None:
    """Else nothing but the first user was looked at: no search, no order, no date."""
    with OddService(echo="nothing", orders=("sort", "{}", "-{}")) as service:
        target, text = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert target.answers.create == "nothing"
    assert '# "filter-by-email",' in text
    assert '# "sorting",' in text


def test_a_change_may_be_answered_without_the_id(tmp_path: Path) -> None:
    """PiccoloCRUD shows the details alone: read as a user, each such answer was malformed."""
    with OddService(bare_changes=True) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
    assert (target.answers.replace, target.answers.change) == ("nothing", "nothing")


def test_an_answer_with_the_user_is_read_as_one(tmp_path: Path) -> None:
    with OddService() as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
    assert (target.answers.replace, target.answers.change) == ("user", "user")


@pytest.mark.parametrize(
    ("size", "page"),
    [
        ("__page_size", "__page"),
        ("page[size]", "page[number]"),
        ("take", "pageIndex"),
        ("itemsPerPage", "page"),
    ],
)
def test_pages_are_found_under_the_names_of_several_frameworks(tmp_path: Path, size: str, page: str) -> None:
    with OddService(size=size, page=page) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
    assert (target.lists.style, target.lists.size, target.lists.position) == ("page", size, page)


@pytest.mark.parametrize(("beyond", "nothing_found"), [(404, (404,)), (416, (416,)), (200, ()), (500, ())])
def test_a_page_beyond_the_last_may_be_refused(
    tmp_path: Path, beyond: int, nothing_found: tuple[int, ...]
) -> None:
    """As by Flask-SQLAlchemy's and Django's pages: every walk through everybody was called broken there."""
    with OddService(size="limit", page="page", beyond=beyond) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
    assert target.lists.nothing_found == nothing_found


@pytest.mark.parametrize("ignores_version", [False, True])
def test_an_entity_tag_alone_does_not_speak_for_versions(tmp_path: Path, *, ignores_version: bool) -> None:
    """sandman2 tags what it shows for caches, and reads no If-Match: thirteen stories were red for that."""
    with OddService(ignores_version=ignores_version) as service:
        _, text = draft_of(f"{service.url}/users", tmp_path)
        assert not service.state.users
    assert ('    # "etag",' in text) is not ignores_version
    assert ("    # not etag: " in text) is ignores_version


@pytest.mark.parametrize("trims_email", [False, True])
def test_that_emails_alone_lose_their_blanks_is_seen(tmp_path: Path, *, trims_email: bool) -> None:
    with OddService(trims_email=trims_email) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
    assert (target.text.trims, target.text.trims_email) == (False, trims_email)


@pytest.mark.parametrize(
    ("parameter", "up", "down"),
    [
        ("sort", "{} ASC", "{} DESC"),
        ("sort", "{}:asc", "{}:desc"),
        ("$orderby", "{} asc", "{} desc"),
        ("order", "{}.asc", "{}.desc"),
        ("order", "{}", "-{}"),
        ("order_by", "{}", "-{}"),
        ("__order", "{}", "-{}"),
    ],
)
def test_orders_are_found_in_the_words_of_several_frameworks(
    tmp_path: Path, parameter: str, up: str, down: str
) -> None:
    """Sails and Strapi, OData, PostgREST, Parse, Tastypie and PiccoloCRUD have their own each."""
    with OddService(orders=(parameter, up, down)) as service:
        target, _ = draft_of(f"{service.url}/users", tmp_path)
    assert target.lists.sort == parameter
    assert target.lists.sort_keys["-name"] == down.format("name")
