"""Leaving nothing behind: the run and its folder, the journal of creations, and the sweep.

Deletes what its own runs created and nothing else, and says what it could not look at. It judges no promise.
"""

from support.cleanup.journal import Journal
from support.cleanup.run import Run
from support.cleanup.sweep import Sweeper
from support.cleanup.swept import Swept

__all__ = ["Journal", "Run", "Sweeper", "Swept"]
