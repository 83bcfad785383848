"""The oddities: what a correct but awkward service may do, and what a careful user writes into its profile.

This is the register only; each oddity lives where such a manner would live and asks ``switches.on(ID)``
there. Nothing here breaks a promise of the profile that goes with it. The numbers are the catalogue's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Oddity:
    """One oddity.

    `profile` overrides the settings of the reference profile, table by table; `withdraws` names the
    promises that its profile does not make.
    """

    id: str
    text: str
    profile: dict[str, Any] = field(default_factory=dict)
    withdraws: tuple[str, ...] = ()


_ALL: tuple[Oddity, ...] = ()

ODDITIES: dict[str, Oddity] = {oddity.id: oddity for oddity in _ALL}
