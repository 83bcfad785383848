"""What has to hold of the answer to a creation, as far as the profile says that it shows something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.report.reproductions.script.answers import MISSING, look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.report.reproductions.expectations.details import Details
    from support.report.reproductions.recording.steps import Step
    from support.target import Target

    Check = dict[str, Any]


class CreationExpectations:
    """Says what has to hold of answers to creations; a script sees those alone, and no look-up after them."""

    def __init__(self, target: Target, details: Details) -> None:
        self._target = target
        self._details = details
        self.show_user = target.answers.create == "user"
        self.show_id = target.answers.create in {"user", "id"}

    def of(self, step: Step, earlier: Sequence[Step]) -> Iterator[Check]:
        """Return what has to hold, given the creations that came before."""
        if self.show_user:
            yield {"that": "is_user"}
        if self._chooses_id(step):
            return  # it may be taken for the user who has that id
        if self.show_id:
            yield {"that": "new_id", "unlike": [each.name for each in earlier]}
        if self.show_user:
            yield from self._of_user(step)
        if self._target.promise("location"):
            yield {"that": "header", "name": "location", "ends_with": f"\u00abid {step.name}\u00bb"}

    def _chooses_id(self, step: Step) -> bool:
        """Return whether a creation names an id, in a service that may take it."""
        path = self._details.paths["id"]
        return path not in self._target.server_fields and self._details.names(step, path)

    def _of_user(self, step: Step) -> Iterator[Check]:
        """Return how the user has to be shown."""
        yield from self._details.shown(self._details.asked(step))
        sent = self._details.sent(step)
        for name in ("id", "role"):
            path = self._details.paths.get(name)
            if path and (chosen := look(sent, path)) is not MISSING and path in self._target.server_fields:
                yield {"that": "member", "path": path, "is_not": chosen}
        has_date = self._target.promise("timestamps") and "created_at" in self._details.paths
        if has_date and self._target.timestamps == "rfc3339":
            yield {
                "that": "now",
                "path": self._details.paths["created_at"],
                "tolerance_s": self._target.clock.tolerance_s + 5,
            }
