"""The table of benchmarks: what it reads of a run, and how it compares."""

from __future__ import annotations

import json

import pytest

from support.benchmarks import whole_run
from support.benchmarks.__main__ import tabulate


def line(story: str, verb: str, sent_at: float, answered_at: float) -> str:
    said = {"story": story, "verb": verb, "sent_at": sent_at, "answered_at": answered_at}
    return json.dumps(said) + "\n"


def test_the_figures_of_a_run_are_read_from_its_history(tmp_path):
    lines = [
        line("a", "create", 10.0, 11.0),
        line("a", "look up", 13.0, 14.0),
        line("b", "look up", 10.0, 12.0),
    ]
    (tmp_path / "history.jsonl").write_text("".join(lines), encoding="utf-8")
    figures = whole_run.measure(tmp_path, tmp_path / "nothing")
    assert figures["run_requests"] == 3
    assert figures["run_look_up"] == 2
    assert figures["run_requests_a_story"] == 1.5
    assert figures["run_stories_s"] == 4.0
    assert figures["run_side_by_side"] == pytest.approx(1.5)


def test_where_there_was_no_run_there_are_no_figures(tmp_path):
    assert whole_run.measure(tmp_path, tmp_path) == {}


def test_figures_are_held_against_the_last_ones():
    table = tabulate({"start_s": 1.0, "new_ms": 2.0}, {"start_s": 4.0})
    first, second = table.splitlines()
    assert first.split() == ["start_s", "1.00", "4.00", "0.25"]
    assert second.split() == ["new_ms", "2.00"]
