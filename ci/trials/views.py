"""A service's users as seen from its own side: in its database, or by plain requests.

Nothing here is shared with the suite's client, so that both are not wrong together. A view returns the state
of each user, as text, by id; it judges nothing.
"""

from __future__ import annotations

import base64
import json
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOOKS = 5  # at a service that fails now and then
LOOK_S = 20.0
NOBODY = 404  # of services that have no empty list


@dataclass(frozen=True, slots=True)
class Service:
    """A service that was started: where it answers, the folder of its own files, credentials by variable."""

    base_url: str
    folder: Path
    credentials: Mapping[str, str]


Users = dict[str, str]
ShownAs = Callable[[Service], dict[str, str]]  # the headers that say who asks


def tabled(table: str, *columns: str, file: str = "users.sqlite3") -> Callable[[Service], Users]:
    """Return the view of a table in the service's SQLite file; name no column that a login changes."""

    def view(service: Service) -> Users:
        (database,) = service.folder.glob(f"*/{file}")
        names = ", ".join(f'"{name}"' for name in ("id", *columns))
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=LOOK_S)) as connection:
            rows = connection.execute(f'select {names} from "{table}"').fetchall()  # noqa: S608 - names of ours
        return {str(row[0]): json.dumps(row[1:]) for row in rows}

    return view


def listed(
    path: str,
    items: str = "",
    *,
    identifier: str = "id",
    page: str = "",
    shown_as: ShownAs | None = None,
) -> Callable[[Service], Users]:
    """Return the view of a list: one answer that holds everybody, or pages that are counted from 1."""

    def look(service: Service, number: int) -> Users:
        answer = request(
            service, f"{path}{'&' if '?' in path else '?'}{page}={number}" if page else path, shown_as
        )
        users = (answer or {}).get(items, []) if items else answer or []
        return {str(user[identifier]): json.dumps(user, sort_keys=True) for user in users}

    def view(service: Service) -> Users:
        seen, number = look(service, 1), 1
        while page and (more := look(service, number := number + 1)):
            seen |= more
        return seen

    return view


def everywhere(*views: Callable[[Service], Users]) -> Callable[[Service], Users]:
    """Return several views as one, for a service whose callers each have their own users."""
    return lambda service: {
        f"{number} {user}": state
        for number, view in enumerate(views)
        for user, state in view(service).items()
    }


def basic(name: str, variable: str) -> ShownAs:
    """Return how a password is shown."""
    return lambda service: {
        "Authorization": "Basic "
        + base64.b64encode(f"{name}:{service.credentials[variable]}".encode()).decode()
    }


def bearer(service: Service) -> dict[str, str]:
    """Return how the token is shown."""
    return {"Authorization": f"Bearer {service.credentials['API_TOKEN']}"}


def named(**headers: str) -> ShownAs:
    """Return how credentials are shown in headers of their own, given the variable of each."""
    return lambda service: {
        name.replace("_", "-"): service.credentials[variable] for name, variable in headers.items()
    }


def request(
    service: Service,
    path: str,
    shown_as: ShownAs | None,
    body: Mapping[str, Any] | None = None,
) -> Any:
    """Return what a GET answers, or a POST of a body; nothing for 404. Raises OSError if it keeps failing."""
    headers = {"Content-Type": "application/json"} if body else {}
    headers |= shown_as(service) if shown_as else {}
    data = json.dumps(body).encode() if body else None
    for left in reversed(range(LOOKS)):
        try:
            asked = urllib.request.Request(service.base_url + path, data, headers)  # noqa: S310 - on loopback
            with urllib.request.urlopen(asked, timeout=LOOK_S) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == NOBODY:
                return None
            if not left:
                raise
        except OSError:
            if not left:
                raise
    return None
