"""Conditional requests (RFC 9110 section 13): If-Match and If-None-Match against an entity tag."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.reference.http import problems

if TYPE_CHECKING:
    from starlette.requests import Request

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a request makes its effect depend on; None where it does not say."""

    match: str | None = None
    none_match: str | None = None

    @staticmethod
    def of(request: Request) -> Conditions:
        """Read the conditions of a request; several headers of one name count as one list."""
        tags = [
            ", ".join(request.headers.getlist(name)) if name in request.headers else None
            for name in ("if-match", "if-none-match")
        ]
        return Conditions(*tags)

    def check(self, current: str) -> None:
        """Let a write go on; raises Problem 412 when the current tag does not meet the conditions."""
        if self.match is not None and not self._lists(self.match, current):
            raise problems.outdated()
        if self.none_match is not None and self.is_known(current):
            raise problems.outdated()

    def is_known(self, current: str) -> bool:
        """Return whether the caller has the current version already; compares weakly."""
        if self.none_match is None:
            return False
        return self._lists(self.none_match.replace("W/", ""), current)

    @staticmethod
    def _lists(tags: str, current: str) -> bool:
        return tags.strip() == "*" or current in _TAG.findall(tags)
