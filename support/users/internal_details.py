"""What only the inside of a service knows and no refusal may show: stack frames, queries, file paths."""

from __future__ import annotations

import re

# What only the inside of a service knows and no refusal may show: stack frames, queries, file paths.
INTERNAL_DETAILS = re.compile(
    r"Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|^\s+at [\w.$<>]+\([\w.]+:\d+\)"
    # In small letters only with what makes it SQL: "select a name from the list" is plain English.
    r"|\b(?-i:SELECT .+ FROM|INSERT INTO|UPDATE [\w.`\"\[\]]+ SET|DELETE FROM) [`\"\[]?\w+"
    r"|\bselect [\w., *`\"\[\]]+ from [\w.`\"\[\]]+ (where|join|limit|order by)\b"
    r"|\binsert into [\w.`\"\[\]]+ ?\(|\bupdate [\w.`\"\[\]]+ set [\w.`\"\[\]]+ ?="
    r"|\bdelete from [\w.`\"\[\]]+ where\b"
    r"|\b(sqlalchemy|psycopg|sqlite3?|ORA-\d{5}|SQLSTATE)\b"
    r"|(?<![\w/])/(usr|home|var|srv|opt|app|etc|root)/[\w./-]+|\b(?-i:[A-Z]):\\\\?[\w\\]+|\.(py|java|rb|go|js|cs):\d+",
    re.IGNORECASE | re.MULTILINE,
)
# Members that hold the service's own addresses (RFC 9457 §3.1), which may look like paths.
ADDRESSES = re.compile(r'"(type|instance)"\s*:\s*"[^"]*"')


def find_internal_details(text: str) -> str:
    """Return the first stack frame, query or file path in a text, JSON-escaped or not; empty for none."""
    found = INTERNAL_DETAILS.search(ADDRESSES.sub("", text).replace("\\n", "\n").replace('\\"', '"'))
    return found[0] if found else ""
