"""What no careful client tries is sent as a story says, noted in the journal, and seen by its effect."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from support.behaviours.refusals.malformed_requests import OVERRIDE_HEADERS, MalformedRequests
from support.errors import Inconclusive
from support.selftests.servers.odd_service import OddService
from support.selftests.users.test_sending import Visitor

if TYPE_CHECKING:
    from pathlib import Path

UNDER_HER_ID = "create a user under the id of user Ada"
DISGUISED = "delete user Ada with a request that claims to be another action"


def journal_of(folder: Path) -> list[str]:
    return (folder / "journal-gw0.jsonl").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("takes_ids", [False, True])
def test_an_id_of_somebody_else_is_tried(tmp_path: Path, *, takes_ids: bool) -> None:
    """One framework overwrites whoever has the id; the story sees it by the user, who is not unchanged."""
    with OddService(takes_ids=takes_ids) as service:
        visitor = Visitor(service, {}, tmp_path)
        ada = visitor.create()
        before = dict(service.state.users[str(ada.id)])
        MalformedRequests(visitor.api).try_to(UNDER_HER_ID, visitor.people)
        sent = service.state.asked[-1][2]
        is_unchanged = service.state.users[str(ada.id)] == before
    assert sent["id"] == ada.id
    assert sent["email"] != ada.email
    assert is_unchanged is not takes_ids


def test_a_disguised_deletion_is_in_the_journal_and_tells_what_it_is(tmp_path: Path) -> None:
    """A service may take it for a creation: what comes of it is found by the journal."""
    with OddService() as service:
        visitor = Visitor(service, {}, tmp_path)
        ada = visitor.create()
        noted = len(journal_of(tmp_path))
        operation = MalformedRequests(visitor.api).try_to(DISGUISED, visitor.people)
        assert len(journal_of(tmp_path)) > noted
        assert str(ada.id) in service.state.users
    assert {operation.last.request.headers[name] for name in OVERRIDE_HEADERS} == {"DELETE"}


@pytest.mark.parametrize(("form", "is_known"), [("is empty", False), ("lacks the name", True)])
def test_whoever_came_of_a_lost_form_without_a_mark_is_not_passed_over(
    tmp_path: Path, form: str, *, is_known: bool
) -> None:
    """MockAPI makes a user of an empty form; nobody found one whose answer was lost, and all seemed well."""
    with OddService(requires_details=False, loses=1) as service:
        visitor = Visitor(service, {}, tmp_path)
        send = MalformedRequests(visitor.api).send
        with nullcontext() if is_known else pytest.raises(Inconclusive, match="bears no mark"):
            send(f"a form that {form}", "create a user", visitor.people)
        left = list(service.state.users.values())
    assert len(left) == (1 if service.state.lost else 0)
    assert is_known is any("acct0abcdzz" in str(user) for user in left)


def test_a_lost_form_that_is_refused_in_the_end_has_made_nobody(tmp_path: Path) -> None:
    with OddService(loses=1) as service:
        visitor = Visitor(service, {}, tmp_path)
        MalformedRequests(visitor.api).send("a form that is empty", "create a user", visitor.people)
        assert not service.state.users


@pytest.mark.parametrize("detail", ["name", "email"])
def test_who_is_created_without_a_detail_is_deleted_at_once(tmp_path: Path, detail: str) -> None:
    """Parse Server takes users without an email: the look at the end of the run called them unreadable."""
    with OddService(requires_details=False) as service:
        visitor = Visitor(service, {}, tmp_path)
        operation = MalformedRequests(visitor.api).send(
            f"a form that lacks the {detail}", "create a user", visitor.people
        )
        sent = service.state.asked[0][2]
        assert not service.state.users
    assert operation.last.response is not None
    assert operation.last.response.status == 201
    assert detail not in sent
    assert len(sent) > 1


@pytest.mark.parametrize(
    ("payload", "raw", "media_type"),
    [
        ("a form that is a number", b"42", "application/json"),
        ("a form that is not a number", b"NaN", "application/json"),
        ("a form that is a thousand lists deep", b"[" * 1000 + b"]" * 1000, "application/json"),
        ("an unknown character set", None, "application/json; charset=x-unknown"),
    ],
)
def test_what_made_real_services_fail_is_sent(
    tmp_path: Path, payload: str, raw: bytes | None, media_type: str
) -> None:
    """Eve, FastAPI Users and Kinto answer 500 to one each; whoever comes of it is deleted."""
    with OddService() as service:
        visitor = Visitor(service, {}, tmp_path)
        operation = MalformedRequests(visitor.api).send(payload, "create a user", visitor.people)
        request = operation.last.request
        assert not service.state.users
    assert request.headers["Content-Type"] == media_type
    assert raw is None or request.body == raw


@pytest.mark.parametrize("how", ["json", "json-patch"])
def test_a_change_is_made_too_large_in_whatever_way_it_is_written(tmp_path: Path, how: str) -> None:
    """The steps of a JSON Patch are a list, which has no room for one more detail."""
    with OddService() as service:
        visitor = Visitor(service, {"sending": {"patch": how}, "limits": {"body": 1000}}, tmp_path)
        visitor.create("Ada")
        change = MalformedRequests(visitor.api).send(
            "a form that is too large", "change user Ada", visitor.people
        )
    assert isinstance(json.loads(change.last.request.body), list if how == "json-patch" else dict)
    assert len(change.last.request.body) > 1000
