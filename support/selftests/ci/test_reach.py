"""A change is tried with the stories that reach its line, the quick ones first."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

from ci.proof.mutation import Mutant
from ci.proof.reach import Reach, _tell

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = Reach(
    lines={"A": frozenset({"m:1", "m:2"}), "B": frozenset({"m:2"}), "C": frozenset({"m:2"})},
    seconds={"A": 0.2, "B": 5.0, "C": 0.1},
    at_start=frozenset({"m:1", "m:2", "m:3"}),
)


def test_a_change_is_tried_with_the_stories_that_reach_it() -> None:
    assert KNOWN.of(Mutant("m", 0, 1, "")) == (("A",), ())
    assert KNOWN.of(Mutant("m", 0, 2, "")) == (("A", "C"), ("B",))


def test_what_only_the_start_reaches_matters_to_every_story() -> None:
    assert KNOWN.of(Mutant("m", 0, 3, "")) == (("A", "C"), ("B",))


def test_what_nothing_reaches_is_not_tried() -> None:
    assert KNOWN.of(Mutant("m", 0, 4, "")) == ((), ())


def test_the_service_tells_what_was_reached_since_it_was_last_asked(tmp_path: Path) -> None:
    reached = {"m:2", "m:1"}
    threading.Thread(target=_tell, args=(reached, tmp_path), daemon=True).start()
    for expected in (["m:1", "m:2"], []):
        (tmp_path / "wanted").touch()
        deadline = time.monotonic() + 10
        while not (tmp_path / "told").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert json.loads((tmp_path / "told").read_text(encoding="utf-8")) == expected
        (tmp_path / "told").unlink()
