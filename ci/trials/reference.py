"""A reference service for a trial, and the users in it who are nobody's business: somebody else made them."""

from __future__ import annotations

import http.client
import json
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from support.runner.embedded import EmbeddedService

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

TENANTS = ("API_TOKEN", "OTHER_TENANT_TOKEN")
WEATHER = 429  # what says so passes
TOKENS = (*TENANTS, "READ_ONLY_TOKEN", "THROTTLED_TOKEN")
# As long as any: a run of another machine that began a moment ago marks its users so.
OTHER_RUN = "acct0zzzzzz"
STRANGERS = (
    {"name": "Ada Lovelace", "email": "ada@mail.example"},
    {"name": "Grace Hopper", "email": "grace@mail.example", "nickname": "amazing"},
    {"name": "accessories", "email": "accessories@shop.example"},
    {"name": f"Alan {OTHER_RUN}.gw0-1.v1", "email": f"alan.{OTHER_RUN}.gw0-1@example.com"},
    {"name": "李小龍", "email": "lee@mail.example"},
)

Everybody = dict[tuple[str, str], dict[str, Any]]


class TrialService(EmbeddedService):
    """A reference service as a context, that is asked directly, past whatever stands in front of it."""

    def __init__(self, *options: str, residents: int = 0) -> None:
        super().__init__("support.reference", TOKENS, options, residents)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def variables(self) -> dict[str, str]:
        """What a run needs in its environment."""
        return {**self.tokens, "BASE_URL": self.base_url}

    @property
    def collection(self) -> str:
        """The path of its users."""
        return f"{urlsplit(self.base_url).path}/users"

    @property
    def pid(self) -> int:
        """The service's process, for signals."""
        return self._process.pid

    def ask(
        self, method: str, path: str, tenant: str = TENANTS[0], body: object = None
    ) -> tuple[int, dict[str, str], Any]:
        """Send a request until it is answered, whatever the weather: status, headers, what was said."""
        while True:
            with suppress(OSError, http.client.HTTPException, ValueError):
                answer = self._ask(method, path, tenant, body)
                if answer[0] < WEATHER:
                    return answer

    def _ask(self, method: str, path: str, tenant: str, body: object) -> tuple[int, dict[str, str], Any]:
        where = urlsplit(self.base_url)
        headers = {
            "Authorization": f"Bearer {self.tokens[tenant]}",
            "Consistency": "strong",
            "Content-Type": "application/json",
        }
        with closing(http.client.HTTPConnection(where.netloc, timeout=30)) as connection:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
            said = answer.read()
            return (
                answer.status,
                {name.lower(): v for name, v in answer.getheaders()},
                json.loads(said or b"0"),
            )

    def count_requests(self) -> int:
        """Return how many requests the service has counted; it was started with `--inspect`."""
        return self._inspect("requests")

    def count_users(self) -> int:
        """Return how many users of all tenants there are; it was started with `--inspect`."""
        return self._inspect("users")

    def _inspect(self, part: str) -> int:
        where = urlsplit(self.base_url)
        with closing(http.client.HTTPConnection(where.netloc, timeout=30)) as connection:
            connection.request("GET", f"/inspect/{part}")
            return sum(json.loads(connection.getresponse().read()).values())

    def settle_strangers(self) -> Everybody:
        """Create users of somebody else in each tenant, and return everybody."""
        for tenant in TENANTS:
            for stranger in STRANGERS:
                status, _, _ = self.ask("POST", self.collection, tenant, stranger)
                if status not in {201, 409}:  # an answer may have been lost, and the request was repeated
                    raise ValueError(f"a stranger could not be created: {status}")
        return self.everybody()

    def everybody(self) -> Everybody:
        """Return all users with their details, by tenant and id."""
        found: Everybody = {}
        for tenant in TENANTS:
            path = f"{self.collection}?limit=50"
            while path:
                _, headers, users = self.ask("GET", path, tenant)
                found.update({(tenant, user["id"]): user for user in users})
                path = headers.get("link", "").partition(">")[0].removeprefix("<")
        return found
