"""C5, C6 and C8: outages with every face, in the middle of a run with three workers.

An outage is known from the moment that the run's log says so; from there to the end is what is measured.
"""

from __future__ import annotations

import json
import os
import signal
import time
from datetime import datetime
from typing import TYPE_CHECKING

from ci.trials.conditions.rows import Row
from ci.trials.faces import OUTAGES, status
from ci.trials.proxy import Proxy
from ci.trials.reference import TrialService
from ci.trials.runs import Ended, suite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci.trials.faces import Face

MOST_S = 10.0
MOST_MIB = 300.0
OUTAGE_S = 2.0
PASSED = 150  # requests before the outage
SHORT_S = 1.2
PROFILE = f"""
name = "faulty"
base_path = "/api/v1"
promises = ["unique-email", "pagination", "patch", "put", "strong-read", "validation", "total-count",
    "filter-by-email", "sorting", "etag", "idempotency-key", "password", "timestamps"]
[bounds]
single_s = 0.3
list_s = 0.3
[faults]
max_outage_s = {OUTAGE_S}
"""
OPTIONS = ("features", "-q", "-n", "3", "--target=faulty.toml", "--explore=0")
KNOWN = "the service has been out for longer than"
EXPECTED = "inconclusive, 10, within 10 s of the evidence"
IN_C8 = {
    "HTML for everything",
    "403 with a page, as a firewall",
    "404 with a line, as an ingress",
    "407 with a page, as a proxy",
    "521 with a page, as a network",
    "chunks that stop",
    "not gzip, as it says",
    "interim answers without an end",
    "a length that is too long",
    "a length that is no number",
    "garbage",
    "redirects in a circle",
}


def known_at(folder: Path) -> float | None:
    """Return when the run knew of the outage (epoch [s]), as its log says."""
    log = folder / "reports" / "run.jsonl"
    for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else ():
        said = json.loads(line)
        if str(said.get("event", "")).startswith(KNOWN):
            return datetime.fromisoformat(said["at"]).timestamp()
    return None


def _judge(name: str, condition: str, folder: Path, ended: Ended, broken_at: float) -> Row:
    evidence_at = known_at(folder)
    seconds = ended.ended_at - evidence_at if evidence_at else None
    counts = ended.summary.get("counts", {})
    is_ok = (
        ended.code == 10
        and not counts.get("broken")
        and seconds is not None
        and seconds <= MOST_S
        and ended.peak_mib < MOST_MIB
        and "Traceback" not in ended.said
    )
    told = f"known after {evidence_at - broken_at:.1f} s" if evidence_at else "never known to be out"
    # What is left to do by then, whatever else keeps the machine busy.
    work = f", {ended.processor_since(evidence_at):.1f} s of a processor until the end" if evidence_at else ""
    seen = f"{told}{work}; {_tally(counts)}"
    return Row(name, condition, EXPECTED, is_ok, ended.verdict, ended.code, seconds, ended.peak_mib, seen)


def _tally(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {word}" for word, number in counts.items() if number)


def outage(folder: Path, name: str, condition: str, face: Face | None) -> Row:
    """Have everything answered so from the middle of a run on; without a face nobody listens any more."""
    (folder / "faulty.toml").write_text(PROFILE, encoding="utf-8")
    with (
        TrialService("--bound", "0.3") as service,
        Proxy(service.base_url, face or status(503), after=PASSED) as proxy,
    ):
        run = suite(folder, *OPTIONS, variables={**service.variables, "BASE_URL": proxy.base_url})
        while not proxy.broken.wait(0.05) and run.process.poll() is None:
            pass
        broken_at = time.time()
        if face is None:
            proxy.stop_listening()
        return _judge(name, condition, folder, run.wait(), broken_at)


def outages(folder: Path) -> Iterator[Row]:
    """C5: whatever face an outage has; and one that is over within the profile's time."""
    yield outage(folder, "C5", "refused", None)
    for condition, face in OUTAGES.items():
        if condition not in IN_C8:
            yield outage(folder, "C5", condition, face)
    yield _short(folder)


def gateways(folder: Path) -> Iterator[Row]:
    """C8: a gateway that took over in the middle of a run."""
    for condition, face in OUTAGES.items():
        if condition in IN_C8:
            yield outage(folder, "C8", condition, face)


def stopped(folder: Path) -> Iterator[Row]:
    """C6: the service itself is stopped, and still accepts connections."""
    (folder / "faulty.toml").write_text(PROFILE, encoding="utf-8")
    with TrialService("--bound", "0.3") as service:
        run = suite(folder, *OPTIONS, variables=service.variables)
        while run.process.poll() is None and len(service.everybody()) < PASSED // 3:
            time.sleep(0.05)
        os.kill(service.pid, signal.SIGSTOP)
        broken_at = time.time()
        try:
            ended = run.wait()
        finally:
            os.kill(service.pid, signal.SIGCONT)
    yield _judge("C6", "the service is stopped (SIGSTOP)", folder, ended, broken_at)


def _short(folder: Path) -> Row:
    """Have an outage that is over within the profile's time."""
    (folder / "faulty.toml").write_text(PROFILE, encoding="utf-8")
    expected = "goes on: nothing broken, 9 of 10 stories decided"
    with (
        TrialService("--bound", "0.3") as service,
        Proxy(service.base_url, status(503), after=PASSED) as proxy,
    ):
        options = (*OPTIONS, "-k", "created or cleared or deleted")
        run = suite(folder, *options, variables={**service.variables, "BASE_URL": proxy.base_url})
        while not proxy.broken.wait(0.05) and run.process.poll() is None:
            pass
        time.sleep(SHORT_S)
        proxy.mend()
        ended = run.wait()
    counts = ended.summary.get("counts", {})
    decided = counts.get("kept", 0) / max(1, counts.get("kept", 0) + counts.get("inconclusive", 0))
    is_ok = not counts.get("broken") and decided >= 0.9 and ended.code in {0, 10}
    condition = f"503 for {SHORT_S} s of {OUTAGE_S:g} s"
    return Row(
        "C5",
        condition,
        expected,
        is_ok,
        ended.verdict,
        ended.code,
        ended.seconds,
        ended.peak_mib,
        _tally(counts),
    )
