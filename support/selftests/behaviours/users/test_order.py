"""Orders: exact for a story's own people, and for strangers only what every collation agrees on."""

from __future__ import annotations

import pytest

from support.behaviours.users.order import find_disorder, find_disorder_of_strangers


def test_own_people_stand_exactly_in_order() -> None:
    assert not find_disorder(["A b", "A c", "a"], descends=False)
    assert not find_disorder(["b", "b", "a"], descends=True)
    assert find_disorder(["b", "a", "c"], descends=False)
    assert find_disorder(["a", "b"], descends=True)


@pytest.mark.parametrize(
    "values",
    [
        ["Ada Kim", "Bo", "Bob"],
        ["Bob", "Bo X"],  # blanks may count or not
        ["Zoe", "anna"],  # capitals may come first
        ["anna", "Zoe"],
        ["Zoe", "Élodie"],  # with or without accents
        ["Élodie", "Anna"],
        ["", "Anna", "李", "0"],
        ["O'Brien", "Oak"],
        ["9.lives@x.example", "10.lives@x.example"],
        ["2024-05-01T00:00:00", "2024-05-01T00:00:00", "2025-01-01T00:00:00"],
    ],
)
def test_strangers_in_some_collation_are_in_order(values: list[str]) -> None:
    assert not find_disorder_of_strangers(values, descends=False)
    assert not find_disorder_of_strangers(values[::-1], descends=True)


@pytest.mark.parametrize(
    "values", [["Bob", "Anna"], ["zoe.li@x.example", "max@x.example"], ["2025-01-01T00", "2024-01-01T00"]]
)
def test_strangers_out_of_every_order_are_told(values: list[str]) -> None:
    assert find_disorder_of_strangers(values, descends=False)
    assert find_disorder_of_strangers(values[::-1], descends=True)
    assert not find_disorder_of_strangers(values, descends=True)
