"""The ids of users: long, random and never given twice (clause 1.1)."""

from __future__ import annotations

import base64
import secrets
import time
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.reference.faults.switches import Switches

_TICKS_PER_S = 200


class Identifiers:
    """Makes ids."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._given_back: str | None = None

    def make(self) -> str:
        """Return a new id."""
        on = self._switches.on
        if self._switches.has("M10"):
            return f"u_{int(time.time() * _TICKS_PER_S)}"
        if on("M11", self._given_back):
            again, self._given_back = str(self._given_back), None
            return again
        return self.make_distinct()

    def make_distinct(self) -> str:
        """Return a new id of the form that ids have here, which no defect gives a second time."""
        on = self._switches.on
        if on("B05"):
            return str(secrets.randbelow(9 * 10**18 - 2**60) + 2**60)
        if self._switches.has("M25") or on("B03"):
            return str(secrets.randbelow(2**53 - 2**40) + 2**40)
        if on("B04"):
            return str(uuid.uuid4())
        return "u_" + base64.b32encode(secrets.token_bytes(10)).decode().lower()

    def give_back(self, identifier: str) -> None:
        """Take note of an id that is no longer in use: only a defect cares."""
        if self._switches.has("M11"):
            self._given_back = identifier
