"""The reference page says what the models say, about every key there is."""

from __future__ import annotations

import re
import tomllib
from datetime import date

import pytest

from support.target.manual import FILE, page_text, to_toml, undescribed
from support.target.profile import Target


def test_the_page_is_not_stale():
    assert FILE.read_text(encoding="utf-8") == page_text(), "run python -m support.target.manual"


def test_every_key_is_described():
    assert undescribed() == []


def test_every_key_stands_on_the_page_under_its_table():
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page_text(), re.MULTILINE | re.DOTALL))
    assert "| `single_s` | number, ≥ 0, ≤ 600 | `2.0` |" in sections["`[bounds]`"]
    assert "| `style` | one of `link`, `page`, `offset`, `cursor`, `none` |" in sections["`[lists]`"]
    assert "| `expires` | date | has to be there |" in sections["`[known.NAME]`"]
    assert "| `token_url` | text |" in sections["`[auth.oauth2]`"]
    top = sections["At the top"]
    names = {name for name in Target.model_fields if f"| `{name}` |" in top or f"`[{name}" in page_text()}
    assert names == set(Target.model_fields)


def test_who_needs_a_key_is_read_from_the_profiles():
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page_text(), re.MULTILINE | re.DOTALL))
    row = next(line for line in sections["`[lists]`"].splitlines() if line.startswith("| `nothing_found`"))
    assert row.split(" | ")[-1] == "mockapi |"
    assert "reference" not in row


@pytest.mark.parametrize("value", ['a "b" ü', 1, 0.5, True, [1, "a"], {"a b": {"c": []}}, date(2027, 1, 31)])
def test_values_are_written_as_toml_reads_them(value):
    assert tomllib.loads(f"x = {to_toml(value)}") == {"x": value}
