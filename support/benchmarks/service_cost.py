"""What requests cost the reference service: processor time of its process alone, one connection, no weather.

Held against the processor time that a bare `requests.Session` takes for the same ones. Linux only: it is read
from `/proc`. Prints nothing; `python -m support.benchmarks` does.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from support.runner.embedded import EmbeddedService
from support.target.profiles import load_target

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 500


def _spent(pid: int) -> float:
    """Return the processor time that a process has taken [s]."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure() -> dict[str, float]:
    """Return the cost of a creation, a look-up and a page of a hundred [ms], and of looking up by ratio."""
    target = load_target("reference")
    service = EmbeddedService(
        target.embedded or "", target.auth.variables, ["--weather", "calm", "--bound", "0", "--seed", "1"]
    )
    users = f"{service.base_url}/users"
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {service.tokens[target.auth.token]}"

    def cost(send: Callable[[int], object]) -> tuple[float, float]:
        before, own = _spent(service.pid), time.process_time()
        for number in range(COUNT):
            send(number)
        spent, own_s = _spent(service.pid) - before, time.process_time() - own
        return 1000 * spent / COUNT, 1000 * own_s / COUNT

    def create(number: int) -> None:
        details = {"name": "Ada King", "email": f"ada.{number}@example.com", "nickname": "ada"}
        ids.append(session.post(users, json=details).json()["id"])

    ids: list[str] = []
    try:
        creation, _ = cost(create)
        look_up, bare = cost(lambda number: session.get(f"{users}/{ids[number]}").content)
        page, _ = cost(lambda _: session.get(users, params={"limit": "100"}).content)
    finally:
        service.stop()
    return {
        "service_create_ms": creation,
        "service_look_up_ms": look_up,
        "service_page_ms": page,
        "service_look_up_ratio": look_up / bare,
    }
