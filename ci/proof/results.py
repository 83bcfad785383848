"""Results of many runs, each kept at once as a line of JSON, so that what was cut short can go on."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Result = dict[str, Any]


def keep(results: Iterable[Result], total: int, file: Path, known: Sequence[Result] = ()) -> list[Result]:
    """Write results to a file as they come, after those `known` from earlier, and return all of them."""
    kept = list(known)
    begun = time.monotonic()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(_line(result) for result in known)
        for number, result in enumerate(results, 1):
            kept.append(result)
            stream.write(_line(result))
            stream.flush()
            sys.stderr.write(f"\r{number} of {total} runs, {time.monotonic() - begun:.0f} s ")
    sys.stderr.write("\n")
    return kept


def read_kept(file: Path) -> list[Result]:
    """Return the results of earlier runs that came to their end."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [result for result in map(json.loads, lines) if "error" not in result]


def _line(result: Result) -> str:
    return json.dumps(result, ensure_ascii=False) + "\n"
