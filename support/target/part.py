"""What the parts of a profile have in common: no unknown keys, nothing changes once it is read, no nonsense.

Here are the kinds of values that several parts use, each with what makes a value one of them.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo, field_validator

MOST_ITEMS = 100  # of a list into which a path may lead
LONGEST_LIFE_S = 10 * 365 * 86400  # of a token or a key
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110 §5.6.2


class Part(BaseModel):
    """A table of a profile. No number of it is infinite or NaN.

    `PROSE` names the keys whose text may go over several lines.
    """

    PROSE: ClassVar[frozenset[str]] = frozenset()
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _is_no_truth_value(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse true and false for a number: Python would take them for 1 and 0."""
        kinds = _kinds(cls.model_fields[info.field_name or ""].annotation)
        if isinstance(value, bool) and kinds & {int, float} and bool not in kinds:
            raise ValueError("must be a number, not true or false")
        return value

    @field_validator("*")
    @classmethod
    def _is_readable(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse text that would show nothing, or do something to a terminal."""
        if not isinstance(value, str) or info.field_name in cls.PROSE:
            return value
        if value and (not value.isprintable() or value.isspace()):
            raise ValueError(f"{value!r} is blank, or has a character that cannot be printed")
        return value


def _kinds(annotation: Any) -> set[Any]:
    """Return the kinds of values that an annotation allows, however they are nested."""
    return {annotation}.union(*(_kinds(each) for each in get_args(annotation)))


def _check_status(value: int) -> int:
    if not 200 <= value <= 599:
        raise ValueError(f"{value} is no status of an answer: they go from 200 to 599")
    return value


def _check_filled(value: tuple[int, ...]) -> tuple[int, ...]:
    if not value:
        raise ValueError("is empty, so that no answer could ever have such a status")
    return value


def _check_path(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError(f"{value!r} must begin with a slash: it is appended to the base URL")
    return _check_url_part(value)


def _check_url_part(value: str) -> str:
    if value and not value.startswith("/"):
        raise ValueError(f"{value!r} must begin with a slash, or be empty")
    if not value.isascii() or not value.isprintable() or set(value) & set(" ?#\\"):
        raise ValueError(
            f"{value!r} is no path as it stands in a URL: a blank is %20, a query has its own key"
        )
    return value


def _check_member(value: str) -> str:
    for step in value.replace("\\.", "").split(".") if value else ():
        if not step:
            raise ValueError(f"{value!r} has a dot that no name stands before or after")
        if step.isdecimal() and int(step) >= MOST_ITEMS:
            raise ValueError(f"{value!r} leads to an item beyond the first {MOST_ITEMS}")
    return value


def _check_header(value: str) -> str:
    if not TOKEN.fullmatch(value):
        raise ValueError(f"{value!r} is no name of a header: letters, digits and hyphens")
    return value


def _check_header_value(value: str) -> str:
    if not value or not value.isascii() or not value.isprintable() or value != value.strip():
        raise ValueError(f"{value!r} cannot be the value of a header")
    return value


def _check_optional_header(value: str) -> str:
    return _check_header(value) if value else value


def _check_parameters(value: dict[str, str]) -> dict[str, str]:
    for name in value:
        if not name.strip() or not name.isprintable():
            raise ValueError(f"{name!r} is no name of a parameter")
    return value


Status = Annotated[int, AfterValidator(_check_status)]
SomeStatuses = tuple[Status, ...]
Statuses = Annotated[SomeStatuses, AfterValidator(_check_filled)]
# Query parameters, each with what it says.
Query = Annotated[dict[str, str], AfterValidator(_check_parameters)]
# Paths below the base URL; the second may be empty.
UrlPath = Annotated[str, AfterValidator(_check_path)]
UrlPrefix = Annotated[str, AfterValidator(_check_url_part)]
# A dotted path into JSON; empty where a key means the whole answer, or nothing.
MemberPath = Annotated[str, AfterValidator(_check_member)]
HeaderName = Annotated[str, AfterValidator(_check_header)]
OptionalHeaderName = Annotated[str, AfterValidator(_check_optional_header)]
HeaderValue = Annotated[str, AfterValidator(_check_header_value)]
