"""Which stories have the service execute which of its lines: told by one traced run against a healthy one.

A change at a line that no story reaches is seen by none, and one at another line only by the stories that
reach it. So most changes need a few stories only, and those that need none are what to think about first.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import secrets
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci.proof.catalogue import Case, profile_for
from ci.proof.runner import TOKENS, Plan, judge, read_base_url, serve, to_toml
from support.target.settings import REPORTS, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from ci.proof.mutation import Mutant

KEPT = REPORTS / "reach.json"
SERVICE = ROOT / "support" / "reference"
# A traced service is slow: it needs more time than others to keep a promise.
BOUND_S = 2.0
QUICK_S = 1.0
LOOK_EVERY_S = 0.005
LONGEST_RUN_S = 1800.0


@dataclass(frozen=True, slots=True)
class Reach:
    """For each story the lines that it reaches and how long it takes [s]; and those of the start alone."""

    lines: Mapping[str, frozenset[str]]
    seconds: Mapping[str, float]
    at_start: frozenset[str]

    def of(self, mutant: Mutant) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the quick stories that reach a change, and the others.

        These are all where only the start of the service reaches it.
        """
        line = f"{mutant.module}:{mutant.line}"
        stories = [story for story, lines in self.lines.items() if line in lines]
        if not stories and line in self.at_start:
            stories = list(self.lines)
        quick = [story for story in stories if self.seconds[story] < QUICK_S]
        return tuple(sorted(quick)), tuple(sorted(set(stories) - set(quick)))


def find_reach() -> Reach:
    """Return what is known of this state of the service, else run the suite once to find out."""
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(SERVICE.rglob("*.py")))).hexdigest()
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    if kept.get("service") != digest:
        kept = {"service": digest, **_measure()}
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        KEPT.write_text(json.dumps(kept), encoding="utf-8")
    lines = {story: frozenset(reached) for story, reached in kept["lines"].items()}
    return Reach(lines, kept["seconds"], frozenset(kept["at_start"]))


def _measure() -> dict[str, Any]:
    context = multiprocessing.get_context("fork")
    case = Case(1, "calm")
    plan = Plan(BOUND_S, 1, {})
    with tempfile.TemporaryDirectory(prefix="reach-") as name:
        folder = Path(name)
        tokens = {variable: secrets.token_urlsafe(24) for variable in TOKENS}
        service = context.Process(target=_serve_traced, args=(case, plan, tokens, folder))
        service.start()
        try:
            base_url = read_base_url(folder, service, 0)
            profile = folder / "profile.toml"
            profile.write_text(to_toml(profile_for([], BOUND_S)), encoding="utf-8")
            listener = _Listener(folder)
            suite = context.Process(target=judge, args=(case, base_url, profile, tokens, folder, [listener]))
            suite.start()
            suite.join(LONGEST_RUN_S)
            suite.terminate()  # one that waits for a service that has died would do so for ever
            found: dict[str, Any] = json.loads((folder / "reach.json").read_text(encoding="utf-8"))
        finally:
            service.terminate()
            service.join(10)
    return found


class _Listener:
    """Asks the service after each story which lines it has reached since."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[str, Any] = {"lines": {}, "seconds": {}, "at_start": []}

    def pytest_sessionstart(self) -> None:
        """Take what was reached before any story."""
        self._found["at_start"] = self._take()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Take what a story reached."""
        story = getattr(report, "story", None)
        if not story:
            return
        name = story["ids"][0]
        lines, seconds = self._found["lines"], self._found["seconds"]
        lines[name] = sorted({*lines.get(name, ()), *self._take()})
        seconds[name] = seconds.get(name, 0.0) + (story["seconds"] or 0.0)

    def pytest_unconfigure(self) -> None:
        """Write down what was found."""
        (self._folder / "reach.json").write_text(json.dumps(self._found), encoding="utf-8")

    def _take(self) -> list[str]:
        (self._folder / "wanted").touch()
        told = self._folder / "told"
        while not told.exists():
            time.sleep(LOOK_EVERY_S)
        lines: list[str] = json.loads(told.read_text(encoding="utf-8"))
        told.unlink()
        return lines


def _serve_traced(case: Case, plan: Plan, tokens: Mapping[str, str], folder: Path) -> None:
    reached: set[str] = set()
    modules: dict[str, str] = {}
    beginning = str(SERVICE)

    def look_inside(frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            reached.add(f"{modules[frame.f_code.co_filename]}:{frame.f_lineno}")
        return look_inside

    def look(frame: FrameType, _: str, __: object) -> Any:
        file = frame.f_code.co_filename
        if not file.startswith(beginning):
            return None
        modules.setdefault(file, ".".join(Path(file).relative_to(ROOT).with_suffix("").parts))
        reached.add(f"{modules[file]}:{frame.f_lineno}")
        return look_inside

    threading.Thread(target=_tell, args=(reached, folder), daemon=True).start()
    sys.settrace(look)
    serve(case, plan, tokens, folder)


def _tell(reached: set[str], folder: Path) -> None:
    """Say what was reached each time somebody wants to know, and forget it."""
    while True:
        time.sleep(LOOK_EVERY_S)
        if (folder / "wanted").exists():
            (folder / "wanted").unlink()
            lines = sorted(reached.copy())
            reached.clear()
            (folder / "part").write_text(json.dumps(lines), encoding="utf-8")
            (folder / "part").rename(folder / "told")
