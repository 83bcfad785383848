"""The version of a user as answers tell it, and the condition that a write makes of it (RFC 9110 §13.1.1).

Where a target refuses writes that name no version, a version is part of every write, as a body or a token is;
only a story about that refusal leaves it out, with `NO_VERSION` for the headers of the write.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from support.http.strict_json import MalformedAnswer, parse_json
from support.users.forms.paths import read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.http import Operation, Response
    from support.target import Target
    from support.users.person import Person

IF_MATCH = "If-Match"
NO_VERSION: Mapping[str, str] = MappingProxyType({})
RELOADS = 10  # of a version that others were faster to change; so many as race for one user, and some


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


def write_on_top(
    target: Target,
    person: Person,
    send: Callable[[Mapping[str, str]], Operation],
    look: Callable[[], Operation],
    wait: Callable[[], None],
) -> Operation:
    """Send what changes a person, on top of the version that was seen last, where the target wants one.

    Where somebody else was faster, as any client does: `look` again, and `send` once more. `wait` is called
    where a look shows the version that was just refused, as one may that lags behind.
    """
    if not target.promise("precondition-required"):
        return send({})
    refused: str | None = None
    for _ in range(RELOADS):
        if person.tag is None:
            person.tag = read_version(target, look().response)
            if person.tag is not None and person.tag == refused:
                wait()
                person.tag = read_version(target, look().response)
        refused = person.tag
        operation = send(version_headers(target, person.tag))
        person.tag = read_version(target, operation.response)
        response = operation.response
        is_outdated = response is not None and response.status in target.refusal("the version is outdated")
        if not is_outdated or operation.may_have_happened_before:
            break
    return operation
