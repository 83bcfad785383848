"""What a run makes of being told to end, before and while it deletes its users."""

from __future__ import annotations

import os
import signal

import pytest

from support.command_line.signals import NAMES, Signals

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
    assert [signal.getsignal(number) for number in HANDLED] == before
    signal.signal(signal.SIGINT, ours)


@pytest.mark.parametrize("number", HANDLED, ids=lambda number: number.name)
@pytest.mark.usefixtures("signals")
def test_a_run_that_is_told_to_end_is_interrupted(number):
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)


def test_what_must_not_be_cut_short_is_not(signals):
    with signals.put_off() as came:
        for number in HANDLED:
            os.kill(os.getpid(), number)
    assert came == list(NAMES)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)
