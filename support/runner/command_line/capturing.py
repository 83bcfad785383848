"""pytest's capturing, as far as its internals have to be known: what it puts back when it ends."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def hand_to_capture(config: pytest.Config, name: str) -> None:
    """Have capturing put back what now is `sys.stdout` or `sys.stderr`, where it had found none at all.

    pytest flushes standard output when all is over, and does not expect that there is none.
    """
    manager = config.pluginmanager.getplugin("capturemanager")
    captured = getattr(getattr(manager, "_global_capturing", None), name.removeprefix("std"), None)
    for capture in (captured, getattr(captured, "syscapture", None)):
        if getattr(capture, "_old", sys) is None:
            capture._old = getattr(sys, name)  # type: ignore[union-attr]  # noqa: SLF001 - it has the attribute
