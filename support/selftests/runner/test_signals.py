"""What a run makes of being told to end, before and while it deletes its users."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from support.command_line.signals import EXIT, NAMES, Signals
from support.target.settings import ROOT

HANDLED = [getattr(signal, name) for name in NAMES]


@pytest.fixture
def signals():
    """Handle signals, and leave them afterwards to whoever had them."""
    # A shell starts what runs in the background without an interest in Ctrl-C.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    before = [signal.getsignal(number) for number in HANDLED]
    handling = Signals()
    yield handling
    handling.close()
    for number, handler in zip(HANDLED, before, strict=True):
        signal.signal(number, handler)
    signal.signal(signal.SIGINT, ours)


@pytest.mark.parametrize("number", HANDLED, ids=lambda number: number.name)
@pytest.mark.usefixtures("signals")
def test_a_run_that_is_told_to_end_is_interrupted(number):
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)


@pytest.mark.usefixtures("signals")
def test_a_run_that_is_ending_is_not_interrupted_again():
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)
    for number in (signal.SIGTERM, signal.SIGHUP):
        os.kill(os.getpid(), number)


def test_what_must_not_be_cut_short_is_not(signals):
    with signals.put_off() as came:
        for number in HANDLED:
            os.kill(os.getpid(), number)
    assert came == list(NAMES)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)


def test_after_a_run_that_nobody_told_to_end_signals_are_as_before():
    before = [signal.getsignal(number) for number in HANDLED]
    handling = Signals()
    with handling.put_off():
        os.kill(os.getpid(), signal.SIGHUP)
    assert [signal.getsignal(number) for number in HANDLED] != before
    handling.close()
    assert [signal.getsignal(number) for number in HANDLED] == before


TOLD = """
import os, signal
from support.command_line.signals import Signals
signals = Signals()
try:
    os.kill(os.getpid(), signal.SIGTERM)
except KeyboardInterrupt:
    print("interrupted")
signals.close()
os.kill(os.getpid(), signal.{name})
"""


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_run_that_was_told_to_end_and_is_told_again_at_its_last_ends_by_the_same_code(name):
    ran = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", TOLD.format(name=name)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr) == (EXIT, "interrupted\n", "")


START = """
import os, signal, sys
from support.command_line.signals import Start
signal.signal(signal.SIGINT, {before})
Start.begin()
{then}
os.kill(os.getpid(), signal.{name})
signal.sigtimedwait([], 1)
"""


def at_start(name, before="signal.default_int_handler", then=""):
    """Have a process tell itself to end while it starts; return how it ended and what it said."""
    ran = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", START.format(name=name, before=before, then=then)],
        cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    return ran.returncode, ran.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_start_that_is_told_to_end_says_so_in_one_line(name):
    code, said = at_start(name)
    assert (code, said) == (EXIT, f"told to end ({name}) before the run began: nothing was sent\n")


@pytest.mark.parametrize("name", NAMES)
def test_after_the_start_signals_are_as_before(name):
    code, said = at_start(name, then="Start.end()")
    assert code == -getattr(signal, name)
    assert "before the run began" not in said


def test_a_start_in_the_background_is_not_ended_by_an_interrupt_of_others():
    assert at_start("SIGINT", before="signal.SIG_IGN") == (0, "")
