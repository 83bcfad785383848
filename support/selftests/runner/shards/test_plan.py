"""Shards have every story once, about as much to do each, and the same stories whoever cuts them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from support.runner.shards.plan import cut, durations_of, note_durations, read_durations

if TYPE_CHECKING:
    from pathlib import Path

CHANCE = random.Random(7)
STORIES = [f"features/a.feature::test_{number}" for number in range(200)]
TOOK_S = {story: CHANCE.choice([0.1, 0.3, 1.0, 8.0]) * CHANCE.uniform(0.9, 1.1) for story in STORIES}


@pytest.mark.parametrize("of", [1, 2, 4, 7])
def test_every_story_has_one_shard_and_no_shard_has_much_more_than_its_part(of: int) -> None:
    plan = cut([STORIES], TOOK_S, of)
    assert plan.keys() == set(STORIES)
    loads = [sum(TOOK_S[story] for story in STORIES if plan[story] == number) for number in range(1, of + 1)]
    assert max(loads) <= 1.25 * sum(loads) / of


def test_the_order_in_which_stories_come_changes_nothing() -> None:
    assert cut([STORIES], TOOK_S, 4) == cut([STORIES[::-1]], TOOK_S, 4)


def test_a_story_that_takes_a_little_longer_moves_few() -> None:
    later = {story: seconds * 1.02 for story, seconds in TOOK_S.items()}
    before, after = cut([STORIES], TOOK_S, 4), cut([STORIES], later, 4)
    assert sum(before[story] != after[story] for story in STORIES) <= len(STORIES) / 2


def test_groups_are_balanced_each_for_itself() -> None:
    plan = cut([STORIES[:100], STORIES[100:]], {}, 4)
    for group in (STORIES[:100], STORIES[100:]):
        assert [sum(plan[story] == number for story in group) for number in range(1, 5)] == [25] * 4


def test_more_shards_than_stories_leave_some_without() -> None:
    assert sorted(cut([STORIES[:2]], {}, 4).values()) == [1, 2]


def test_durations_are_remembered_beside_those_of_other_stories(tmp_path: Path) -> None:
    file = durations_of("a/b", tmp_path)
    assert file.parent == tmp_path / ".acceptance" / "durations"
    note_durations(file, {"x": 1.0, "y": 2.0})
    note_durations(file, {"y": 3.0})
    assert read_durations(file) == {"x": 1.0, "y": 3.0}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": "long"}', '{"x": null}'])
def test_durations_that_cannot_be_read_are_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "durations.json"
    assert read_durations(file) == {}
    file.write_text(text, encoding="utf-8")
    assert read_durations(file) == {}
