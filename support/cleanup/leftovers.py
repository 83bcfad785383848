"""What the journals of a run say is left to do, whatever they hold, and what of them cannot be read.

A last line that a kill tore says nothing: its request was not sent, or an earlier line tells of it. Any other
line that is no fact is damage, which is told and never guessed at.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.cleanup.journal import HEADER, PATTERN

if TYPE_CHECKING:
    from pathlib import Path

Pair = tuple[str, int | str]
# The kinds of facts, by the member that tells of what.
MEMBERS = {"settled": "settled", "intend": "number", "created": "created", "deleted": "deleted"}
LATEST = 1e12


@dataclass(slots=True)
class Leftovers:
    """What the journals of one run say.

    `ids` are those who are still to be deleted, by caller, and `known` everyone who is known to have been
    created, with when that was noted; `open` are the creations that were never answered for good, with when
    they were sent (epoch [s]). `damage` names what could not be read.
    """

    run: str
    folder: Path
    header: dict[str, Any]
    ids: dict[str, list[int | str]] = field(default_factory=dict)
    known: dict[Pair, float] = field(default_factory=dict)
    callers: set[str] = field(default_factory=set)
    open: dict[tuple[str, int], float] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)

    @property
    def last_open_at(self) -> float:
        """When the last creation was sent of which nothing is known (epoch [s]); 0 when there is none."""
        return max(self.open.values(), default=0.0)

    @property
    def created(self) -> int:
        """How many users the run is known to have created."""
        return len(self.known)

    @property
    def is_empty(self) -> bool:
        """Whether the run is known to have tried to create nobody."""
        return not (self.callers or self.damage)


@dataclass(frozen=True, slots=True)
class _Fact:
    """A line of a journal: what it tells (`intend`, `settled`, `created`, `deleted`) of what."""

    kind: str
    of: Any
    caller: str
    at: float


def read_leftovers(folder: Path) -> Leftovers | None:
    """Read what the journals of a run say; None when the folder holds nothing of a run that sent anything."""
    files = sorted(folder.glob(PATTERN))
    header = _read_header(folder / HEADER)
    if header is None and not files:
        return None
    leftovers = Leftovers(folder.name, folder, header or {})
    if header is None:
        leftovers.damage.append(f"{HEADER}, which names the service, is lost or damaged")
    left: dict[Pair, None] = {}
    for file in files:
        facts, damage = _read_facts(file)
        leftovers.damage += damage
        for fact in facts:
            _take(leftovers, left, file.name, fact)
    for caller, user_id in left:
        leftovers.ids.setdefault(caller, []).append(user_id)
    return leftovers


def _take(leftovers: Leftovers, left: dict[Pair, None], file: str, fact: _Fact) -> None:
    if fact.kind == "settled":
        leftovers.open.pop((file, fact.of), None)
        return
    leftovers.callers.add(fact.caller)
    if fact.kind == "intend":
        leftovers.open[file, fact.of] = fact.at
    elif fact.kind == "deleted":
        left.pop((fact.caller, fact.of), None)
    else:
        left[fact.caller, fact.of] = None
        leftovers.known[fact.caller, fact.of] = fact.at


def _read_header(file: Path) -> dict[str, Any] | None:
    """Return what a run has noted of itself; None where that cannot be read or names no service."""
    try:
        header = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    is_whole = isinstance(header, dict) and isinstance(header.get("base_url"), str)
    return header if is_whole else None


def _read_facts(file: Path) -> tuple[list[_Fact], list[str]]:
    try:
        *lines, torn = file.read_bytes().split(b"\n")
    except OSError as error:
        return [], [f"{file.name} cannot be read ({error.strerror})"]
    if torn and not _is_torn(torn):
        lines.append(torn)
    read = [_fact_of(line) for line in lines]
    unread = read.count(None)
    damage = [f"{file.name} is damaged ({unread} of {len(lines)} lines say nothing)"] if unread else []
    return [fact for fact in read if fact is not None], damage


def _is_torn(line: bytes) -> bool:
    """Return whether a line is the beginning of a fact, of which a kill has cut off the rest."""
    if not line.startswith(b"{"):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return True
    return False


def _fact_of(line: bytes) -> _Fact | None:
    """Read one line; None when it is no fact."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    kind = next((kind for kind in MEMBERS if kind in said), None) if isinstance(said, dict) else None
    if kind is None:
        return None
    of, caller, at = said.get(MEMBERS[kind]), said.get("as"), said.get("at")
    is_numbered = kind in {"intend", "settled"}
    if not (_is_number(of) if is_numbered else _is_id(of)):
        return None
    if not (isinstance(caller, str) or kind == "settled") or not _is_moment(at):
        return None
    # A moment to come, by a clock that was wrong, would have a sweep wait for it.
    return _Fact(kind, of, caller or "", min(float(at), time.time()))


def _is_moment(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -LATEST < value < LATEST  # which neither NaN nor an infinity is


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_id(value: object) -> bool:
    """Return whether a value can be the id of a user; half a character cannot be sent."""
    if isinstance(value, str):
        return not any("\ud800" <= char <= "\udfff" for char in value)
    return _is_number(value)
