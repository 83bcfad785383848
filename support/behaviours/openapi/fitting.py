"""What is true of users and can be said in no schema, put into the requests that a document allows.

A request about a user is about one of ours, an email belongs to one user and bears the mark of the run, and
an idempotency key names one request. Without that most valid requests would be refused for good reasons, and
who is created could not be found again. What is wrong with a request on purpose stays wrong.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests
from schemathesis.core.parameters import ParameterLocation

from support.http import Call
from support.users.forms.paths import MISSING, read, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemathesis import Case

    from support.target import Target
    from support.users import Person, UsersApi

PARAMETER = re.compile(r"\{([^}]*)\}")
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
# What the client sends itself, and what schemathesis would tell of itself.
NOT_SENT = frozenset(
    {"authorization", "user-agent", "accept-encoding", "connection", "cookie", "host", "content-length"}
)
NOT_SENT_BEGINNING = "x-schemathesis"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def is_allowed(case: Case, place: ParameterLocation | None = None) -> bool:
    """Return whether the document allows a request, or what stands in one place of it."""
    if case.meta is None:
        return True
    if place is None:
        return bool(case.meta.generation.mode.is_positive)
    component = case.meta.components.get(place)
    return component is None or bool(component.mode.is_positive)


class Fitting:
    """Makes requests that can be sent; `find_user` returns the id of one of ours, `introduce` a newcomer."""

    def __init__(
        self, api: UsersApi, find_user: Callable[[], object], introduce: Callable[[], Person]
    ) -> None:
        self._api = api
        self._target: Target = api.target
        self._find_user = find_user
        self._introduce = introduce

    def fit(self, case: Case) -> tuple[Call, Person] | None:
        """Return the request, and who would be created by it; None for one that is not ours to send."""
        names = PARAMETER.findall(case.operation.path)
        if names and not is_allowed(case, ParameterLocation.PATH):
            if case.method in CHANGING:
                return None  # it might be the id of a user who is not ours
        elif names:
            case.path_parameters = {**case.path_parameters, names[-1]: str(self._find_user())}
        person = self._introduce()
        body = case.body
        key = self._fit_key(case, person)
        case.body = self._fit_body(case, body, person)
        request = self._prepare(case)
        if request is None:
            return None
        path, headers, raw = request

        def renew() -> bytes:
            """Write the same under another mark: an attempt without an answer may have created somebody."""
            if is_creation and is_allowed(case):
                another = self._introduce()
                case.body = self._fit_body(case, body, another)
                self._api.intend(another.details)
            again = self._prepare(case)
            return again[2] if again else raw

        is_creation = case.operation.method.upper() == "POST"
        is_repeatable = case.method in {"POST", "PATCH"} and not key
        call = Call(
            case.method,
            path,
            headers=headers,
            body=raw or None,
            has_key=key,
            renew=renew if is_repeatable else None,
            shape=f"{case.method} {hash(raw)} {path}",
        )
        return call, person

    def _fit_key(self, case: Case, person: Person) -> bool:
        """Give a request a key of its own where it has one; return whether that makes it safe to repeat."""
        name = self._target.idempotency.header
        if name not in (case.headers or {}) or not is_allowed(case, ParameterLocation.HEADER):
            return False
        mark = f"-{person.mark}"
        most = self._target.idempotency.key_max
        room = None if most is None else max(0, most - len(mark))
        case.headers[name] = case.headers[name][:room] + mark
        return self._target.promise("idempotency-key")

    def _fit_body(self, case: Case, given: Any, person: Person) -> Any:
        """Return a body with an email, or a name, that nobody else has and that bears the mark."""
        wrap, fields = self._target.sending.wrap, self._target.fields
        if not isinstance(given, dict):
            return given
        body = deepcopy(given)
        whole = read(body, wrap, MISSING)
        if not isinstance(whole, dict):
            return body
        is_right = is_allowed(case, ParameterLocation.BODY)
        for detail, path in (("email", fields.email), ("password", fields.password), ("name", fields.name)):
            value = read(whole, path, MISSING) if path else MISSING
            if not path or not isinstance(value, str) or (detail == "name" and fields.email):
                continue
            if is_right and detail in person.details:
                write(whole, path, person.details[detail])
            elif detail == "email" and EMAIL.fullmatch(value) and len(value) <= self._target.limits.email:
                write(whole, path, f"{person.mark}.{value}")  # wrong as before, and known as ours
        return body

    def _prepare(self, case: Case) -> tuple[str, dict[str, str | bytes], bytes] | None:
        """Return path, headers and body as they go on the wire; None for what cannot be sent there."""
        try:
            kwargs = case.as_transport_kwargs(base_url=self._base_of(case))
            kwargs.pop("cookies", None)
            kwargs.pop("auth", None)
            prepared = requests.Request(**kwargs).prepare()
            body = prepared.body or b""
            raw = body.encode() if isinstance(body, str) else bytes(body)
        except (ValueError, TypeError, requests.RequestException):
            return None
        base_url, url = self._api.client.base_url, prepared.url or ""
        if not url.startswith(f"{base_url}/") or not _is_shaped(
            case.operation.path, url, self._base_of(case)
        ):
            return None
        headers: dict[str, str | bytes] = {
            name: value
            for name, value in prepared.headers.items()
            if name.lower() not in NOT_SENT and not name.lower().startswith(NOT_SENT_BEGINNING)
        }
        return url.removeprefix(base_url), headers, raw

    def _base_of(self, case: Case) -> str:
        """Return what stands before the path of a request, which the document may count to it."""
        base_url = self._api.client.base_url
        base_path = urlsplit(base_url).path
        is_whole = bool(base_path) and case.operation.path.startswith(f"{base_path}/")
        return base_url.removesuffix(base_path) if is_whole else base_url


def _is_shaped(template: str, url: str, base: str) -> bool:
    """Return whether a path has the steps of its template: an empty id would be the whole collection."""
    wanted = template.strip("/").split("/")
    got = urlsplit(url).path.removeprefix(urlsplit(base).path).strip("/").split("/")
    return len(wanted) == len(got) and all(
        unquote(step) not in {"", ".", ".."} and "/" not in unquote(step) for step in got
    )
