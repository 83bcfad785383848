"""The script's own part: what it is told by the environment, and what it says in the end."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import requests

from support.report.reproductions.script.answers import Answer
from support.report.reproductions.script.player import Attempt
from support.report.reproductions.script.symbols import CannotTell

if TYPE_CHECKING:
    from collections.abc import Mapping

FAULT, MENDED, UNKNOWN = 1, 0, 2
HANG_UP_S = 0.001


class Client:
    """Sends requests to a base URL and counts them."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.count = 0
        self._session = requests.Session()
        self._session.auth = lambda request: request  # what stands in .netrc is not for this

    def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, *, hang_up: bool
    ) -> Answer:
        """Send one request."""
        self.count += 1
        sent = {name: value.encode() for name, value in headers.items()}
        answer = self._session.request(
            method,
            self.base_url + path,
            headers=sent,
            data=body,
            timeout=(5, HANG_UP_S if hang_up else 30),
            allow_redirects=False,
        )
        return Answer(answer.status_code, {n.lower(): v for n, v in answer.headers.items()}, answer.content)


def secret(name: str) -> str:
    """Return a token from the environment."""
    value = os.environ.get(name, "")
    if not value:
        raise CannotTell(f"set {name}")
    return value


def main(plan: Mapping[str, Any]) -> int:
    """Play a plan as often as it says; return the exit code."""
    base_url = os.environ.get("BASE_URL", plan["base_url"])
    if not base_url:
        print("cannot tell: set BASE_URL")  # noqa: T201
        return UNKNOWN
    client = Client(base_url)
    problem, judged = "", 0
    for _ in range(plan["attempts"] + 5):
        attempt = Attempt(plan, client, secret)
        try:
            complaint = attempt.play()
            judged += 1
        except (CannotTell, requests.RequestException) as error:
            problem, complaint = str(error), ""
            if isinstance(error, requests.ConnectionError) and not attempt.answers:
                break
        finally:
            attempt.clean_up()
        if complaint:
            print(f"the fault is there: {complaint} ({client.count} requests)")  # noqa: T201
            return FAULT
        if judged >= plan["attempts"]:
            break
    if judged >= plan["attempts"] and plan["enough"]:
        print(f"the fault is not there ({client.count} requests)")  # noqa: T201
        return MENDED
    print(f"cannot tell: {problem or f'it did not show in {judged} attempts'}")  # noqa: T201
    return UNKNOWN


if __name__ == "__main__":
    sys.exit(main({}))
