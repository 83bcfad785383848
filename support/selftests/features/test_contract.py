"""The contract in the project has every clause that a story or a planted defect names, and every promise."""

from __future__ import annotations

import re

from support.report.contract import CONTRACT, link_of, read_clauses
from support.runner.binding import read_tags
from support.target.promises import PROMISES
from support.target.settings import ROOT


def test_every_clause_that_a_story_proves_stands_in_the_contract():
    tagged = {
        tag.removeprefix("clause-") for tag in read_tags(ROOT / "features") if tag.startswith("clause-")
    }
    assert tagged
    assert tagged <= set(read_clauses())
    assert all(read_clauses().values())


def test_every_anchor_is_a_clause_with_text():
    anchors = re.findall(r'<a id="clause-([\d.]+)">', CONTRACT.read_text(encoding="utf-8"))
    assert len(anchors) == len(set(anchors))
    assert list(read_clauses()) == anchors
    assert link_of("2.7") == "promises.html#clause-2.7"


def test_the_table_of_promises_is_that_of_the_profiles():
    table = CONTRACT.read_text(encoding="utf-8").partition("## Promises")[2]
    assert set(re.findall(r"^\| `([a-z-]+)`", table, re.MULTILINE)) == set(PROMISES)
