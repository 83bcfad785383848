"""What requests and answers are called in lines for people; secrets are hidden there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.secrets import REDACTOR
from support.users.refusal_text import explanation
from support.users.validators import clip

if TYPE_CHECKING:
    from support.http import Operation, Response


def name_request(operation: Operation) -> str:
    """Name the last request of an operation."""
    request = operation.last.request
    return REDACTOR.text(f"{request.method} {request.path}")


def quote_answer(response: Response) -> str:
    """Quote an answer in a few words."""
    said = explanation(response)
    return REDACTOR.text(f"it answered {response.status}" + (f" ({clip(said, 200)})" if said else ""))


def parse_leniently(response: Response) -> Any:
    """Read an answer, whatever is odd about its JSON; None where it is none."""
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        return None
