"""Dates of somebody who was created just now: the form in which they are written, and the zone they mean."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, cast, get_args

from support.http.retry import parse_http_date
from support.http.strict_json import MalformedAnswer
from support.target.profile import Moments
from support.users.forms.moments import read_moment
from support.users.forms.paths import read

if TYPE_CHECKING:
    from support.http import Response
    from support.target import Target

NEAR = timedelta(hours=1)
JUST_NOW = timedelta(minutes=2)
QUARTER = timedelta(minutes=15)  # zones are so far from UTC, or some of it
FARTHEST = timedelta(hours=14)


def form_of(value: Any) -> str:
    """Return the form in which a value is a date of now, as a profile calls it; empty where it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        forms = {"epoch-s": value, "epoch-ms": value / 1000}
        now = datetime.now(UTC).timestamp()
        return next((form for form, at in forms.items() if abs(at - now) < NEAR.total_seconds()), "")
    if not isinstance(value, str):
        return ""
    if re.fullmatch(r"\d+(\.\d+)?", value):
        form = form_of(float(value))
        return f"{form}-text" if form else ""
    for form, parse in (("rfc3339", datetime.fromisoformat), ("http-date", parsedate_to_datetime)):
        try:
            moment = parse(value)
        except (ValueError, TypeError):
            continue
        if moment.tzinfo is None:
            return "iso-local"
        return form if abs(moment - datetime.now(UTC)) < NEAR else ""
    return ""


def tells_day_of(value: Any, moment: datetime) -> bool:
    """Return whether a value is a date, in whatever form, of the day of a moment, in whatever zone."""
    for form in get_args(Moments):
        try:
            if abs(read_moment(form, value) - moment) <= FARTHEST:
                return True
        except MalformedAnswer:
            continue
    return False


def offset_of(form: str, value: Any, response: Response) -> str | None:
    """Return the offset, such as +01:00, in which a date is just now; None where it is so in no zone.

    Just now is when the answer that shows it was given, by its own Date where it has one. Only a date that
    names no zone (`iso-local`) may mean another than UTC.
    """
    now = parse_http_date(response.headers.get("date", "")) or datetime.now(UTC)
    try:
        apart = read_moment(cast("Moments", form), value) - now
    except MalformedAnswer:
        return None
    offset = round(apart / QUARTER) * QUARTER if form == "iso-local" else timedelta()
    if abs(apart - offset) > JUST_NOW or abs(offset) > FARTHEST:
        return None
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{'-' if offset < timedelta() else '+'}{hours:02}:{minutes:02}"


def mistaken_zone(target: Target, user: Any, response: Response) -> str:
    """Return what a profile has wrong of the zone of dates without one, by a user of just now; or nothing."""
    if target.timestamps != "iso-local" or not target.promise("timestamps"):
        return ""
    shown = read(user, target.fields.created_at or "", None)
    offset = offset_of("iso-local", shown, response)
    if offset in {None, target.clock.utc_offset}:
        return ""
    return f"dates a user of just now {shown!r}, which is so in the zone {offset} (clock.utc_offset)"
