"""What of an answer is not as the document says: in one line, and as a check that a script can make again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.transforms import resolve_path
from schemathesis.openapi.checks import (
    JsonSchemaError,
    MissingContentType,
    MissingHeaders,
    RejectedPositiveData,
    UndefinedContentType,
    UndefinedStatusCode,
)

from support.errors import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping


def tell(failure: Any) -> str:
    """Return what a check says in one line; of a schema, where it is and what is wrong, not all of it."""
    if isinstance(failure, JsonSchemaError):
        return one_line(
            f"{failure.title}: {failure.validation_message} at {failure.instance_path or 'the top'}"
        )
    return one_line(f"{failure.title}: {failure.message}")


def check_of(failure: Any, status: int) -> Mapping[str, Any] | None:
    """Return the check of a reproduction that an answer of this status fails; None where there is none.

    A script has no schemas: what it can tell is one keyword of one, at one place.
    """
    check: dict[str, Any]
    match failure:
        case UndefinedStatusCode():
            check = {"that": "status", "in": list(failure.allowed_status_codes)}
        case AcceptedNegativeData():
            check = {"that": "status", "from": 400, "to": 500}
        case RejectedPositiveData():
            check = {"that": "status", "from": 200, "to": 300}
        case MissingHeaders():
            check = {"that": "header", "name": failure.missing_headers[0].lower()}
        case MissingContentType():
            check = {"that": "header", "name": "content-type"}
        case UndefinedContentType():
            types = "|".join(re.escape(each.partition(";")[0]) for each in failure.defined_content_types)
            check = {"that": "header", "name": "content-type", "like": f"(?i)^({types})"}
        case JsonSchemaError() if failure.title == failure.kind_title:
            return _of_schema(failure, status)
        case _:
            return None
    return check


def _of_schema(failure: JsonSchemaError, status: int) -> Mapping[str, Any] | None:
    keyword = failure.schema_path[-1] if failure.schema_path else ""
    schema = resolve_path(failure._root_schema, failure.schema_path[:-1])  # noqa: SLF001 - said nowhere else
    if not isinstance(schema, dict) or keyword not in schema:
        return None
    return {
        "that": "described",
        "status": status,
        "path": list(failure.instance_path),
        "keyword": keyword,
        "value": schema[keyword],
    }
