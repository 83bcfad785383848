"""A run is told to its workers whole, and every process of it hides the same secrets."""

from __future__ import annotations

import pytest

import support.cleanup.run
from support.cleanup.run import Run, choose_target, is_embedded, new_identity
from support.secrets.redaction import REDACTOR
from support.target.profiles import load_target, parse_target
from support.target.settings import Settings
from support.users.markers import find_run

PASSING = {
    "name": "x",
    "auth": {"other_tenant": "B_TOKEN"},
    "refusals": {"the email is already in use": [409]},
}


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    monkeypatch.setattr(support.cleanup.run, "RUNS", tmp_path / "runs")


@pytest.mark.parametrize("target", [load_target("reference"), parse_target(PASSING, source="here")])
def test_a_worker_gets_the_run_as_it_is(tmp_path, target):
    run = Run(
        id="acct0abcdzz",
        seed=7,
        folder=tmp_path,
        base_url="http://127.0.0.1:1/api",
        target=target,
        tokens={"API_TOKEN": 'töken-"with"-\\quotes\n'},
        reports=tmp_path / "reports",
        embedded=True,
    )
    assert Run.from_controller(run.to_worker()) == run


def test_a_worker_is_told_what_the_profile_leaves_out(tmp_path):
    """What a profile does not say is a default, and in no process a promise."""
    bare = parse_target({"name": "x", "limits": {"page_max": 5}}, source="here")
    told = Run.from_controller(Run("acct0abcdzz", 7, tmp_path, "http://x", bare, {}).to_worker())
    assert told.target.limits.model_fields_set == {"page_max"}
    assert told.target == bare


@pytest.mark.parametrize("declared", [False, True])
def test_ids_that_were_seen_to_come_back_make_requests_careful_and_promise_nothing(tmp_path, declared):
    target = parse_target({"name": "x", "fields": {"ids_return": declared}}, source="here")
    run = Run("acct0abcdzz", 7, tmp_path, "http://x", target, {}, ids_return=True)
    told = Run.from_controller(run.to_worker())
    assert told.careful_target.fields.ids_return
    assert told.target.fields.ids_return is declared


def test_a_worker_hides_what_the_controller_hides(tmp_path):
    run = Run(
        "acct0abcdzz", 7, tmp_path, "http://x", load_target("reference"), {"API_TOKEN": "handed-over-4711"}
    )
    text = run.to_worker()
    assert "handed-over-4711" not in repr(run)
    Run.from_controller(text)
    assert "handed-over-4711" not in REDACTOR.text("it said handed-over-4711")


def test_a_run_has_a_mark_a_seed_and_a_folder_of_its_own():
    runs = [new_identity(None) for _ in range(20)]
    assert len({identity for identity, _, _ in runs}) == len({folder for *_, folder in runs}) == 20
    assert len({seed for _, seed, _ in runs}) > 15
    assert all(folder.is_dir() and find_run(identity)[0] == identity for identity, _, folder in runs)
    assert new_identity(0)[1] == 0


def test_a_bound_of_the_caller_holds_for_every_view():
    target = choose_target(Settings(target="reference"), None, 0.5)
    assert target.bounds.of("single") == target.bounds.of("list") == 0.5
    assert choose_target(Settings(target="nobody"), "reference", None).bounds.single_s == 2.0


def test_the_service_is_brought_along_only_where_there_is_none():
    reference = load_target("reference")
    assert is_embedded(Settings(base_url=None), reference)
    assert not is_embedded(Settings(base_url="http://x"), reference)
    assert not is_embedded(Settings(base_url=None), reference.model_copy(update={"base_url": "http://x"}))
    assert not is_embedded(Settings(base_url=None), parse_target({"name": "x"}, source="here"))
