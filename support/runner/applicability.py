"""Whether a story applies to a target: what it needs, and what the target's profile says.

Stories say what they need in tags: `needs-<promise>`, `destructive`. A row of an outline may name a field or
an order that a target does not have. Nothing is asked of the target itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.cast.variations import FIELDS
from support.errors import StoryError
from support.target.promises import PROMISES, is_partly_promised
from support.users.pages import SORT_KEYS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from support.target import Target

NEEDS = "needs-"
OPENAPI = "openapi"


def reasons_against(
    tags: Sequence[str], example: Mapping[str, str], target: Target, tokens: Collection[str]
) -> Iterator[str]:
    """Return why a story does not apply to a target, with the variables that hold a token.

    Raises StoryError for a promise that nobody knows.
    """
    variables = {
        "tenants": target.auth.other_tenant,
        "read-only-token": target.auth.read_only,
        "rate-limit": target.auth.throttled,
    }
    for tag in tags:
        if tag.startswith(NEEDS):
            promise = tag.removeprefix(NEEDS)
            if promise not in PROMISES:
                raise StoryError(f"no such promise: {promise!r}")
            # Which part of a promise a story needs is in its sentences (`support.runner.needs`).
            if not is_partly_promised(promise, target.promises):
                yield f"target {target.name} does not promise {promise}"
            elif (variable := variables.get(promise)) and variable not in tokens:
                yield f"{variable} is not set, and {promise} takes a token of its own"
        elif tag == "destructive" and (not target.destructive or target.production):
            yield f"target {target.name} is not to be put at risk (its profile does not say destructive)"
        elif tag == OPENAPI and not target.openapi:
            yield f"target {target.name} names no OpenAPI document"
    field, key = example.get("field"), example.get("key")
    if field in FIELDS and getattr(target.fields, FIELDS[field]) not in target.server_fields:
        yield f"target {target.name} does not promise to decide the {field} itself"
    if key in SORT_KEYS and SORT_KEYS[key] not in target.lists.sort_keys:
        yield f"target {target.name} does not promise to sort by {key}"
