"""The short script for a shell says what the long one says, where a shell can judge by it."""

from __future__ import annotations

import json
import subprocess

import pytest

from support.report.reproductions.shell import ShellScript
from support.report.reproductions.shell_checks import written

USER = json.dumps({"id": "u1", "name": "Ada  King", "nickname": None, "role": "user"})
HEADS = 'HTTP/1.1 200 OK\r\nETag: "v1"\r\n\r\n'
NICKNAME = {"that": "member", "path": "nickname", "is": None, "kept": ["absent"]}
NAME = {"that": "member", "path": "name", "is": "Ada  King", "kept": []}
# A check, what is wrong with an answer by it, and what is right.
JUDGED = [
    ({"that": "status", "in": [404, 410]}, {"status": 200}, {"status": 410}),
    ({"that": "status", "from": 100, "to": 500}, {"status": 503}, {"status": 422}),
    (NAME, {"body": USER.replace("  ", " ")}, {"body": USER}),
    (NICKNAME, {"body": USER.replace("null", '"\\u00e9"')}, {"body": USER}),
    (NICKNAME, {"body": USER.replace("null", '"ada"')}, {"body": USER.replace("null", '""')}),
    ({"that": "member", "path": "role", "is_not": "admin"}, {"body": '{"role": "admin"}'}, {"body": USER}),
    ({"that": "member", "path": "role", "as_in": "a1"}, {"was": '"admin"'}, {"was": '"user"'}),
    ({"that": "member", "path": "role", "after": "a1"}, {"was": '"user"'}, {"was": '"admin"'}),
    ({"that": "same_user", "as_in": "a1"}, {"was": '"u2"'}, {"was": '"u1"'}),
    ({"that": "header", "name": "etag"}, {"head": "HTTP/1.1 200 OK\r\n\r\n"}, {}),
    ({"that": "is_user"}, {"body": "null"}, {}),
    ({"that": "hides", "text": "Ada"}, {}, {"body": "{}"}),
]


def is_right(folder, check, *, status=200, body=USER, head=HEADS, was=""):
    """Return what a shell says of an answer."""
    (folder / "body").write_text(body)
    (folder / "head").write_text(head)
    condition = written({**check, "of": "a2"}, "id", str)
    assert condition
    script = f"body={folder}/body; head={folder}/head; status={status}; was='{was}'; {condition}"
    return subprocess.run(["sh", "-c", script], check=False).returncode == 0  # noqa: S603, S607


@pytest.mark.parametrize(("check", "wrong", "right"), JUDGED)
def test_a_shell_tells_a_wrong_answer_from_a_right_one(tmp_path, check, wrong, right):
    assert is_right(tmp_path, check, **right)
    assert not is_right(tmp_path, check, **wrong)


@pytest.mark.parametrize(
    "check",
    [
        {**NAME, "is": "Ad\u00e9"},
        {**NAME, "is": " Ada"},
        {**NAME, "is": 'Ada "King"'},
        {**NAME, "path": "data.name"},
        {"that": "member", "path": "email", "is": "Ada@example.com", "kept": ["address"]},
        {"that": "total"},
        {"that": "described", "path": ["user", 0], "keyword": "type", "value": "string"},
    ],
)
def test_what_a_shell_cannot_judge_by_is_left_to_people(check):
    assert written({**check, "of": "a1"}, "id", str) is None


PLAN = {
    "steps": [{"name": "a1", "what": "create", "send": "POST /users", "status": 201, "creates": True}],
    "checks": [{"that": "status", "in": [409], "of": "a1"}],
    "headers": {}, "ids": ["id"], "user_path": "", "attempts": 1, "delete": {"send": "DELETE /users/{id}"},
}  # fmt: skip


@pytest.mark.parametrize(("status", "code"), [(201, 1), (409, 0), (401, 2), ("000", 2)])
def test_what_tells_of_the_caller_alone_is_no_fault(tmp_path, status, code):
    """With another token, or without a service, scripts that judge by a status said that it was there."""
    curl = tmp_path / "curl"
    curl.write_text(f"#!/bin/sh\nprintf {status}\n")
    curl.chmod(0o700)
    script = tmp_path / "script.sh"
    script.write_text(ShellScript(PLAN).write("a title", ""))
    environment = {"BASE_URL": "http://127.0.0.1:9", "PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(["sh", script], env=environment, check=False, capture_output=True)  # noqa: S603, S607
    assert done.returncode == code
