"""The OpenAPI document of a target: where it comes from, and where in it the profile's operations are."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import schemathesis
from schemathesis.config import SchemathesisConfig

from support.errors import ConfigurationError, Inconclusive, NotApplicable
from support.http import Call, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.schemas import APIOperation, BaseSchema

    from support.target import Target
    from support.target.sending.operations import OperationName
    from support.users import UsersApi

PARAMETER = re.compile(r"\{[^}]*\}")
# Refusals that are not for the form of a request: who asks, of whom, and what has become of them.
NOT_FOR_THE_FORM = (401, 403, 404, 409, 410, 412, 423, 428, 429)
FOR_THE_FORM = (400, 405, 406, 411, 413, 414, 415, 416, 417, 422, 431)


class Document:
    """A document, and the target that it describes."""

    def __init__(self, schema: BaseSchema, target: Target, base_url: str) -> None:
        self._schema = schema
        self._target = target
        self._base_path = urlsplit(base_url).path.rstrip("/")

    def operation(self, name: OperationName) -> APIOperation:
        """Return an operation of the profile as it is described; raises NotApplicable without one."""
        try:
            route = self._target.route(name)
        except LookupError as error:
            raise NotApplicable(str(error)) from None
        for path, full_path, method in self._described():
            if method == route.method.lower() and self._is_at(route.path, path, full_path):
                found: APIOperation = self._schema[path][method]
                return found
        raise NotApplicable(
            f"target {self._target.name} has an OpenAPI document without {route.method} {route.path}"
        )

    def _described(self) -> Iterator[tuple[str, str, str]]:
        for path in self._schema:
            for method in self._schema[path]:
                yield path, self._schema.get_full_path(path), method

    def _is_at(self, wanted: str, path: str, full_path: str) -> bool:
        """Return whether a path is that of a route, with or without what all paths begin with."""
        return _bare(path) == _bare(wanted) or _bare(full_path) == _bare(self._base_path + wanted)


def open_document(api: UsersApi) -> Document:
    """Return the document that the profile names; raises Inconclusive, ConfigurationError."""
    target = api.target
    place = target.openapi
    text = _fetch(api, place) if place.startswith("/") else _read(place)
    positive = [*map(str, NOT_FOR_THE_FORM), "2xx", "3xx", "5xx"]
    negative = [*map(str, (*FOR_THE_FORM, *NOT_FOR_THE_FORM)), "5xx"]
    return Document(_parse(text, tuple(positive), tuple(negative)), target, api.client.base_url)


def _fetch(api: UsersApi, path: str) -> str:
    operation = api.send(Call("GET", path), "look at", "the OpenAPI document")
    if operation.response is None or operation.outcome is not Outcome.OK:
        raise Inconclusive("the OpenAPI document could not be had", evidence=[operation])
    return operation.response.body.decode("utf-8", "replace")


def _read(place: str) -> str:
    file = url2pathname(urlsplit(place).path) if place.startswith("file:") else place
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the OpenAPI document {file} cannot be read: {error}") from None


@lru_cache(maxsize=1)
def _parse(text: str, positive: tuple[str, ...], negative: tuple[str, ...]) -> Any:
    checks = {
        "positive_data_acceptance": {"expected-statuses": list(positive)},
        "negative_data_rejection": {"expected-statuses": list(negative)},
    }
    try:
        return schemathesis.openapi.from_file(text, config=SchemathesisConfig.from_dict({"checks": checks}))
    except Exception as error:  # noqa: BLE001 - whatever it makes of a text that is no such document
        raise ConfigurationError(
            f"what the profile names under openapi is no such document: {error}"
        ) from None


def _bare(path: str) -> str:
    return PARAMETER.sub("{}", path).rstrip("/")
