"""A run that is interrupted says so, also at an instruction that pytest cannot tell the line of."""

from __future__ import annotations

import pytest

from support.report.summary import RunSummary
from support.report.terminal import StoryTerminal


class Nowhere:
    """An interruption in the middle of what has no line: pytest counts with it and fails."""

    def getrepr(self, **_):
        raise TypeError("unsupported operand type(s) for -: 'NoneType' and 'int'")


def interrupted(config, monkeypatch, excinfo):
    summary = RunSummary(None)
    summary.run = object()  # type: ignore[assignment]
    terminal = StoryTerminal(config, summary)
    shown = []
    monkeypatch.setattr(terminal, "write_sep", lambda _, title, **__: shown.append(title))
    terminal.pytest_keyboard_interrupt(excinfo)
    terminal._report_keyboardinterrupt()
    return shown


def test_an_interruption_without_a_line_is_no_crash(pytestconfig, monkeypatch):
    assert interrupted(pytestconfig, monkeypatch, Nowhere()) == ["KeyboardInterrupt"]


def test_an_interruption_is_shown_where_it_was(pytestconfig, monkeypatch):
    with pytest.raises(KeyboardInterrupt) as caught:
        raise KeyboardInterrupt
    assert interrupted(pytestconfig, monkeypatch, caught) == ["KeyboardInterrupt"]
