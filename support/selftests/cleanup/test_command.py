"""The command tells of each run, its last line and exit code are true, and it never ends in a traceback."""

from __future__ import annotations

import contextlib
import json
import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import support.cleanup.command
import support.cleanup.ended_runs
import support.cleanup.other_runs
from support.cleanup.command import main
from support.cleanup.journal import Journal, hold_alive, write_header
from support.selftests.cleanup.directory import RUN, Directory, marked, serve
from support.selftests.servers.raw_server import answer, send, send_and_close

PROFILE = """
name = "swept"
promises = ["tenants"]
base_path = "/api"
auth.other_tenant = "B_TOKEN"
bounds = { single_s = 0, list_s = 0 }
timeouts = { operation_s = 1, attempt_s = 1, read_s = 1, connect_s = 1 }
faults.max_outage_s = 0
"""
NEXT = "acct0abcdzy"
NOTHING = "nothing is left\n"


@pytest.fixture
def runs(tmp_path, monkeypatch):
    folder = tmp_path / "runs"
    folder.mkdir()
    for module in (support.cleanup.command, support.cleanup.ended_runs, support.cleanup.other_runs):
        monkeypatch.setattr(module, "RUNS", folder)
    return folder


@pytest.fixture
def cleanup_at(tmp_path, monkeypatch, runs, capsys):
    """Return what runs the command at a directory and returns exit code, output and error output."""
    del runs
    profile = tmp_path / "swept.toml"
    profile.write_text(PROFILE, encoding="utf-8")
    monkeypatch.setattr("support.target.settings.ROOT", tmp_path)
    monkeypatch.setenv("API_TOKEN", "main-token-of-the-sweep")
    monkeypatch.setenv("B_TOKEN", "other-token-of-the-sweep")
    monkeypatch.setenv("TARGET", str(profile))

    def clean(url, *arguments):
        monkeypatch.setenv("BASE_URL", url)
        code = main(arguments)
        return code, *capsys.readouterr()

    return clean


@pytest.fixture
def serving():
    with contextlib.ExitStack() as stack:
        yield lambda directory: stack.enter_context(contextlib.closing(serve(directory))).url + "/api"


def left_by(runs, url, *ids, run=RUN, caller="API_TOKEN", **header):
    folder = runs / run
    write_header(folder, {"base_url": url, "target": "swept", "seed": 1, **header})
    journal = Journal(folder / "journal-gw0.jsonl")
    for user_id in ids:
        journal.created(user_id, caller)
    journal.close()
    return folder


def test_runs_that_are_over_are_swept_and_forgotten(runs, serving, cleanup_at):
    directory = Directory({"u1": marked(1), "u2": marked(2, NEXT), "u3": {"name": "Grace"}})
    url = serving(directory)
    left_by(runs, url, "u1")
    left_by(runs, url, "u2", run=NEXT)
    said = f"run {NEXT}: 1 users deleted, 0 left\nrun {RUN}: 1 users deleted, 0 left\n{NOTHING}"
    assert cleanup_at(url) == (0, said, "")
    assert (list(runs.iterdir()), list(directory.users)) == ([], ["u3"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "run.json").unlink(),
        lambda folder: (folder / "run.json").write_text('{"base_url": "http', encoding="utf-8"),
        lambda folder: (folder / "run.json").write_text("5", encoding="utf-8"),
        lambda folder: (folder / "journal-gw1.jsonl").mkdir(),
        lambda folder: (folder / "journal-gw1.jsonl").write_text('5\nnull\n{"foo":1}\n', encoding="utf-8"),
        lambda folder: (folder / "journal-gw1.jsonl").write_bytes(os.urandom(200) + b"\n"),
    ],
    ids=["no header", "header cut off", "no header but a number", "no file", "no facts", "noise"],
)
def test_what_is_damaged_is_told_and_kept_and_all_other_runs_are_swept(runs, serving, cleanup_at, spoil):
    directory = Directory({"u1": marked(1), "u2": marked(2, NEXT)})
    url = serving(directory)
    spoilt = left_by(runs, url, "u1")
    left_by(runs, url, "u2", run=NEXT)
    spoil(spoilt)
    code, said, complaint = cleanup_at(url)
    assert (code, complaint) == (10, "")
    assert NOTHING not in said
    assert f"run {NEXT}: 1 users deleted, 0 left\n" in said
    assert said.splitlines()[-1].startswith(
        "not everything could be looked at (0 users are known to be left)"
    )
    assert (list(runs.iterdir()), directory.users) == ([spoilt], {})


def test_a_tenant_without_its_token_is_told(runs, serving, cleanup_at, monkeypatch):
    monkeypatch.delenv("B_TOKEN")
    url = serving(Directory({"u1": marked(1)}))
    folder = left_by(runs, url, "u1", caller="B_TOKEN")
    code, said, _ = cleanup_at(url)
    assert code == 10
    assert f"run {RUN}: B_TOKEN is not set" in said
    assert folder.is_dir()


def test_a_tenant_whose_token_is_refused_is_told(runs, serving, cleanup_at):
    directory = Directory({"u1": marked(1)})

    def refuse(connection, request):
        if "other-token" in request.headers["authorization"]:
            send(connection, answer(401))
        else:
            directory(connection, request)

    url = serving(refuse)
    folder = left_by(runs, url, "u1")
    left_by(runs, url, "u2", caller="B_TOKEN")
    code, said, _ = cleanup_at(url)
    assert (code, directory.users, folder.exists()) == (10, {}, True)
    assert f"run {RUN}: the token in B_TOKEN is refused (401)" in said
    assert "API_TOKEN" not in said


@pytest.mark.parametrize("written", ["localhost", "LOCALHOST.", "127.0.0.1"])
def test_a_service_is_the_same_however_its_url_is_written(runs, serving, cleanup_at, written):
    directory = Directory({"u1": marked(1)})
    url = serving(directory)
    left_by(runs, url.replace("127.0.0.1", written) + "/", "u1", collection="/users/")
    assert cleanup_at(url)[0] == 0
    assert directory.users == {}


@pytest.mark.parametrize(
    "header",
    [
        {"base_url": "http://elsewhere.example.com/api"},
        {"base_url": "http://[::1"},
        {"collection": "/people"},
    ],
    ids=str,
)
def test_a_run_that_was_elsewhere_is_told_and_kept(runs, serving, cleanup_at, header):
    directory = Directory({"u1": marked(1)})
    url = serving(directory)
    folder = left_by(runs, url, "u1")
    write_header(folder, {"base_url": url, **header})
    code, said, _ = cleanup_at(url)
    assert code == 10
    assert "which was not looked at: give its BASE_URL and profile" in said
    assert (directory.deleted, folder.is_dir()) == ([], True)


def test_a_run_that_still_lives_is_left_alone_and_told(runs, serving, cleanup_at):
    directory = Directory({"u1": marked(1)})
    url = serving(directory)
    lock = hold_alive(left_by(runs, url, "u1"))
    try:
        assert cleanup_at(url) == (0, f"run {RUN} is still going on and was left alone\n{NOTHING}", "")
    finally:
        lock.release()
    assert directory.deleted == []


def test_a_run_whose_lock_cannot_be_taken_is_told(runs, serving, cleanup_at):
    url = serving(Directory({}))
    (left_by(runs, url, "u1") / "alive.lock").mkdir()
    left_by(runs, url, "u2", run=NEXT)
    code, said, _ = cleanup_at(url)
    assert code == 10
    assert f"run {RUN}: could not be looked at (Is a directory" in said
    assert f"run {NEXT}: 1 users deleted, 0 left" in said


def test_a_service_that_is_down_is_told_and_every_journal_is_kept(runs, serving, cleanup_at):
    url = serving(lambda connection, _: send_and_close(connection))
    folder = left_by(runs, url, "u1")
    code, said, complaint = cleanup_at(url)
    assert (code, said, complaint.count("\n")) == (10, "", 1)
    assert "nothing could be looked at, and all journals are kept" in complaint
    assert folder.is_dir()


def test_what_brought_its_own_service_along_is_forgotten_and_what_is_no_run_is_not_touched(
    runs, serving, cleanup_at
):
    left_by(runs, "http://127.0.0.1:1/api", "u1", embedded=True)
    (runs / "notes").mkdir()
    (runs / "notes.txt").write_text("mine", encoding="utf-8")
    assert cleanup_at(serving(Directory({}))) == (0, NOTHING, "")
    assert sorted(path.name for path in runs.iterdir()) == ["notes", "notes.txt"]


def test_other_runs_are_swept_only_when_asked_and_those_who_stay_are_told(runs, serving, cleanup_at):
    del runs
    directory = Directory({"u1": marked(1), "u2": marked(2)}, stubborn={"u2"})
    url = serving(directory)
    assert cleanup_at(url) == (0, NOTHING, "")
    assert directory.deleted == []
    code, said, _ = cleanup_at(url, "--all-runs")
    assert (code, sorted(directory.users)) == (10, ["u2"])
    assert NOTHING not in said


def test_other_runs_that_cannot_be_looked_at_are_told(runs, serving, cleanup_at, monkeypatch):
    del runs
    monkeypatch.delenv("B_TOKEN")
    code, said, _ = cleanup_at(serving(Directory({})), "--all-runs")
    assert code == 10
    assert "other runs: B_TOKEN is not set" in said


@pytest.mark.parametrize(
    "arguments", [["--targte", "x"], ["--all"], ["x"], ["--target"], ["--target", "none"]]
)
def test_a_wrong_option_is_one_line(serving, cleanup_at, arguments):
    code, said, complaint = cleanup_at(serving(Directory({})), *arguments)
    assert (code, said, complaint.count("\n")) == (4, "", 1)


LINES = st.one_of(
    st.binary(max_size=40),
    st.builds(
        lambda kind, of, caller, at: json.dumps({kind: of, "number": of, "as": caller, "at": at}).encode(),
        st.sampled_from(["created", "deleted", "intend", "settled", "foo"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("u1"),
        st.sampled_from(["API_TOKEN", "B_TOKEN", "", "OLD_TOKEN", None, 5]) | st.text(max_size=3),
        st.floats() | st.integers(),
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=6), st.binary(max_size=60) | st.none())
def test_no_journal_makes_a_sweep_fail_or_touch_anybody_else(runs, serving, cleanup_at, lines, header):
    directory = Directory({"u1": {"name": "Grace", "email": "grace@example.com"}, "u2": marked(2)})
    url = serving(directory)
    shutil.rmtree(runs / RUN, ignore_errors=True)  # of the example before
    folder = left_by(runs, url, "u2")
    with (folder / "journal-gw0.jsonl").open("ab") as journal:
        journal.write(b"\n".join(lines))
    if header is not None:
        (folder / "run.json").write_bytes(header)
    code, said, complaint = cleanup_at(url)
    assert list(directory.users) == ["u1"]
    assert complaint == ""
    last = said.splitlines()[-1]
    assert (code, folder.is_dir()) == ((0, False) if last == "nothing is left" else (10, True))
