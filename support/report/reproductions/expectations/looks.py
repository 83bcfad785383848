"""What has to hold of looks at one user, given what a story has done to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.report.reproductions.script.answers import look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.report.reproductions.expectations.creations import CreationExpectations
    from support.report.reproductions.expectations.details import Details
    from support.report.reproductions.expectations.someone import Someone
    from support.report.reproductions.recording.steps import Step
    from support.target import Target

    Check = dict[str, Any]

VIEWS = {"find": "filter", "list": "list"}
OWN = ("id", "role", "created_at")
LEAST_MILLISECONDS = 10**11  # a number that is a date and smaller counts whole seconds


class LookExpectations:
    """Says what has to hold of look-ups and checks, and of what only the service writes."""

    def __init__(self, target: Target, details: Details, creating: CreationExpectations) -> None:
        self._target = target
        self._details = details
        self._creating = creating

    def of(self, step: Step, someone: Someone | None) -> Iterator[Check]:
        """Return what has to hold of a look at somebody, None where nobody is known to have that id."""
        accepted = self._target.accepted
        if (step.user and not self._creating.show_id) or step.is_crossed:
            return  # nothing that a script sees tells whom this is about, or what stood there
        if someone is None or not step.is_of_whole_id:
            yield {"that": "status", "in": list(self._target.refusal("there is no such user"))}
            return
        if someone.is_gone:
            yield {"that": "status", "in": list(accepted.gone)}  # a script waits until that has to be so
            return
        if not self.is_settled(someone, step):
            yield from self._of_early_look(step, someone)
            return
        tag = next((s for s in step.symbols if s.startswith("tag ")), "")
        if tag:
            yield {"that": "status", "in": self._unless_changed(someone, tag)}
            return
        yield {"that": "status", "in": list(accepted.look_up)}
        if step.verb == "check":
            return
        yield {"that": "is_user"}
        if someone.details is not None:
            yield from self._details.shown(someone.details)
        yield {"that": "same_user", "as_in": step.user}
        yield from self.own_of(someone)
        yield from self._moved(step, someone)

    def _unless_changed(self, someone: Someone, tag: str) -> list[int]:
        """Return with which statuses a look may be answered that names a version."""
        shown = list(self._target.accepted.look_up)
        if any(f"tag {each.name}" == tag for each in someone.looks if each.is_settled):
            return [304]
        is_former = any(f"tag {each.name}" == tag for each in someone.earlier_looks)
        return shown if is_former else [304, *shown]

    @staticmethod
    def is_outdated(step: Step, someone: Someone) -> bool:
        """Return whether a write is on top of a version that was a user's before the last change."""
        headers = {name.lower(): value for name, value in step.data.get("headers", {}).items()}
        named = re.fullmatch(r'"\u00abtag (a\d+)\u00bb"', headers.get("if-match", ""))
        if named is None or any(each.name == named[1] for each in someone.looks):
            return False
        return any(each.name == named[1] for each in someone.earlier_looks)

    def _of_early_look(self, step: Step, someone: Someone) -> Iterator[Check]:
        """Return what holds of a look within the promised time: it shows nobody, or what has ever stood."""
        accepted = self._target.accepted
        step.is_settled = False
        if any(symbol.startswith("tag ") for symbol in step.symbols):
            return
        yield {"that": "status", "in": sorted({*accepted.look_up, *accepted.gone})}
        if step.is_done and step.verb != "check":
            yield {"that": "is_user"}
            shown = [{"that": "same_user", "as_in": step.user}, *self._details.among(someone.ever)]
            if someone.has_one_state:
                shown += self._moved(step, someone)
            yield from ({**check, "if_shown": True} for check in shown)

    def is_settled(self, someone: Someone, step: Step) -> bool:
        """Return whether a look has to show the newest state: asked for, or after the promised time."""
        bound_s = self._target.bounds.of(VIEWS.get(step.verb, "single"))
        limit = someone.written_at + bound_s * 1.01 + 0.05
        has_token = any(symbol.startswith("header ") for symbol in step.symbols)
        return not bound_s or step.is_newest or has_token or step.exchange.sent_at > limit

    def own_of(self, someone: Someone) -> Iterator[Check]:
        """Return that what only the service writes of a user stays as it was first shown."""
        own = OWN if self._target.promise("timestamps") else OWN[:2]
        shows = self._creating.show_user and someone.creation.is_done
        first = someone.creation if shows else someone.first_look
        for name in own:
            if name in self._details.paths and first is not None:
                yield {"that": "member", "path": self._details.paths[name], "as_in": first.name}

    def dated_after(self, step: Step, earlier: Sequence[Step]) -> Iterator[Check]:
        """Return that the date of change moved since an earlier look, where it is exact enough for that."""
        if self._is_dated and _is_exact(look(self._shown(step), self._details.paths["updated_at"])):
            for each in earlier:
                yield {"that": "member", "path": self._details.paths["updated_at"], "after": each.name}

    @property
    def _is_dated(self) -> bool:
        """Whether the target promises dates and has this one; many have one of the two."""
        return self._target.promise("timestamps") and "updated_at" in self._details.paths

    def _shown(self, step: Step) -> Any:
        whole = step.answer.json()
        return look(whole, self._target.user_path)

    def _moved(self, step: Step, someone: Someone) -> Iterator[Check]:
        """Version and date of change stay while nothing happens, and move with every change.

        A look within the promised time may show what was before: it tells nothing of what has to stay, unless
        there was nothing before.
        """
        if settled := [each for each in someone.looks if each.is_settled or someone.has_one_state]:
            last = settled[-1].name
            if self._is_dated:
                yield {"that": "member", "path": self._details.paths["updated_at"], "as_in": last}
            if self._target.promise("etag"):
                yield {"that": "header", "name": "etag", "as_in": last}
        elif someone.earlier_looks:
            last = someone.earlier_looks[-1].name
            yield from self.dated_after(step, someone.earlier_looks[-1:])
            if self._target.promise("etag"):
                yield {"that": "header", "name": "etag", "not_as_in": last}


def _is_exact(date: Any) -> bool:
    """Return whether a date tells more than whole seconds, within which two changes have the same."""
    if isinstance(date, int):
        return date >= LEAST_MILLISECONDS
    return "." in str(date)
