"""What holds of every answer whatever was asked: its form, its headers, and what it hides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.users.refusal_text import INTERNAL_DETAILS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.report.reproductions.recording.steps import Step
    from support.target import Target

    Check = dict[str, Any]

RETRY_AFTER = r"^\s*(\d+|\w{3}, \d\d? \w{3} \d{4} .*)\s*$"


def form_of(step: Step, target: Target) -> Iterator[Check]:
    """Return what holds of every answer: its form, and what it hides."""
    answer = step.answer
    is_head = step.exchange.request.method == "HEAD"
    if answer.body and not is_head and answer.status != 304 and answer.status < 400:
        yield {"that": "is_json"}
    for symbol in sorted(step.symbols):
        if symbol.startswith(("password", "token", "basic")):
            yield {"that": "hides", "text": f"\u00ab{symbol}\u00bb"}
    if answer.status >= 400:
        yield {"that": "hides", "pattern": f"(?im){INTERNAL_DETAILS.pattern}"}
        if target.promise("problem-json") and not is_head:
            yield {"that": "header", "name": "content-type", "like": r"^application/problem\+json"}
            yield {"that": "problem_status"}
    yield from _head_of(step, target)


def _head_of(step: Step, target: Target) -> Iterator[Check]:
    """Return which headers an answer must have."""
    status = step.answer.status
    wanted = {
        "www-authenticate": status == 401 and target.promise("auth-challenge"),
        "allow": status == 405 and target.promise("allow-header"),
        "etag": step.verb == "look up" and status == 200 and target.promise("etag"),
    }
    for name in (name for name, is_wanted in wanted.items() if is_wanted):
        yield {"that": "header", "name": name}
    if status == 429:
        yield {"that": "header", "name": "retry-after", "like": RETRY_AFTER}
    if step.verb == "look up" and step.is_done and status != 304 and target.promise("auth-caching"):
        yield {"that": "header", "name": "cache-control", "like": "no-store|private"}
