"""Reading dates in the form that a profile declares; nothing is guessed and nothing is compared."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from support.http.retry import parse_http_date
from support.http.strict_json import MalformedAnswer

if TYPE_CHECKING:
    from support.target.profile import Moments

LOCAL = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?"
RFC3339 = re.compile(LOCAL + r"(?:[Zz]|[+-]\d\d:\d\d)\Z")  # RFC 3339 §5.6
WITHOUT_ZONE = re.compile(LOCAL + r"\Z")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?\Z", re.ASCII)
MS_PER_S = 1000


def read_moment(form: Moments, value: Any, utc_offset: str = "+00:00") -> datetime:
    """Return the moment that a value tells in a form; raises MalformedAnswer for any other.

    `utc_offset` is the zone of dates that are written without one.
    """
    if form.startswith("epoch"):
        return _since_1970(form, value)
    if form == "http-date":
        moment = parse_http_date(value) if isinstance(value, str) and "," in value else None
        if moment is None:
            raise MalformedAnswer(f"{value!r} is no date as headers have it (RFC 9110 §5.6.7)")
        return moment
    shape, words = (
        (RFC3339, "with a zone (RFC 3339)") if form == "rfc3339" else (WITHOUT_ZONE, "without a zone")
    )
    if not isinstance(value, str) or not shape.match(value):
        raise MalformedAnswer(f"{value!r} is no moment {words}")
    try:
        return datetime.fromisoformat(value.upper() + ("" if form == "rfc3339" else utc_offset))
    except ValueError:
        raise MalformedAnswer(f"{value!r} is no moment that exists") from None


def _since_1970(form: Moments, value: Any) -> datetime:
    unit = "milliseconds" if form.startswith("epoch-ms") else "seconds"
    if form.endswith("-text"):
        if not isinstance(value, str) or not NUMBER.match(value):
            raise MalformedAnswer(f"{value!r} is no text with a number of {unit}")
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedAnswer(f"{value!r} is no number of {unit}")
    try:
        return datetime.fromtimestamp(value / (MS_PER_S if unit == "milliseconds" else 1), UTC)
    except (OverflowError, ValueError, OSError):
        raise MalformedAnswer(f"{value!r} is no moment that exists") from None
