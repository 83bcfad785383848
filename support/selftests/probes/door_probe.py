"""Ways to try a door from self-tests: knock as a run does, hear the complaint, have tokens issued."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from support.cleanup.sweep import Sweeper
from support.clock import SystemClock
from support.errors import ConfigurationError
from support.target.profiles import parse_target
from support.target.settings import load_tokens
from support.users.reachability import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.selftests.servers.doors import Door, Visit

SECRET = "correct-horse-battery-staple"


def knock(door: Door, auth: dict[str, Any], **profile: Any) -> None:
    """Look in the way a run does before its first story."""
    raw = {"name": "door", "auth": auth, "faults": {"max_outage_s": 0}, **profile}
    target = parse_target(raw, source="door.toml")
    check(Sweeper(door.url, target, load_tokens(target)).client, SystemClock())


def complaint(door: Door, auth: dict[str, Any], **profile: Any) -> str:
    """Return the one line that a run would end with."""
    with pytest.raises(ConfigurationError) as caught:
        knock(door, auth, **profile)
    line = str(caught.value)
    assert "\n" not in line
    assert len(line) < 300
    assert SECRET not in line
    return line


def bears(value: str, header: str = "authorization") -> Callable[[Visit], bool]:
    """Demand a header of that value."""
    return lambda visit: visit.headers.get(header) == value


def basic(pair: str) -> str:
    """Make the header of basic authentication for `id:secret`."""
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


class Bank:
    """An issuer of access tokens that live for a while."""

    def __init__(self, life_s: object = 3600, pair: str = f"my%3Aclient:{SECRET}") -> None:
        self.life_s = life_s
        self.pair = pair
        self.given: list[str] = []
        self.failures = 0

    def issue(self, visit: Visit) -> tuple[int, dict[str, object]]:
        if self.failures:
            self.failures -= 1
            return 503, {}
        form = {name: values[0] for name, values in visit.form.items()}
        in_body = f"{form.get('client_id')}:{form.get('client_secret')}" == self.pair.replace("%3A", ":", 1)
        if visit.headers.get("authorization") != basic(self.pair) and not in_body:
            return 401, {"error": "invalid_client"}
        assert form["grant_type"] == "client_credentials"
        self.given.append(f"issued-token-{len(self.given)}-{form.get('scope', '')}-{'x' * 12}")
        return 200, {"access_token": self.given[-1], "token_type": "Bearer", "expires_in": self.life_s}

    def knows(self, visit: Visit) -> bool:
        return bool(self.given) and visit.headers.get("authorization") == f"Bearer {self.given[-1]}"
