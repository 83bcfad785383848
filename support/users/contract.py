"""The shapes that the contract promises: a user and a problem.

Strict about what is promised, open to what is added: unknown members are kept and can be reported as
drift. No value is converted; "12" is no number and 1 is no truth value. This module judges shape only,
never whether a value is the right one.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class User(BaseModel):
    """A user as the contract names the members; what the service adds is in `others`, by its own names.

    Only what tells users apart is required: a user without a name is somebody else's, or is found not to be
    as written. Dates are read, by `support.users.forms.moments`, only where they are judged.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: int | str = Field(union_mode="smart")
    name: str | None = None
    email: str
    nickname: str | None = None
    role: str | None = None
    created_at: Any = None
    updated_at: Any = None
    others: dict[str, Any] = Field({}, exclude=True, repr=False)


class Problem(BaseModel):
    """Problem details (RFC 9457); every member is optional there, unknown ones are ignored."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    type: str = "about:blank"
    title: str | None = None
    status: int | None = None
    detail: str | None = None
    instance: str | None = None
    errors: list[dict[str, Any]] = []
