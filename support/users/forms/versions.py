"""The version of a user as answers tell it, and the condition that a write makes of it (RFC 9110 §13.1.1).

Where a target refuses writes that name no version, a version is part of every write, as a body or a token is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.http.strict_json import MalformedAnswer, parse_json
from support.users.forms.paths import read

if TYPE_CHECKING:
    from support.http import Response
    from support.target import Target

IF_MATCH = "If-Match"


def read_version(target: Target, response: Response | None) -> str | None:
    """Return the version that an answer about one user tells, as If-Match takes it; None if it tells none."""
    if response is None or not 200 <= response.status < 300:
        return None
    member = target.sending.version_member
    if not member:
        return response.headers.get("etag") or None
    try:
        whole = parse_json(response.body)
    except MalformedAnswer:
        return None
    inner = read(whole, target.user_path, None)
    found = read(inner, member, None)
    if found is None:
        found = read(whole, member, None)
    if isinstance(found, bool) or not isinstance(found, int | str) or found == "":
        return None
    text = str(found)
    return text if text.endswith('"') else f'"{text}"'


def version_headers(target: Target, version: str | None) -> dict[str, str]:
    """Return the header by which a write names the version that it is based on; none where none is needed."""
    if version is None or not target.promise("precondition-required"):
        return {}
    return {IF_MATCH: version}
