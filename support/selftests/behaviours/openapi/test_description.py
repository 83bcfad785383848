"""A service that answers as its document says is not accused, in whatever weather; a wrong document is."""

from __future__ import annotations

import json

import pytest

from support.behaviours.openapi import PURPOSES, Description
from support.errors import ConfigurationError, Inconclusive, NotApplicable, UnexpectedContent
from support.reference.openapi.document import describe_api
from support.selftests.behaviours.exploration.explorer import Explorer
from support.selftests.reference.probe import Probe
from support.target.profiles import load_target


class Asker:
    """Asks a service in this process what a document describes; `changes` are those of the profile."""

    def __init__(self, probe, folder, *, losses=0.0, requests=40, **changes):
        self.explorer = Explorer(probe, folder, losses=losses)
        api = self.explorer.observer.api
        api.target = api.client.target = api.target.model_copy(update=changes)
        self.description = Description(self.explorer.observer, self.explorer.people, requests, 7)

    @property
    def sent(self):
        """Every request with its verb, the fetching of the document aside."""
        history = self.explorer.observer.api.client.history
        return [(each.verb, each.last.request) for each in history if "openapi" not in each.last.request.path]


def paths_of(folder, **changes):
    """Write a document whose paths are changed, and return where it is."""
    file = folder / "openapi.json"
    file.write_text(json.dumps({**describe_api(), **changes}), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("losses", [0.0, 0.2])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_sound_service_is_not_accused_whatever_is_lost(tmp_path, purpose, losses):
    with Probe() as probe:
        asker = Asker(probe, tmp_path, losses=losses)
        asked = asker.description.ask(purpose)
        asker.description.is_kept(asked)
    assert asked.sent > 15
    assert not asked.findings


@pytest.mark.parametrize("purpose", ["create users", "look up a user", "list users"])
def test_a_document_that_is_wrong_about_a_member_is_told_of(tmp_path, purpose):
    """The finding says what is wrong and where, and shows the answer, not the whole schema."""
    with Probe("N96") as probe:
        asker = Asker(probe, tmp_path)
        with pytest.raises(UnexpectedContent) as told:
            asker.description.is_kept(asker.description.ask(purpose))
    assert 'null is not of type "string"' in told.value.seen
    assert "nickname" in told.value.seen
    assert told.value.evidence
    assert "\n" not in told.value.seen
    assert probe.hits["N96"] > 0


def test_a_fault_of_the_service_on_odd_input_is_told_of(tmp_path):
    """M20 answers a look-up of an unknown id with 500, which the document does not know."""
    with Probe("M20") as probe:
        asker = Asker(probe, tmp_path)
        with pytest.raises(UnexpectedContent):
            asker.description.is_kept(asker.description.ask("look up a user"))


def test_nobody_else_is_changed_or_deleted(tmp_path):
    """Whatever id the document allows, writes are about users of the run, and all of these bear its mark."""
    with Probe() as probe:
        foreign = [probe.create() for _ in range(3)]
        asker = Asker(probe, tmp_path)
        for purpose in PURPOSES:
            asker.description.ask(purpose)
        assert [probe.read(user).json for user in foreign] == foreign
        ours = [user for user in probe.all() if user not in foreign]
    run = asker.explorer.people._run
    assert ours
    assert all(run in user["email"] for user in ours)
    assert {verb for verb, request in asker.sent if request.method == "DELETE"} == {"delete"}
    assert not [r for _, r in asker.sent if r.method == "DELETE" and r.path.rstrip("/").endswith("/users")]


def test_the_same_seed_asks_the_same(tmp_path):
    shapes = []
    for _ in range(2):
        with Probe() as probe:
            asker = Asker(probe, tmp_path)
            asker.description.ask("list users")
            shapes.append([request.path for _, request in asker.sent])
    assert shapes[0] == shapes[1]


def test_what_the_service_does_not_promise_to_refuse_it_may_take(tmp_path):
    """The document wants every detail of a new user; a service that wants fewer is not accused."""
    document = describe_api()
    new = document["components"]["schemas"]["NewUser"]
    document["components"]["schemas"]["NewUser"] = {**new, "required": list(new["properties"])}
    file = paths_of(tmp_path, components=document["components"])
    with Probe() as probe:
        target = load_target("reference")
        for promises, accused in ((target.promises, True), (target.promises - {"validation"}, False)):
            asker = Asker(probe, tmp_path, openapi=file, promises=promises, requests=120)
            asked = asker.description.ask("create users")
            assert bool(asked.findings) == accused


def test_a_document_may_count_the_base_path_to_its_paths(tmp_path):
    paths = {f"/api/v1{path}": item for path, item in describe_api()["paths"].items()}
    with Probe() as probe:
        asker = Asker(probe, tmp_path, openapi=paths_of(tmp_path, paths=paths, servers=[{"url": "/"}]))
        asked = asker.description.ask("list users")
        asker.description.is_kept(asked)
    assert asked.sent > 15


def test_a_document_without_an_operation_has_no_story_about_it(tmp_path):
    paths = {"/users": describe_api()["paths"]["/users"]}
    with Probe() as probe:
        asker = Asker(probe, tmp_path, openapi=paths_of(tmp_path, paths=paths))
        with pytest.raises(NotApplicable, match=r"without GET /users/\{id\}"):
            asker.description.ask("look up a user")


@pytest.mark.parametrize(
    ("openapi", "error"), [("/nothing.json", Inconclusive), ("nothing.json", ConfigurationError)]
)
def test_a_document_that_is_not_there_is_no_defect(tmp_path, openapi, error):
    with Probe() as probe, pytest.raises(error):
        Asker(probe, tmp_path, openapi=openapi).description.ask("list users")


def test_a_file_is_looked_for_beside_the_profile(tmp_path):
    (tmp_path / "mine.toml").write_text('name = "mine"\nopenapi = "api/openapi.yaml"\n', encoding="utf-8")
    assert load_target(str(tmp_path / "mine.toml")).openapi == (tmp_path / "api" / "openapi.yaml").as_uri()
    (tmp_path / "other.toml").write_text('name = "other"\nopenapi = "/openapi.json"\n', encoding="utf-8")
    assert load_target(str(tmp_path / "other.toml")).openapi == "/openapi.json"
