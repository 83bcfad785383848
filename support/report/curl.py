"""A request as a line for a POSIX shell, ready to paste: a variable stands for each token.

What curl sets by itself, what only names one attempt, and a body that a shell cannot carry are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.http import Request

LONGEST_CURL_BODY = 4000
UNTOLD = frozenset({"host", "content-length", "connection", "accept-encoding", "user-agent", "traceparent"})
_PLACEHOLDER = re.compile("\u2039([A-Z][A-Z0-9_]*)\u203a")


def curl(request: Request) -> str:
    """Return a line for a POSIX shell that sends the request again, with a variable for each token."""
    text = REDACTOR.body(request.body, media_type_of(request))
    return REDACTOR.text(write_curl(request, redacted_headers(request.headers), text))


def write_curl(request: Request, headers: Mapping[str, str], text: str) -> str:
    """Return the line for a request whose headers and body are already redacted."""
    method = "--head" if request.method == "HEAD" else f"-X {request.method}"
    parts = [f"curl -sS -i {method} {_quoted(request.url)}"]
    for name, value in headers.items():
        if name.lower() not in UNTOLD:
            parts.append("-H " + _quoted(f"{name}: {value}"))
    lost = "\N{REPLACEMENT CHARACTER}" in text and "\N{REPLACEMENT CHARACTER}".encode() not in request.body
    if len(text) > LONGEST_CURL_BODY or "\0" in text or lost:
        parts.append(f"--data-binary @body  # {len(request.body)} bytes, left out here")
    elif text:
        parts.append("--data-raw " + _quoted(text))
    return " ".join(parts)


def media_type_of(request: Request) -> str:
    """Return the media type of what was sent, in lower case; JSON where it only looks like it."""
    for name, value in request.headers.items():
        if name.lower() == "content-type":
            return value.partition(";")[0].strip().lower()
    return "application/json" if request.body[:1] in {b"{", b"["} else ""


def redacted_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with the secret ones hidden."""
    return {name: REDACTOR.header(name, value) for name, value in headers.items()}


def _quoted(text: str) -> str:
    """Quote for a POSIX shell; placeholders of tokens become variables."""
    if _PLACEHOLDER.search(text):
        escaped = re.sub(r'(["$`\\])', r"\\\1", text)
        return '"' + _PLACEHOLDER.sub(r"$\1", escaped) + '"'
    return "'" + text.replace("'", "'\\''") + "'"
