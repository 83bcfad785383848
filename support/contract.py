"""The shapes that the contract promises: strict JSON, a user, a problem.

Strict about what is promised, open to what is added: unknown members are kept and can be reported as
drift. No value is converted; "12" is no number and 1 is no truth value. This module judges shape only,
never whether a value is the right one.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class MalformedAnswer(ValueError):
    """A body is not what the contract calls JSON, a user or a problem; says why in one line."""


class User(BaseModel):
    """A user as the contract names the members; what the service adds is in `model_extra`."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    id: int | str = Field(union_mode="smart")
    name: str
    email: str
    nickname: str | None = None
    role: str | None = None
    created_at: str | int | float | None = None
    updated_at: str | int | float | None = None


class Problem(BaseModel):
    """Problem details (RFC 9457); every member is optional there, unknown ones are ignored."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    type: str = "about:blank"
    title: str | None = None
    status: int | None = None
    detail: str | None = None
    instance: str | None = None
    errors: list[dict[str, Any]] = []


def parse_json(body: bytes) -> Any:
    """Read strict JSON (RFC 8259): UTF-8, no NaN or Infinity, no member twice in one object.

    Raises MalformedAnswer with the reason.
    """
    try:
        return _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedAnswer(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        what = "empty" if not body.strip() else f"not JSON ({error.msg.lower()} at character {error.pos})"
        raise MalformedAnswer(what) from None
    except MalformedAnswer:
        raise
    except ValueError:
        # Python reads no integer of more than 4300 digits.
        raise MalformedAnswer("a number of more digits than anybody reads") from None
    except RecursionError:
        raise MalformedAnswer("nested too deeply") from None


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedAnswer(f"member {twice!r} stands twice in one object")
    return members


def _no_constant(name: str) -> Any:
    raise MalformedAnswer(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique_members, parse_constant=_no_constant)
