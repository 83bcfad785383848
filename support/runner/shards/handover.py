"""What a shard leaves to the last one: the facts of its stories for the audit, its journals for the sweep.

Moments of facts are put on the clock that all shards share, and back. What a shard that died did not hand
over is read from its folder if that is here; else only its mark is known, and the lists tell the rest.
"""

from __future__ import annotations

import json
import time
import zlib
from typing import TYPE_CHECKING

from support.audit.facts import PATTERN as FACTS
from support.behaviours.access.answer_watch import FILES as BROKEN
from support.behaviours.access.password_watch import FILES as SHOWN
from support.cleanup.ended_runs import forget
from support.cleanup.journal import HEADER
from support.cleanup.journal import PATTERN as JOURNALS
from support.cleanup.leftovers import Leftovers, read_leftovers
from support.cleanup.run import RUNS
from support.runner.shards.meeting import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.cleanup import Sweeper, Swept
    from support.runner.shards.meeting import Meeting

MOMENTS = ("acknowledged_at", "settled_at")


def leave_facts(meeting: Meeting, folder: Path) -> None:
    """Hand over what the stories of this shard have left to the audit."""
    _send(meeting, "facts", _shift(_read(folder, FACTS, SHOWN, BROKEN), _ahead_s(meeting)))


def take_facts(meeting: Meeting, folder: Path) -> None:
    """Put what the stories of all other shards have left beside what this one's have."""
    for mark in meeting.unswept():
        texts = _shift(_receive(meeting, "facts", mark), -_ahead_s(meeting))
        for name, text in texts.items():
            kind, _, rest = name.rpartition("-")
            (folder / f"{kind}-{mark}.{rest}").write_text(text, encoding="utf-8")


def leave_journals(meeting: Meeting, folder: Path) -> None:
    """Hand over what tells who is to be swept."""
    _send(meeting, "journals", _read(folder, JOURNALS, HEADER))


def sweep_others(meeting: Meeting, sweeper: Sweeper, folder: Path) -> Iterator[tuple[str, Swept]]:
    """Sweep the users of all shards but this one, and tell each what became of its own."""
    for mark, has_closed in meeting.unswept().items():
        swept = sweeper.sweep(_leftovers(meeting, mark, folder, has_closed=has_closed))
        meeting.say(Stage.SWEPT if swept.is_clean else Stage.LEFT, mark)
        if not has_closed and swept.is_clean:
            forget(RUNS / mark)
        yield mark, swept


def _leftovers(meeting: Meeting, mark: str, folder: Path, *, has_closed: bool) -> Leftovers:
    texts = _receive(meeting, "journals", mark) if has_closed else {}
    if texts:
        place = folder / "others" / mark
        place.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (place / name).write_text(text, encoding="utf-8")
    else:
        place = RUNS / mark
    found = read_leftovers(place)
    # Whoever died has perhaps asked for somebody a moment ago.
    return found or Leftovers(mark, place, {}, open={("", 0): time.time()})


def _ahead_s(meeting: Meeting) -> float:
    """Return by how much the clock that all share is ahead of this machine's [s]."""
    return meeting.now() - time.monotonic()


def _shift(texts: dict[str, str], by_s: float) -> dict[str, str]:
    shifted = {}
    for name, text in texts.items():
        lines = []
        for line in text.splitlines():
            try:
                rows = json.loads(line)
            except ValueError:
                continue  # torn by a crash
            for row in rows if isinstance(rows, list) else ():
                row.update({moment: row[moment] + by_s for moment in MOMENTS})
            lines.append(json.dumps(rows) + "\n")
        shifted[name] = "".join(lines)
    return shifted


def _read(folder: Path, *patterns: str) -> dict[str, str]:
    files = [file for pattern in patterns for file in sorted(folder.glob(pattern))]
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def _send(meeting: Meeting, kind: str, texts: dict[str, str]) -> None:
    meeting.hand_over(kind, zlib.compress(json.dumps(texts).encode()))


def _receive(meeting: Meeting, kind: str, mark: str) -> dict[str, str]:
    body = meeting.take(kind, mark)
    texts: dict[str, str] = json.loads(zlib.decompress(body)) if body else {}
    return texts
