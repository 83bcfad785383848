"""The secrets that stand in an address: a password before the host, and parameters with a telling name.

Reads also what is no URL: a password may have a slash or an `@` in it, and the scheme may be missing.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_plus

TELLING = re.compile(
    r"[\w.-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|key|credentials?|auth|signature|sig)s?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:/*")
# Only digits up to a slash after the colon are a port: the at sign belongs to the path.
_PORT = re.compile(r"\d{1,5}/")


def secrets_in(address: str) -> list[str]:
    """Return the secrets in an address as they were meant and as they are written, the longest first."""
    scheme = _SCHEME.match(address) if "://" in address else None
    is_web = scheme is None or scheme[0].strip().lower() in {"http://", "https://"}
    rest = address[scheme.end() :] if scheme else address.strip()
    before, sign, query = rest.partition("?")
    found = []
    if sign and "@" in query and "@" not in before and ":" in before:  # a password with a question mark
        before, query = rest, ""
    user_info, at, _ = before.rpartition("@")
    if at:
        user, colon, password = user_info.partition(":")
        if not colon and "/" not in user and not user.isalpha() and is_web:
            found.append(user)  # a token in place of a user
        elif colon and not _PORT.match(password):
            found.append(password)
    for part in re.split(r"[&;]", query.partition("#")[0]):
        name, equals, value = part.partition("=")
        if equals and TELLING.fullmatch(unquote_plus(name)):
            found.append(value)
    meant = {each for value in found for each in (value, unquote(value), unquote_plus(value)) if each}
    return sorted(meant, key=lambda secret: (-len(secret), secret))
