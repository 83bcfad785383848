"""Who is asking: bearer tokens from the environment, and what each of them may do.

It decides nothing about users; a tenant is only a name that everything else is filed under.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.reference.http import problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from support.reference.faults.switches import Switches


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a token. `name` tells tokens apart in limits, never to the outside."""

    name: str
    tenant: str
    may_write: bool = True
    is_throttled: bool = False


MAIN_TENANT = "one"
# Variable, demo value for when it is not set, and who that is.
_TOKENS = (
    ("API_TOKEN", "reference-api-token", Caller("main", MAIN_TENANT)),
    ("READ_ONLY_TOKEN", "reference-read-only-token", Caller("reader", MAIN_TENANT, may_write=False)),
    ("THROTTLED_TOKEN", "reference-throttled-token", Caller("throttled", MAIN_TENANT, is_throttled=True)),
    ("OTHER_TENANT_TOKEN", "reference-other-tenant-token", Caller("other", "two")),
)


class Doorkeeper:
    """Knows the tokens and tells who a request comes from."""

    def __init__(self, environment: Mapping[str, str], switches: Switches) -> None:
        self._switches = switches
        self._known: list[tuple[bytes, Caller]] = []
        seen: dict[str, str] = {}
        for variable, demo, caller in _TOKENS:
            token = environment.get(variable) or demo
            if token in seen:
                raise ValueError(f"{variable} and {seen[token]} hold the same token")
            seen[token] = variable
            self._known += [(spelling, caller) for spelling in _spell(token)]

    def identify(self, request: Request) -> Caller:
        """Return the caller of a request; raises Problem 401 when there is none."""
        values = [value for name, value in request.scope["headers"] if name == b"authorization"]
        on = self._switches.on
        if not values:
            if on("M135", request.method == "DELETE"):
                return self._known[0][1]
            raise problems.missing_credentials(403 if on("B27") else 401)
        scheme, _, token = values[0].partition(b" ")
        if on("N154", not token.isascii()):
            raise problems.unexpected()
        found = None
        # Every token is compared, so that the time taken tells nothing.
        for known, caller in self._known:
            if hmac.compare_digest(known, token):
                found = caller
        if found is None and self._switches.has("M136"):
            parts = [who for known, who in self._known if token.startswith(known[: len(known) // 2])]
            found = parts[0] if on("M136", parts) else None
        if found is None and self._switches.has("N60"):
            longer = [who for known, who in self._known if token.startswith(known)]
            found = longer[0] if on("N60", longer) else None
        if len(values) > 1 or scheme.lower() != b"bearer" or found is None:
            raise problems.wrong_credentials(token.decode("latin-1") if on("N52") else "")
        return found


def _spell(token: str) -> set[bytes]:
    """Return the ways in which clients put a token into a header: UTF-8 and, if it can be, Latin-1."""
    spellings = {token.encode()}
    with suppress(UnicodeEncodeError):
        spellings.add(token.encode("latin-1"))
    return spellings
