"""What stories about reproductions begin with."""

from __future__ import annotations

import contextlib

import pytest

from support.selftests.reference.probe import Probe
from support.selftests.report.reproductions.stage import Stage


@pytest.fixture
def meet(tmp_path):
    """Return what makes a service in this process, and a suite that talks to it."""
    with contextlib.ExitStack() as stack:
        yield lambda *switches: Stage(stack.enter_context(Probe(*switches)), tmp_path)
