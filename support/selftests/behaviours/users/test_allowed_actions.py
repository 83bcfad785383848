"""A refused action comes with those that are offered there: all that are promised, and not itself."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from support.behaviours.users.expectations import Expectations
from support.errors import UnexpectedContent
from support.http.history import Request
from support.selftests.probes.validator_probe import operation, validator
from support.target.profiles import parse_target

HOST = "http://127.0.0.1"


@pytest.mark.parametrize(
    ("method", "path", "promises", "allow", "is_right"),
    [
        ("POST", "/users/u1", ["patch"], "GET, HEAD, PATCH, DELETE", True),
        ("POST", "/users/u1", ["patch"], "GET", False),
        ("POST", "/users/u1", [], "GET, DELETE", True),
        ("POST", "/users/u1", ["put-writes"], "get, delete", False),
        ("POST", "/users/u1", [], "GET, DELETE, POST", False),
        ("PUT", "/users?page=2", [], "GET,POST", True),
        ("PUT", "/users", [], "GET", False),
        ("PUT", "/users", [], None, False),
        ("PUT", "/users/u1/role", ["patch"], "", True),
    ],
)
def test_allow_names_what_is_promised_there(
    method: str, path: str, promises: list[str], allow: str | None, *, is_right: bool
) -> None:
    """FastAPI names GET alone where PATCH and DELETE are offered as well."""
    target = parse_target({"name": "x", "promises": promises}, source="here")
    api = SimpleNamespace(target=target, client=SimpleNamespace(base_url=HOST))
    observer: Any = SimpleNamespace(api=api, validator=validator(target))
    headers = {} if allow is None else {"allow": allow}
    refused = operation(405, headers=headers, sent=lambda _: Request(method, f"{HOST}{path}", {}))
    unused: Any = None
    with nullcontext() if is_right else pytest.raises(UnexpectedContent, match="names the actions"):
        Expectations(observer, unused, unused).names_allowed(refused)


def test_people_without_an_id_do_not_share_one() -> None:
    """A service that is full gives none; two who were refused were told to have the same."""
    nobody = [SimpleNamespace(id=None, subject=f"user {name}") for name in ("Ada", "Grace")]
    observer: Any = SimpleNamespace(api=SimpleNamespace(target=None), validator=None)
    people: Any = SimpleNamespace(everyone=nobody)
    unused: Any = None
    Expectations(observer, people, unused).distinct(nobody[0])  # type: ignore[arg-type]
