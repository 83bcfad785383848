"""A deletion that was acknowledged and not done is told as such; lagging lists and refusals are not."""

from __future__ import annotations

import pytest

from support.cleanup import untrue_deletions
from support.cleanup.leftovers import read_leftovers
from support.cleanup.untrue_deletions import never_after_s
from support.selftests.cleanup.directory import Directory, marked
from support.target.timing import Bounds


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Wait shortly where a service would be given ten seconds."""
    monkeypatch.setattr(untrue_deletions, "never_after_s", lambda _: 0.2)


def created(journal, *ids):
    for user_id in ids:
        journal.created(user_id, "API_TOKEN")


def test_a_user_who_is_still_there_by_id_accuses_the_service(journal, sweep_at):
    created(journal, "u1", "u2")
    swept = sweep_at(Directory({"u1": marked(1), "u2": marked(2)}, stubborn={"u2"}))
    assert (swept.deleted, swept.left) == (1, ["u2"])
    (line,) = swept.untrue
    assert line.startswith("the deletion of user u2 was acknowledged, and ")
    assert line.endswith("later the user is still there (clause 2.7)")


def test_a_refused_deletion_accuses_nobody(journal, sweep_at):
    created(journal, "u1")
    swept = sweep_at(Directory({"u1": marked(1)}, broken={"DELETE": 403}))
    assert (swept.left, swept.untrue) == (["u1"], [])


class Lagging(Directory):
    """Shows a deleted user in lists for longer than the sweep goes through them; by id the user is gone."""

    def __call__(self, connection, request):
        self.oddments = [{"id": "u1", **marked(1)}]
        super().__call__(connection, request)


def test_a_list_that_lags_accuses_nobody(journal, sweep_at):
    created(journal, "u1")
    swept = sweep_at(Lagging({"u1": marked(1)}))
    assert (swept.left, swept.untrue) == (["u1"], [])


def test_a_user_whom_no_journal_names_accuses_nobody(sweep_at):
    """A creation that came late may have been given the id of somebody who was deleted."""
    swept = sweep_at(Directory({"u1": marked(1)}, stubborn={"u1"}))
    assert (swept.left, swept.untrue) == (["u1"], [])


def test_another_user_under_the_id_accuses_nobody(journal, sweep_at):
    class Reassigning(Directory):
        def __call__(self, connection, request):
            super().__call__(connection, request)
            if self.deleted:
                self.users["u1"] = {"name": "Grace", "email": "grace@example.com"}

    created(journal, "u1")
    assert sweep_at(Reassigning({"u1": marked(1)})).untrue == []


def test_a_deletion_that_is_promised_for_later_accuses_nobody(journal, sweep_at):
    created(journal, "u1")
    swept = sweep_at(Directory({"u1": marked(1)}, broken={"DELETE": 202}))
    assert (swept.left, swept.untrue) == (["u1"], [])


def test_nobody_is_left_where_everybody_is_gone(journal, folder, sweeper_at):
    created(journal, "u1")
    swept = sweeper_at(Directory({"u1": marked(1)})).sweep(read_leftovers(folder))
    assert swept.is_clean
    assert swept.untrue == []


@pytest.mark.parametrize(("bound_s", "never_s"), [(0.0, 10.0), (2.0, 12.0), (60.0, 180.0)])
def test_a_service_is_given_three_bounds_or_ten_seconds_more(bound_s, never_s):
    assert never_after_s(Bounds(single_s=bound_s, list_s=bound_s)) == never_s
