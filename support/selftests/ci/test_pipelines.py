"""What pipelines rely on beside the scripts: one comment a pull request, pinned actions, few secrets."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.selftests.ci.test_scripts import ROOT

if TYPE_CHECKING:
    from pathlib import Path

GH = """#!/usr/bin/env bash
asked=$*
printf '%s\\n' "$asked" >>"$ASKED"
case $asked in
    *--paginate*) printf '%s' "${COMMENTS:-}" ;;
    *body=@*) cat "${asked##*body=@}" >"$BODY" ;;
esac
"""


@pytest.mark.parametrize(
    ("comments", "request_line"),
    [
        ("", "--method POST repos/team/users/issues/7/comments"),
        ("41\n42\n", "--method PATCH repos/team/users/issues/comments/41"),
    ],
)
def test_a_pull_request_has_one_comment(tmp_path: Path, comments: str, request_line: str):
    """It is changed by later runs, found by its mark, and leads to the run."""
    tool = tmp_path / "tools" / "gh"
    tool.parent.mkdir()
    tool.write_text(GH)
    tool.chmod(0o755)
    summary = tmp_path / "summary.md"
    summary.write_text("## kept\n" + "x" * 70_000, encoding="utf-8")
    environment = {
        "PATH": f"{tool.parent}:{os.environ['PATH']}",
        "ASKED": str(tmp_path / "asked"),
        "BODY": str(tmp_path / "body"),
        "COMMENTS": comments,
        "REPOSITORY": "team/users",
        "NUMBER": "7",
        "RUN_URL": "https://example.com/runs/1",
    }
    subprocess.run([ROOT / "ci" / "comment.sh", summary], env=environment, check=True, timeout=20)  # noqa: S603
    looked, wrote = (tmp_path / "asked").read_text().splitlines()
    assert "repos/team/users/issues/7/comments" in looked
    assert "<!-- users acceptance -->" in looked
    assert request_line in wrote
    body = (tmp_path / "body").read_text(encoding="utf-8")
    assert body.startswith("<!-- users acceptance -->\n## kept\n")
    assert "(https://example.com/runs/1)" in body
    assert len(body) < 65_536


def test_a_comment_needs_to_know_where(tmp_path: Path):
    """One line, and nothing is written."""
    (tmp_path / "summary.md").touch()
    done = subprocess.run(  # noqa: S603 - our own script
        [ROOT / "ci" / "comment.sh", tmp_path / "summary.md"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == 1
    assert done.stderr == "comment: REPOSITORY and NUMBER say where, and one is missing\n"


def test_actions_are_pinned_by_hash_and_say_which_version():
    """A tag may be moved to other code; what a hash stands for is for people to read."""
    for workflow in ROOT.glob(".github/workflows/*.yml"):
        uses = re.findall(
            r"^\s*- uses: (.+)$|^\s+uses: (.+)$", workflow.read_text(encoding="utf-8"), re.MULTILINE
        )
        assert uses
        for one, other in uses:
            assert re.fullmatch(r"actions/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one or other)


def test_secrets_are_for_the_night_only():
    """What a pull request runs has none, and no workflow may write code."""
    for workflow in ROOT.glob(".github/workflows/*.yml"):
        text = workflow.read_text(encoding="utf-8")
        assert ("secrets." in text) == (workflow.name == "nightly.yml")
        assert "\npermissions: {}\n" in text
        assert "contents: write" not in text
        assert "pull_request_target" not in text
