"""Loaded last before processes are forked: what is in memory by then is no garbage in any of them."""

from __future__ import annotations

import gc

gc.collect()
gc.freeze()
