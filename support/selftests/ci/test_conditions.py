"""Trials of hard conditions find what is wrong, and only that; none of them runs a story here."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from ci.trials.conditions import __main__ as table
from ci.trials.conditions import checks, habits, printed, sweeps
from ci.trials.conditions.outages import MOST_MIB, known_at
from ci.trials.conditions.rows import HEAD, Row
from ci.trials.reference import TENANTS
from ci.trials.runs import Ended
from ci.trials.tables import write_row
from support.cleanup.journal import Journal, write_header
from support.cleanup.leftovers import read_leftovers

if TYPE_CHECKING:
    from pathlib import Path

CLEAN = {"verdict": "kept", "users": {"created": 3, "deleted": 3, "left": 0}}
RUN = "acct0abcdzz"


@pytest.fixture
def ended():
    return Ended(0, "a run\nverdict     3 kept\n", 1.5, 0.0, 80.0, CLEAN)


def test_a_file_is_harmed_that_is_gone_or_another_and_a_new_one_is_not(tmp_path):
    for name in ("kept", "gone", "other", "__pycache__/x", ".acceptance/y"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    before = checks.files_of(tmp_path)
    assert set(before) == {"kept", "gone", "other"}
    (tmp_path / "new").write_text("theirs")
    assert not checks.changed(before, checks.files_of(tmp_path))
    (tmp_path / "gone").unlink()
    (tmp_path / "other").write_text("theirs")
    assert checks.changed(before, checks.files_of(tmp_path)) == "2 files harmed, gone among them"


def test_an_end_is_held_against_its_code_its_words_and_its_figures(ended):
    assert checks.ends_with(ended, 0, 10) == checks.tells(ended, "3 kept") == checks.nobody_left(ended) == ""
    assert checks.ends_with(ended, 4) == "exit code 0"
    assert checks.tells(ended, "3 kept", "4 broken") == "does not say '4 broken'"
    assert checks.is_brief(ended) == "2 lines"
    assert not checks.is_brief(ended, 2)
    assert checks.is_brief(replace(ended, said=" \n")) == "0 lines"
    for users in ({"created": 3, "deleted": 2, "left": 1}, {"created": 3, "deleted": 3, "left": None}, {}):
        assert checks.nobody_left(replace(ended, summary={"users": users}))


@pytest.mark.parametrize(
    "word", ["INTERNALERROR> x", "Traceback (most recent call last)", "Exception ignored in"]
)
def test_a_crash_is_never_as_promised(ended, word):
    row = checks.judge("C0", "x", "0", replace(ended, said=f"{word}\n"))
    assert not row.is_ok
    assert "a crash" in row.seen


def test_a_row_is_as_promised_only_if_no_check_says_otherwise(ended):
    assert checks.judge("C0", "x", "0", ended, "", "").is_ok
    assert not checks.judge("C0", "x", "0", ended, "", "exit code 3").is_ok
    assert not checks.judge("C0", "x", "0", replace(ended, peak_mib=MOST_MIB + 1)).is_ok


def test_the_summary_of_an_earlier_run_is_no_verdict_of_one_that_did_not_begin(ended):
    assert checks.judge("C0", "x", "4", replace(ended, code=4)).verdict == ""
    assert checks.judge("C0", "x", "0", ended).verdict == "kept"


def test_a_secret_is_found_in_what_was_said_in_results_and_in_journals(tmp_path, ended):
    assert not printed.shown_by(tmp_path, ended, "s3cret")
    assert printed.shown_by(tmp_path, replace(ended, said="the s3cret"), "s3cret") == "shown in what was said"
    (tmp_path / ".acceptance" / "runs").mkdir(parents=True)
    (tmp_path / ".acceptance" / "runs" / "run.jsonl").write_text("the s3cret")
    assert "run.jsonl" in printed.shown_by(tmp_path, ended, "s3cret")


@pytest.mark.parametrize(
    ("decorator", "is_plain"),
    [
        ('given("a")', True),
        ('given(parsers.parse("a {b}"))', True),
        ("given(TEXT)", False),
        ("given(f'{a}')", False),
        ("given(parse(TEXT))", False),
    ],
)
def test_an_editor_understands_texts_and_parsers_of_texts(decorator, is_plain):
    call = ast.parse(decorator, mode="eval").body
    assert isinstance(call, ast.Call)
    assert habits._is_plain(call.args[0]) == is_plain


def test_our_sentences_are_what_an_editor_understands():
    row = habits.plain_sentences()
    assert row.is_ok, row.seen


def test_an_outage_is_known_from_the_moment_that_the_log_says_so(tmp_path):
    assert known_at(tmp_path) is None
    (tmp_path / "reports").mkdir()
    lines = [
        {"event": "a retry", "at": "2026-11-27T00:00:01+00:00"},
        {"event": "the service has been out for longer than 2 s", "at": "2026-11-27T00:00:09+00:00"},
    ]
    (tmp_path / "reports" / "run.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert known_at(tmp_path) == 1795737609.0


class Directory:
    """A service of which only what a sweep is judged by is there: users by tenant and id, and deletions."""

    def __init__(self, *users):
        self.base_url = "http://127.0.0.1:9/api/v1"
        self.collection = "/api/v1/users"
        self.variables = {"BASE_URL": self.base_url}
        self.users = {("API_TOKEN", name): {"id": name} for name in users}

    def everybody(self):
        return dict(self.users)

    def ask(self, method, path, tenant, body=None):
        if method == "DELETE":
            del self.users[tenant, path.rpartition("/")[2]]
            return 204, {}, None
        user = {"id": f"u{len(self.users)}", **body}
        self.users[tenant, user["id"]] = user
        return 201, {}, user


def blind(tmp_path, monkeypatch, code, said, act=lambda _: None):
    """Judge a sweep that could not see everything, as it ended so."""
    service = Directory("stranger")
    scene = sweeps.Scene(tmp_path, service)  # type: ignore[arg-type]

    def sweep(*_, **__):
        act(scene)
        return Ended(code, said, 1.0, 0.0, 50.0)

    monkeypatch.setattr(sweeps, "cleanup", sweep)
    return sweeps._blind(scene, "x", None, {}, (), "B_TOKEN"), service


def forget(scene):
    for file in scene.of_run.iterdir():
        file.unlink()
    scene.of_run.rmdir()


def touch(scene):
    scene.service.users["API_TOKEN", "stranger"] = {"id": "stranger", "name": "changed"}


@pytest.mark.parametrize(
    ("code", "said", "act", "is_ok"),
    [
        (10, "B_TOKEN is not set\nnot everything could be looked at", lambda _: None, True),
        (0, "B_TOKEN is not set\nnot everything could be looked at", lambda _: None, False),
        (10, "something is not set\nnot everything could be looked at", lambda _: None, False),
        (10, "B_TOKEN is not set\nnothing is left", lambda _: None, False),
        (10, "B_TOKEN is not set\nnot everything could be looked at", forget, False),
        (10, "B_TOKEN is not set\nnot everything could be looked at", touch, False),
    ],
    ids=["right", "exit code 0", "names nothing", "says nothing is left", "journal gone", "stranger touched"],
)  # fmt: skip
def test_a_sweep_that_cannot_see_everything_is_judged(tmp_path, monkeypatch, code, said, act, is_ok):
    row, service = blind(tmp_path, monkeypatch, code, said, act)
    assert row.is_ok == is_ok, row.seen
    assert set(service.users) == {("API_TOKEN", "stranger")}  # the next condition finds what this one found


def test_what_a_killed_run_has_left_is_as_a_run_leaves_it(tmp_path):
    scene = sweeps.Scene(tmp_path, Directory())  # type: ignore[arg-type]
    leftovers = read_leftovers(scene.of_run)
    assert leftovers is not None
    assert not leftovers.damage
    assert {name: len(ids) for name, ids in leftovers.ids.items()} == dict.fromkeys(TENANTS, sweeps.EACH)
    assert leftovers.header["base_url"] == scene.service.base_url


@pytest.mark.parametrize("line", [line for name, line in sweeps.NO_FACTS.items() if name != "an empty line"])
def test_each_line_that_is_called_no_fact_is_damage(tmp_path: Path, line):
    write_header(tmp_path / RUN, {"base_url": "http://127.0.0.1:9", "collection": "/users"})
    Journal(tmp_path / RUN / "journal-gw0.jsonl").close()
    with (tmp_path / RUN / "journal-gw0.jsonl").open("ab") as file:
        file.write(line + b"\n")
    leftovers = read_leftovers(tmp_path / RUN)
    assert leftovers is not None
    assert leftovers.damage


@pytest.mark.parametrize(("is_ok", "code"), [((True, True), 0), ((True, False), 1)])
def test_the_table_ends_with_1_when_a_row_is_not_as_promised(monkeypatch, capsys, is_ok, code):
    rows = [Row("C0", "a | b", "0", each, "kept", 0, 1.26, 80.4, "x") for each in is_ok]
    monkeypatch.setattr(table, "ROWS", {"C0": lambda _: iter(rows)})
    monkeypatch.setattr(table, "copy_project", lambda folder: SimpleNamespace(folder=folder))
    assert table.main([]) == code
    said = capsys.readouterr().out.splitlines()
    assert said[0] == write_row(HEAD)
    assert said[2] == r"| C0 | a \| b | 0 | kept | 0 | 1.3 | 80 | yes | x |"
    assert len(said) == 4


def test_a_row_that_is_none_is_told(monkeypatch, capsys):
    monkeypatch.setattr(table, "ROWS", {"C1": lambda _: iter(())})
    with pytest.raises(SystemExit):
        table.main(["C99"])
    assert "no such row: C99" in capsys.readouterr().err
