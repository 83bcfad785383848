"""Strict JSON (RFC 8259): what an answer's body must be before anybody looks into it."""

from __future__ import annotations

import json
from typing import Any


class MalformedAnswer(ValueError):
    """A body is not what the contract calls JSON, a user or a problem; says why in one line."""


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
