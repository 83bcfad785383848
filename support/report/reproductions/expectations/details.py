"""The details of users as requests ask for them and as answers have to show them."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from support.report.reproductions.script.answers import MISSING, look

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from support.report.reproductions.recording.steps import Step
    from support.target import Target

DETAILS = ("name", "email", "nickname")
INSTRUCTIONS = {"json-patch", "scim"}  # dialects of changes that say what to do, and not what is to stand
MEMBERS = ("id", *DETAILS, "role", "created_at", "updated_at")


class Details:
    """Reads and expects details by one target's names; `paths` are where its answers hold them."""

    def __init__(self, target: Target) -> None:
        self._text = target.text
        self._wrap = target.sending.wrap
        self._dialect = target.sending.patch
        self.paths: dict[str, str] = {
            name: path for name in MEMBERS if (path := getattr(target.fields, name)) is not None
        }

    def asked(self, step: Step) -> dict[str, Any]:
        """Return the details that a write has asked for, as templates, by the contract's names."""
        return self.written(step) or {}

    def sent(self, step: Step) -> Any:
        """Return the members that a step sends, unwrapped; MISSING where it sends none."""
        whole = body_of(step)
        return look(whole, self._wrap) if self._wrap and whole is not MISSING else whole

    def names(self, step: Step, path: str) -> bool:
        """Return whether a step sends a member."""
        return look(self.sent(step), path) is not MISSING

    def written(self, step: Step) -> dict[str, Any] | None:
        """Return the details that a write has asked for; None where its form does not tell them plainly."""
        sent = self.sent(step)
        if not isinstance(sent, dict) or (step.verb == "change" and self._dialect in INSTRUCTIONS):
            return None
        found: dict[str, Any] = {
            name: value
            for name in DETAILS
            if name in self.paths and (value := look(sent, self.paths[name])) is not MISSING
        }
        if step.verb == "create":
            found.setdefault("nickname", None)
        return found

    def shown(self, details: Mapping[str, Any], **check: Any) -> Iterator[dict[str, Any]]:
        """Return the checks that answers show details as the target keeps them."""
        for name in DETAILS:
            if name in self.paths and name in details:
                yield {
                    "that": "member",
                    **check,
                    "path": self.paths[name],
                    "is": details[name],
                    "kept": self._kept(name),
                }

    def among(self, states: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Return the checks that an answer shows of each detail a value that has once stood, if anybody."""
        for name in DETAILS:
            if name in self.paths and all(name in details for details in states):
                some = [details[name] for details in states]
                yield {"that": "member", "path": self.paths[name], "any": some, "kept": self._kept(name)}

    def _kept(self, name: str) -> list[str]:
        text = self._text
        trims = text.trims or (name == "email" and text.trims_email)
        ways = [*(["trim"] if trims else []), *(["compose"] if text.composes else [])]
        if name == "email":
            ways.append("address in small letters" if text.lowers_email else "address")
        return [*ways, "absent"] if name == "nickname" else ways


def body_of(step: Step) -> Any:
    """Return the JSON object that a step sends, its symbols as they are; MISSING where it sends none."""
    with contextlib.suppress(ValueError, RecursionError):
        whole = json.loads(step.data.get("body") or "")
        if isinstance(whole, dict):
            return whole
    return MISSING
