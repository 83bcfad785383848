"""Publishing refuses what shows a secret and what the quality gate objects to, and remembers the rest."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from ci.publish.__main__ import main
from ci.publish.gate import count_stories, object_to
from support.report.promises import History
from support.runner.applicability import reasons_against
from support.selftests.report.left_out import BARE, every_reason
from support.target import Target
from support.target.promises import PROMISES
from support.target.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SECRET = 'pw "4711"/ä+ßsecret-of-staging'
PROFILE = """
name = "staging"
base_url = "http://127.0.0.1:9/api"
promises = ["tenants"]
[auth]
scheme = "basic"
token = "STAGING_LOGIN"
other_tenant = "STAGING_NEIGHBOUR"
"""
SPELLINGS = {
    "plain": SECRET,
    "base64": base64.b64encode(f"suite:{SECRET}".encode()).decode(),
    "url": quote(SECRET, safe=""),
    "json": json.dumps(json.dumps({"password": SECRET})),
}


def story(verdict: str = "kept", reason: str = "", **more: Any) -> dict[str, Any]:
    return {
        "ids": ["REG-01"],
        "title": "A story",
        "clauses": ["2.1"],
        "feature": "Answers",
        "rule": "They are right",
        "example": {},
        "verdict": verdict,
        "reason": reason,
        **more,
    }


def summarize(*stories: dict[str, Any], **more: Any) -> dict[str, Any]:
    verdicts = ("kept", "broken", "known", "inconclusive", "not_applicable")
    counts = {verdict: sum(each["verdict"] == verdict for each in stories) for verdict in verdicts}
    return {
        "verdict": "kept",
        "seed": 7,
        "target": "staging",
        "ended": "2026-11-26T08:00:00+00:00",
        "counts": counts,
        "known": [],
        "scenarios": list(stories),
        **more,
    }


class RunFolder:
    """What a run against staging left, and the command that publishes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("allure-results", "allure-report", "reports"):
            (folder / name).mkdir()
        self.attachment = folder / "allure-results" / "a-attachment.txt"
        self.attachment.write_text("GET /users\nAuthorization: Basic STAGING_LOGIN\n", encoding="utf-8")
        (folder / "allure-report" / "index.html").write_text("<title>report</title>")
        self.profile = folder / "staging.toml"
        self.profile.write_text(PROFILE, encoding="utf-8")
        self.summary(summarize(story()))

    def summary(self, summary: dict[str, Any]) -> None:
        (self.folder / "reports" / "summary.json").write_text(json.dumps(summary), encoding="utf-8")

    def publish(self, *arguments: str) -> int:
        return main(["--folder", str(self.folder), "--target", str(self.profile), "--least", "1", *arguments])

    @property
    def history(self) -> History:
        return History(self.folder / ".allure" / "promises.jsonl")


@pytest.fixture
def left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    monkeypatch.setenv("STAGING_LOGIN", f"suite:{SECRET}")
    monkeypatch.setenv("STAGING_NEIGHBOUR", "neighbour:another-secret-of-staging")
    monkeypatch.delenv("BASE_URL", raising=False)
    return RunFolder(tmp_path)


def test_a_clean_run_is_published(left: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    """It is copied where it was asked for, and remembered once however often it is published."""
    assert left.publish("--to", str(left.folder / "site")) == 0
    assert left.publish() == 0
    assert "audit: no secret in 4 files" in capsys.readouterr().out
    assert (left.folder / "site" / "index.html").read_text() == "<title>report</title>"
    (run,) = left.history.runs
    assert (run.target, run.clauses, run.gate) == ("staging", {"2.1": "kept"}, "passed")


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("place", ["allure-results", "allure-report", "reports"])
def test_a_secret_is_refused_in_any_spelling(
    left: RunFolder, capsys: pytest.CaptureFixture[str], spelling: str, place: str
) -> None:
    """File and place are named, the secret is not; nothing is copied or remembered."""
    file = left.folder / place / "planted.txt"
    file.write_text(f"first line\nbody: {SPELLINGS[spelling]} end\n", encoding="utf-8")
    assert left.publish("--to", str(left.folder / "site")) == 1
    said = capsys.readouterr()
    assert f"refused: secret shown: {place}/planted.txt:2:" in said.err
    assert "STAGING_LOGIN" in said.err
    assert not [text for text in SPELLINGS.values() if text in said.out + said.err]
    assert "4711" not in said.out + said.err
    assert not (left.folder / "site").exists()
    assert not left.history.runs


def test_a_secret_inside_a_report_of_one_file_is_refused(
    left: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Such a report holds its attachments as base64."""
    page = left.folder / "allure-report" / "index.html"
    for text in SPELLINGS.values():
        page.write_text(f'<script>d("a.txt","{base64.b64encode(text.encode()).decode()}")</script>')
        assert left.publish() == 1
        assert "allure-report/index.html:1:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("tables", "variable", "value", "shown"),
    [
        ('[sending.secret_headers]\nX-App = "APP_ID"', "APP_ID", "the-app-of-4711", "the-app-of-4711"),
        ('[auth]\nscheme = "api-key"\ntoken = "DOOR"', "DOOR", "the-door-of-4711", "the-door-of-4711"),
        ('[auth]\nscheme = "login"\ntoken = "DOOR"\n[auth.login]\nrequest = "POST /login"',
         "DOOR", "suite:the-way-of-4711", "the-way-of-4711"),
        ('[auth]\nscheme = "oauth2"\ntoken = "DOOR"\n[auth.oauth2]\ntoken_url = "https://i.example.com"',
         "DOOR", "suite:a-pass&of-4711", base64.b64encode(b"suite:a-pass%26of-4711").decode()),
    ],
)  # fmt: skip
def test_whatever_a_profile_names_is_searched_for(
    left: RunFolder, monkeypatch: pytest.MonkeyPatch, tables: str, variable: str, value: str, shown: str
) -> None:
    """By names that tell nothing, and as the scheme writes it."""
    monkeypatch.setenv("API_TOKEN", "the-token-of-4711")
    monkeypatch.setenv(variable, value)
    left.profile.write_text(f'name = "staging"\nbase_url = "http://127.0.0.1:9/api"\n{tables}\n')
    assert left.publish() == 0
    (left.folder / "reports" / "run.jsonl").write_text(f'{{"said": "{shown}"}}')
    assert left.publish() == 1


def test_secrets_that_are_not_known_cannot_be_searched_for(
    left: RunFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The token that every run has must be there, another is missed out loud; the target is the run's."""
    monkeypatch.delenv("STAGING_NEIGHBOUR")
    assert left.publish() == 0
    assert "STAGING_NEIGHBOUR is not set, so it was not searched for" in capsys.readouterr().out
    monkeypatch.delenv("STAGING_LOGIN")
    assert left.publish() == 1
    assert "refused: STAGING_LOGIN is not set" in capsys.readouterr().err
    monkeypatch.setenv("STAGING_LOGIN", f"suite:{SECRET}")
    left.summary(summarize(story(), target="production"))
    assert left.publish() == 1
    assert "the results are those of target production" in capsys.readouterr().err


def test_without_results_nothing_is_published(left: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither without a summary, nor with half of one, nor with one of another version."""
    file = left.folder / "reports" / "summary.json"
    for text in ("{", '{"target": "staging"}', None):
        file.unlink() if text is None else file.write_text(text)
        assert left.publish() == 1
        assert "refused: " in capsys.readouterr().err


def test_a_report_that_was_not_built_is_not_published(
    left: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is remembered either: the same run can be published once its report is there."""
    (left.folder / "allure-report" / "index.html").unlink()
    assert left.publish("--audit-only") == 0
    assert left.publish() == 1
    assert "refused: there is no allure-report/index.html: build it with ci/report.sh first" in (
        capsys.readouterr().err
    )
    assert not left.history.runs


def test_a_broken_promise_is_refused_and_remembered(
    left: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    """The history says since when it is broken; a history that cannot be read is not written over."""
    assert left.publish() == 0
    left.summary(summarize(story("broken"), ended="2026-11-27T08:00:00+00:00"))
    assert left.publish("--audit-only") == 0
    assert len(left.history.runs) == 1
    assert left.publish() == 1
    assert "refused: broken promises: REG-01 A story" in capsys.readouterr().err
    assert [run.gate for run in left.history.of_target("staging")] == ["passed", "refused"]
    assert left.history.last_kept("staging") == {"2.1": "2026-11-26T08:00:00+00:00"}
    file = left.folder / ".allure" / "promises.jsonl"
    file.write_text("no history")
    assert left.publish() == 1
    assert file.read_text() == "no history"


@pytest.mark.parametrize(
    ("summary", "objection"),
    [
        (summarize(story(), story("broken")), "broken promises: REG-01 A story"),
        (summarize(story(), story("inconclusive")), "1 stories were decided, at least 2 are wanted"),
        (
            summarize(story(), story("known"), known=[{"name": "2.1", "state": "holds"}]),
            "the known deviation 2.1 no longer deviates: the profile has to be changed",
        ),
        (
            summarize(story(), story("known"), known=[{"name": "2.1", "state": "expired"}]),
            "the known deviation 2.1 has expired: the profile has to be changed",
        ),
        (
            summarize(story(), story(), story("not_applicable", "nobody felt like it")),
            "1 story was not asked: nobody felt like it",
        ),
        (
            summarize(story(), story(), story("not_applicable", "target staging does not promise etag")),
            "1 story was not asked: etag is promised after all",
        ),
    ],
)
def test_the_gate_objects(summary: dict[str, Any], objection: str) -> None:
    assert list(object_to(summary, Target(name="staging", promises=["etag"]), 2)) == [objection]


def test_the_gate_lets_known_deviations_and_declared_gaps_pass() -> None:
    """Every reason that the suite itself gives for leaving a story out is one, but for a missing token."""
    declared = every_reason()
    assert len(declared) > len(PROMISES) + 5
    known = {"name": "2.1", "state": "deviates"}
    left_out = (story("not_applicable", reason) for reason in declared)
    assert not list(object_to(summarize(story(), story("known"), *left_out, known=[known]), BARE, 2))


def test_a_promise_that_could_not_be_asked_for_is_no_declared_gap() -> None:
    """The profile makes it; only the token was missing."""
    target = Target(name="staging", promises=["tenants"], auth={"other_tenant": "OTHER"})
    reasons = list(reasons_against(["needs-tenants"], {}, target, {}))
    summary = summarize(story(), *(story("not_applicable", reason) for reason in reasons))
    assert list(object_to(summary, target, 1)) == [
        "1 story was not asked: tenants is promised, but OTHER was not set"
    ]


def test_all_stories_are_counted() -> None:
    """Each row of an outline is one; the figure is what a run collects."""
    text = (ROOT / "features" / "STORIES.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "CONTRACT.md" in line]
    outlines = re.findall(r"\((\d+) examples\)", text)
    assert count_stories([ROOT / "features"]) == len(rows) + sum(int(count) - 1 for count in outlines)
