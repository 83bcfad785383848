"""When a team is told, and of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.report.alerts.message import describe, describe_reason
from support.report.alerts.webhook import send
from support.target.settings import load_alert

if TYPE_CHECKING:
    from support.report.summary import RunSummary
    from support.target import Target

TOLD = frozenset({1, 10})  # the exit codes of broken promises and of what nobody could tell


class Alerts:
    """Tells one webhook; none without a URL."""

    def __init__(self, target: str = "", url: str = "", link: str = "") -> None:
        self._target = target
        self._url = url
        self._link = link

    @classmethod
    def of(cls, target: Target, *, is_shard: bool = False) -> Alerts:
        """Make what tells whom a profile names, and nobody of a shard; raises ConfigurationError."""
        url, link = load_alert(target.alert)
        return cls() if is_shard else cls(target.name, url, link)

    def tell(self, summary: RunSummary, code: int) -> None:
        """Tell of a run that is not green; that it could not be told is a note of the summary."""
        if not self._url or code not in TOLD:
            return
        text = describe(summary, self._link)
        if text and (why := send(self._url, text)):
            summary.notes.append(f"the alert was not taken: {why}")

    def tell_reason(self, reason: str) -> None:
        """Tell why a run could not begin."""
        if self._url:
            send(self._url, describe_reason(self._target, reason, self._link))
