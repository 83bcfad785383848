"""Many clients at once: has processes of their own act for a while, and judges what they measured.

The processes belong to the run (`support.load`); what they create is in its journal, and so is swept.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from support import errors
from support.behaviours.strain.measurements import Measurements
from support.behaviours.strain.objectives import too_many
from support.errors import Inconclusive, SlowAnswers, StoryError
from support.target.settings import ROOT

if TYPE_CHECKING:
    from support.behaviours.strain.measurements import Times
    from support.errors import Failure
    from support.target import Target
    from support.target.timing import Objective

MODULE = "support.load"
PEOPLE_OF_ONE = 3  # users that one client has at most
MOST_PROCESSES = 4
STARTING_S = 60.0  # for the processes to come up, and to end [s]
FEWEST_TIMED = 40  # answers of one kind on which a judgement rests


class Load:
    """What stories about many clients do and expect; `run` is the run as text, for the processes."""

    def __init__(self, run: str, target: Target, seconds: float, clients: int, page: int | None) -> None:
        self._seconds = seconds
        room = target.request_limits.live_users
        most = clients if room is None else max(1, room // (2 * PEOPLE_OF_ONE))
        self._clients = min(clients, most)
        self._order = {
            "run": run,
            "seconds": seconds,
            "clients": self._clients,
            "processes": min(MOST_PROCESSES, max(1, self._clients // 10)),
            "people": PEOPLE_OF_ONE,
            "page": page,
        }
        self.measured: Measurements | None = None

    def act(self) -> Measurements:
        """Have the clients act for a while; raises Inconclusive where they could not."""
        if self._seconds <= 0:
            raise StoryError("many clients act for --load SECONDS, and that is 0")
        try:
            done = subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-m", MODULE],
                input=json.dumps(self._order),
                capture_output=True,
                text=True,
                cwd=ROOT,
                timeout=self._seconds + 2 * STARTING_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Inconclusive("the clients did not come to an end") from None
        if done.returncode:
            said = done.stderr.strip().splitlines()
            raise Inconclusive(f"the clients could not act: {said[-1] if said else done.returncode}")
        self.measured = Measurements.from_dict(json.loads(done.stdout))
        self.measured.clients = self._clients
        return self.measured


def judge(measured: Measurements, objective: Objective) -> None:
    """Require that no promise was broken towards a client, and that no kind of request was slow."""
    if measured.findings:
        first = measured.findings[0]
        times = "once" if measured.broken == 1 else f"{measured.broken} times, first as"
        kind: type[Failure] = getattr(errors, first.kind)
        raise kind(
            f"to {measured.clients} clients at once: {first.promised}", f"{times} {first.seen}; {first.how}"
        )
    if not measured.done:
        raise Inconclusive("no client came to do anything")
    if measured.undecided > measured.done:
        total = measured.undecided + measured.done
        raise Inconclusive(f"of {total} things that clients did {measured.undecided} could not be decided")
    timed = [_is_quick(verb, times, objective, measured.clients) for verb, times in measured.times.items()]
    if not any(timed):
        counts = ", ".join(f"{times.count} to {verb}" for verb, times in sorted(measured.times.items()))
        raise Inconclusive(f"too few answers could be timed to say how quick the service is ({counts})")


def _is_quick(verb: str, times: Times, objective: Objective, clients: int) -> bool:
    """Return whether a kind of request was timed often enough; raises SlowAnswers where it was slow."""
    if times.late > times.count:
        raise Inconclusive(f"this machine was too busy to say how quick a request to {verb} is")
    if times.slow >= too_many(times.count, 1 - objective.share):
        raise SlowAnswers(
            f"{objective.share:.0%} of the answers come within {objective.within_s * 1000:.0f} ms, "
            f"also to {clients} clients at once",
            f"{times.slow} of {times.count} requests to {verb} took longer, up to "
            f"{times.max_s * 1000:.0f} ms; chance allows a few",
        )
    return times.count >= FEWEST_TIMED and times.lost <= times.count
