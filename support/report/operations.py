"""An operation as people read it: what was asked, every attempt, what was answered, and the curl line.

Everything passes the redactor on its way: headers and bodies by their names, then the whole text, once; a
body before anything of it is left out, since half a secret is harder to find. A body is shown member by
member but otherwise as it was on the wire: equal members, odd numbers and all. What is left out is told
without an ellipsis, beside which rests of secrets would be looked for. Whether an operation was right is not
decided here.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from support.http import Outcome
from support.http.client import ACCEPT
from support.report.curl import UNTOLD, media_type_of, redacted_headers, write_curl
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from support.http import Exchange, Operation, Request

LONGEST_BODY = 6000  # characters of a body that are shown
MOST_TOLD_BRIEFLY = 60  # the same where nothing went wrong
MOST_TOLD = 400  # operations that share one text: of more, nobody reads the first
MOST_IN_FULL = 25  # operations that share one text
MOST_BRIEF_LINES, LONGEST_BRIEF_LINE = 12, 240  # of a body in a terminal
LONGEST_BUNDLED_BODY = 1200  # where many operations share one text
INDENT = "    "
RULE = f"\n{'─' * 100}\n"
PHRASES = {status.value: status.phrase for status in HTTPStatus}
# Headers that every request has, or that only name one attempt.
USUAL = UNTOLD | {"authorization", "x-correlation-id"}
EFFECTS = {
    Outcome.OK: "done",
    Outcome.REFUSED: "refused",
    Outcome.FAILED: "not done",
    Outcome.UNKNOWN: "may have been done",
}


class _Raw(str):
    """A number as it was written."""

    __slots__ = ()


class _Members(list[tuple[str, Any]]):
    """The members of an object in their order, equal ones included."""


_decode = json.JSONDecoder(
    object_pairs_hook=_Members, parse_float=_Raw, parse_int=_Raw, parse_constant=_Raw
).decode


def entitle(operation: Operation) -> str:
    """Return the title line: `create user Ada — 201 after 12 ms (2 attempts)`; not redacted."""
    what = f"{operation.verb} {operation.subject}".strip()
    if not operation.exchanges:
        return f"{what} — not answered yet"
    response = operation.response
    ended = str(response.status) if response is not None else operation.last.fault or "no answer"
    took = (operation.answered_at - operation.sent_at) * 1000
    tries = "" if operation.is_first_attempt else f" ({len(operation.exchanges)} attempts)"
    return f"{what} — {ended} after {took:.0f} ms{tries}{_remark(operation)}"


def render(operation: Operation) -> str:
    """Return the whole operation as text, redacted."""
    return REDACTOR.text(compose(operation))


def render_briefly(operation: Operation) -> str:
    """Return request line, telling headers, attempts, answer and short bodies, redacted: for the terminal."""
    return REDACTOR.text(compose_briefly(operation))


def compose(operation: Operation, longest_body: int = LONGEST_BODY) -> str:
    """Return what `render` does, not yet searched for secrets; of a body at most so many characters."""
    if not operation.exchanges:
        return entitle(operation)
    request, response = operation.last.request, operation.last.came
    headers = redacted_headers(request.headers)
    sent = REDACTOR.body(request.body, media_type_of(request)) if request.body else ""
    parts = [entitle(operation), f"\n{request.method} {request.url}"]
    parts += _headers(headers)
    parts += _body(sent, len(request.body), longest_body)
    parts.append("")
    parts += _attempts(operation)
    if response is not None:
        received = REDACTOR.name_fields(response.body, response.media_type)
        if len(received) > longest_body:
            received = REDACTOR.text(received)
        parts.append(f"\n{response.status} {PHRASES.get(response.status, '')}".rstrip())
        parts += _headers(redacted_headers(response.headers))
        parts += _body(received, len(response.body), longest_body)
    parts.append(f"\n# the same from a shell\n{write_curl(request, headers, sent)}\n")
    return "\n".join(parts)


def compose_briefly(operation: Operation) -> str:
    """Return what `render_briefly` does, not yet searched for secrets."""
    if not operation.exchanges:
        return entitle(operation)
    request, response = operation.last.request, operation.last.came
    parts = [entitle(operation), f"{INDENT}{request.method} {request.url}"]
    parts += [INDENT + line for line in _headers(_telling(request))]
    parts += _brief_body(REDACTOR.name_fields(request.body, media_type_of(request)))
    parts += [INDENT + line for line in _attempts(operation)]
    if response is not None:
        parts += _brief_body(REDACTOR.name_fields(response.body, response.media_type))
    return "\n".join(parts)


def _telling(request: Request) -> dict[str, str]:
    """Return the headers, redacted, that make a request another one than any of its kind has them."""
    is_json = media_type_of(request) in {"", "application/json"}
    usual = USUAL | {"content-type"} if is_json else USUAL
    return {
        name: value
        for name, value in redacted_headers(request.headers).items()
        if name.lower() not in usual and (name.lower(), value) != ("accept", ACCEPT)
    }


def _brief_body(text: str) -> list[str]:
    lines = _lay_out(text)
    if len(lines) > MOST_BRIEF_LINES or max(map(len, lines), default=0) > LONGEST_BRIEF_LINE:
        lines = _lay_out(REDACTOR.text(text))
    if len(lines) > MOST_BRIEF_LINES:
        lines = [*lines[:MOST_BRIEF_LINES], f"and {len(lines) - MOST_BRIEF_LINES} lines more"]
    return [
        INDENT * 2 + (line if len(line) <= LONGEST_BRIEF_LINE else f"{line[:LONGEST_BRIEF_LINE]}…")
        for line in lines
    ]


def render_all(operations: Iterable[Operation]) -> str:
    """Return several operations in one text, redacted: the titles first, then each."""
    return REDACTOR.text(compose_all(operations))


def compose_all(operations: Iterable[Operation], *, is_brief: bool = False) -> str:
    """Return what `render_all` does, not yet searched for secrets.

    Very many are told in brief, as are all where that is asked for, and then fewer of them.
    """
    operations = tuple(operations)
    most = MOST_TOLD_BRIEFLY if is_brief else MOST_TOLD
    total, operations = len(operations), operations[-most:]
    titles = [f"{number:>3}  {entitle(each)}" for number, each in enumerate(operations, 1)]
    contents = "\n".join(titles)
    if is_brief or len(operations) > MOST_IN_FULL:
        texts = [f"{compose_briefly(each)}\n" for each in operations]
    else:
        texts = [compose(each, LONGEST_BUNDLED_BODY) for each in operations]
    some = f", the last {most} of them here" if total > most else ""
    return RULE.join([f"{total} operations{some}\n\n{contents}\n", *texts])


def _remark(operation: Operation) -> str:
    if operation.adopted:
        return ", the answer was lost: found by looking afterwards"
    if operation.persists:
        return ", a fault that does not pass"
    return ""


def _headers(headers: Mapping[str, str]) -> list[str]:
    return [f"{INDENT}{name}: {value}" for name, value in headers.items()]


def _body(text: str, size: int, longest: int) -> list[str]:
    """Return the lines of a redacted body of so many bytes, an empty one before them; nothing for no body."""
    if not text:
        return []
    if len(text) > longest:
        shown = [*text[:longest].splitlines(), f"and so on: {size} bytes in all"]
    elif text[:1] in {"{", "["}:
        shown = _lay_out(text)
    else:
        shown = text.splitlines()
    return ["", *(INDENT + line for line in shown)]


def _lay_out(text: str) -> list[str]:
    """Return JSON with one line for each member or element; anything else as it is."""
    try:
        value = _decode(text)
    except (ValueError, RecursionError):
        return text.splitlines()
    if not isinstance(value, list) or not value:
        return [text]
    if isinstance(value, _Members):
        lines = [f"  {encode_basestring(name)}: {_write(member)}" for name, member in value]
        opening, closing = "{", "}"
    else:
        lines = [f"  {_write(element)}" for element in value]
        opening, closing = "[", "]"
    return [opening, *(f"{line}," for line in lines[:-1]), lines[-1], closing]


def _write(value: Any) -> str:
    if isinstance(value, _Raw):
        return str(value)
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, _Members):
        return f"{{{', '.join(f'{encode_basestring(name)}: {_write(member)}' for name, member in value)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_write, value))}]"
    return "null" if value is None else "true" if value else "false"


def _attempts(operation: Operation) -> list[str]:
    """One line for each attempt: how it ended, what that tells about its effect, and what came next."""
    lines = []
    for number, exchange in enumerate(operation.exchanges):
        line = f"attempt {exchange.attempt}: {_ending(exchange)}, {EFFECTS[exchange.outcome]}"
        if number < len(operation.waits):
            pause, reason = operation.waits[number]
            line += f"; waited {pause:.2f} s ({reason})"
        lines.append(line)
    return lines


def _ending(exchange: Exchange) -> str:
    took = f"after {exchange.seconds * 1000:.0f} ms"
    if exchange.response is None:
        return f"{exchange.fault or 'no answer'} {took}"
    response = exchange.came or exchange.response
    later = response.headers.get("retry-after")
    read = "" if response.status == exchange.response.status else f", read as {exchange.response.status}"
    said = f"{response.status} {PHRASES.get(response.status, '')} {took}{read}"
    return said + (f", Retry-After: {later}" if later else "")
