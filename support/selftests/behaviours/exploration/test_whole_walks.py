"""Whoever is missing in a walk while others come and go was skipped, unless no walk shows them."""

from __future__ import annotations

import pytest

from support.behaviours.exploration.manners import Address
from support.behaviours.exploration.texts import Sample
from support.errors import UnexpectedContent
from support.selftests.behaviours.exploration.explorer import Explorer
from support.selftests.reference.probe import Probe
from support.users.lists.reader import MOST_WALKS

ADA = Address(Sample("ada.{mark}@example.com", "an address"))
NAMED = {"name": Sample("Ada", "order")}


def look(tmp_path, monkeypatch, skipping):
    """Look for a user in a list of many pages of which so many walks skip them."""
    with Probe() as probe:
        explorer = Explorer(probe, tmp_path, without=("stable-cursor",))
        sequence = explorer.sequence()
        people = [sequence.create(NAMED, ADA) for _ in range(3)]
        reader = type(explorer.observer.api)
        walk_once, walks = reader._walk, []

        def walk(self, *rest, **more):
            walks.append(self)
            operations, items, is_complete = walk_once(self, *rest, **more)
            shown = [item for item in items if len(walks) > skipping or item["id"] != people[1].person.id]
            return operations * 2, shown, is_complete

        monkeypatch.setattr(reader, "_walk", walk)
        sequence.look_around()


def test_somebody_whom_two_walks_skip_alike_is_not_missing(tmp_path, monkeypatch):
    look(tmp_path, monkeypatch, skipping=2)


def test_somebody_whom_no_walk_shows_is_missing(tmp_path, monkeypatch):
    with pytest.raises(UnexpectedContent, match="is found in the list"):
        look(tmp_path, monkeypatch, skipping=10 * MOST_WALKS)
