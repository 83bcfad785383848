"""Where an answer breaks a rule for all of them it is seen, in every process; what only differs is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from support.behaviours.access.answer_rules import RULES
from support.behaviours.access.answer_watch import AnswerWatch
from support.errors import UnexpectedContent
from support.http.history import Exchange, Operation, Outcome, Request, Response
from support.target.profiles import parse_target
from support.users.normalizers import Normalizer
from support.users.validators import Validator

if TYPE_CHECKING:
    from pathlib import Path

PROMISES = [
    "auth", "problem-json", "correlation-id", "rate-limit", "allow-header", "location", "consistency-token",
    "etag",
]  # fmt: skip
UNMARKED = {"Authorization": "Bearer my-own-token-1234"}
MARK = {"X-Correlation-ID": "mine"}
GUARDED = {**UNMARKED, **MARK}
USER = {"id": "u_1", "name": "Ada", "email": "ada@example.com"}
GOOD = {"x-correlation-id": "mine", "cache-control": "no-store", "content-type": "application/json"}
PROBLEM = {"type": "/x", "title": "No", "status": 404, "detail": "There is no such user."}


def make_watch(folder: Path, worker: str = "gw0", **more: Any) -> AnswerWatch:
    auth = {"throttled": "THROTTLED_TOKEN"}
    marked = {"marker": "Idempotency-Replayed"}
    profile = {"name": "x", "promises": PROMISES, "auth": auth, "idempotency": marked, **more}
    target = parse_target(profile, source="x")
    normalizer = Normalizer(target)
    return AnswerWatch(folder, worker, target, normalizer, Validator(target, normalizer))


def refusal(status: int, **changes: Any) -> bytes:
    return json.dumps({**PROBLEM, "status": status, **changes}).encode()


def attempt(
    verb: str,
    status: int,
    body: bytes = b"",
    *,
    method: str = "GET",
    sent: dict[str, str] | None = None,
    path: str = "/users/u_1",
    **headers: Any,
) -> tuple[Operation, Exchange]:
    """Make an attempt that was answered as promised, but for the headers named; None leaves one out."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    said = {name: value for name, value in {**GOOD, **named}.items() if value is not None}
    outcome = Outcome.OK if status < 400 else Outcome.REFUSED
    request = Request(method, f"http://x{path}", sent or GUARDED)
    exchange = Exchange(request, 1, 0.0, 0.1, datetime.now(UTC), outcome, Response(status, said, body))
    return Operation(verb, "user Ada", "a story", [exchange]), exchange


SHOWN = json.dumps(USER).encode()
PROBLEMS: dict[str, Any] = {"content_type": "application/problem+json"}
CASES: dict[str, list[tuple[tuple[Operation, Exchange], bool]]] = {
    "may be stored by shared caches": [
        (attempt("look up", 200, SHOWN, etag='"1"', cache_control="public"), True),
        (attempt("look up", 404, refusal(404), cache_control="s-maxage=9", **PROBLEMS), True),
        (attempt("look up", 404, refusal(404), cache_control=None, **PROBLEMS), False),
        (attempt("look up", 200, SHOWN, etag='"1"', cache_control=None), False),
        (attempt("look up", 200, SHOWN, etag='"1"', cache_control=None, sent=MARK), True),
        (attempt("look up", 404, refusal(404), cache_control=None, sent=MARK, **PROBLEMS), False),
        (attempt("create", 201, SHOWN, method="POST", location="/users/u_1", consistency_token="t",
                 cache_control="public"), False),
    ],
    "refuses without an explanation": [
        (attempt("change", 409, refusal(400), method="PATCH", **PROBLEMS), True),
        (attempt("change", 409, refusal(400), method="PATCH", via="1.1 gateway", **PROBLEMS), False),
        (attempt("change", 412, b"outdated", method="PATCH", content_type="text/plain"), True),
        (attempt("change", 409, refusal(409, detail=None), method="PATCH", **PROBLEMS), True),
        (attempt("check", 404, method="HEAD"), False),
        (attempt("create", 413, b"too large", method="POST", content_type="text/html"), False),
        (attempt("look up", 400, b"Bad Request", content_type="text/html"), False),
        (attempt("create", 400, b"Bad Request", method="POST", content_type="text/html"), True),
        (attempt("make", 404, b"no route", method="PUT", path="/users/u_1/role", content_type="text/html"),
         False),
        (attempt("replace", 405, b"no", method="PUT", path="/api/users", allow="GET, POST",
                 content_type="text/html"), True),
    ],
    "lacks the correlation id of its request": [
        (attempt("look up", 200, SHOWN, etag='"1"', x_correlation_id=None), True),
        (attempt("look up", 200, SHOWN, etag='"1"', x_correlation_id="another"), True),
        (attempt("look up", 200, SHOWN, etag='"1"', x_correlation_id="own", sent=UNMARKED), False),
        (attempt("look up", 200, SHOWN, etag='"1"', sent={**UNMARKED, "X-Correlation-ID": "\u00e9;"}), False),
        (attempt("look up", 200, SHOWN, etag='"1"', sent={**UNMARKED, "X-Correlation-ID": "x" * 999}), False),
        (attempt("create", 431, b"", method="POST", x_correlation_id=None), False),
    ],
    "hides when to come back": [
        (attempt("create", 429, refusal(429), method="POST", **PROBLEMS), True),
        (attempt("create", 429, b"", method="POST", via="1.1 gateway"), False),
        (attempt("create", 429, refusal(429), method="POST", retry_after="3", **PROBLEMS), False),
        (attempt("create", 429, refusal(429), method="POST", retry_after="soon", **PROBLEMS), True),
        (attempt("create", 429, b"", method="POST", retry_after="soon", via="1.1 gateway"), False),
    ],
    "hides which credentials are needed": [
        (attempt("look up", 401, refusal(401), **PROBLEMS), True),
        (attempt("look up", 401, refusal(401), www_authenticate="Bearer", **PROBLEMS), False),
    ],
    "hides the allowed actions": [
        (attempt("replace", 405, refusal(405), method="PUT", **PROBLEMS), True),
        (attempt("replace", 405, refusal(405), method="PUT", allow="", **PROBLEMS), False),
    ],
    "hides where a new user is": [
        (attempt("create", 201, SHOWN, method="POST", consistency_token="t"), True),
        (attempt("create", 201, SHOWN, method="POST", consistency_token="t", location="/users/u_2"), True),
        (attempt("create", 201, SHOWN, method="POST", consistency_token="t",
                 location="http://b/v1/users/u_1"), False),
        (attempt("create", 200, SHOWN, method="POST", consistency_token="t"), False),
    ],
    "lacks the token of its write": [
        (attempt("delete", 204, method="DELETE"), True),
        (attempt("delete", 404, refusal(404), method="DELETE", **PROBLEMS), False),
        (attempt("delete", 204, method="DELETE", consistency_token="t"), False),
        (attempt("create", 201, SHOWN, method="POST", location="/users/u_1", idempotency_replayed="true"),
         False),
    ],
    "lacks the version of its user": [
        (attempt("look up", 200, SHOWN), True),
        (attempt("look up", 200, SHOWN, etag='W/"1"'), False),
        (attempt("look up", 304), False),
        (attempt("check", 200, method="HEAD"), False),
        (attempt("list", 200, b"[]"), False),
    ],
}  # fmt: skip


def name_of(case: str) -> str:
    return f"of the whole run {case}"


def test_every_rule_is_tried() -> None:
    assert {name_of(case) for case in CASES} == set(RULES)


@pytest.mark.parametrize(
    ("case", "number"), [(case, number) for case in CASES for number in range(len(CASES[case]))]
)
def test_a_rule(tmp_path: Path, case: str, number: int) -> None:
    """The answer breaks this rule or none."""
    heard, is_broken = CASES[case][number]
    watch = make_watch(tmp_path)
    watch.listen(*heard)
    for name in RULES:
        if is_broken and name == name_of(case):
            with pytest.raises(UnexpectedContent, match=r"the answer to .* user Ada: .* \(a story\)$"):
                watch.judge(name)
        else:
            watch.judge(name)


def test_all_processes(tmp_path: Path) -> None:
    """The story at the end knows what other processes have heard; a line torn by a crash is left out."""
    other = make_watch(tmp_path, "gw1")
    for _ in range(2):
        other.listen(*attempt("look up", 200, SHOWN))
    with next(tmp_path.glob("broken-rules-*")).open("a") as stream:
        stream.write('{"rule": "of the who')
    with pytest.raises(UnexpectedContent, match=r"no ETag .*, and 1 more"):
        make_watch(tmp_path).judge(name_of("lacks the version of its user"))


def test_a_second_deletion(tmp_path: Path) -> None:
    """Where nobody is left to delete nothing is written, and no token tells of it."""
    watch = make_watch(tmp_path)
    watch.listen(*attempt("delete", 204, method="DELETE", consistency_token="t"))
    watch.listen(*attempt("delete", 204, method="DELETE"))
    watch.judge(name_of("lacks the token of its write"))


@pytest.mark.parametrize("name", RULES)
def test_not_promised(tmp_path: Path, name: str) -> None:
    """What a profile does not promise is not asked."""
    watch = make_watch(tmp_path, promises=[])
    for cases in CASES.values():
        for heard, _ in cases:
            watch.listen(*heard)
    watch.judge(name)


def test_health_and_faults(tmp_path: Path) -> None:
    """What is public, and what passes, is no answer about a user."""
    watch = make_watch(tmp_path, openapi="/openapi.json")
    for place in ("health", "openapi.json"):
        heard = attempt(
            "ask for", 200, b"{}", cache_control=None, sent=MARK, x_correlation_id=None, path=f"/{place}"
        )
        watch.listen(*heard)
    watch.listen(*attempt("look up", 503, b"busy", x_correlation_id=None, content_type="text/html"))
    assert not list(tmp_path.iterdir())
