"""For which tenant a recorded request asked, by the variable of its token."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.report.reproductions.recording.steps import Step
    from support.target import Target

STRANGER = "nobody"
FIRST, OTHER = "the first tenant", "the other tenant"


class Tenants:
    """Tells callers apart as one target's profile does."""

    def __init__(self, target: Target) -> None:
        self._auth = target.auth
        self._variables = set(target.auth.variables)

    def of(self, step: Step) -> str:
        """Return whose request a step is; STRANGER where it has no credentials, or altered ones."""
        who = " ".join(step.data.get("as", {}).values())
        sent = who + step.data["send"]
        named = {name for name in self._variables if f" {name}\u00bb" in sent}
        if not named and self._auth.scheme in {"bearer", "basic", "api-key"}:
            return STRANGER
        return OTHER if self._auth.other_tenant in named else FIRST
