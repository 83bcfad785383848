"""How values are written in answers: strict JSON, and dates in headers."""

from __future__ import annotations

import json
from email.utils import formatdate


def http_date(timestamp: float) -> str:
    """Return an instant [s since 1970] as headers write it (RFC 9110 section 5.6.7)."""
    return formatdate(timestamp, usegmt=True)


def encode(value: object) -> bytes:
    """Return JSON values as strict JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
