"""How the details of a user are written in requests: wrapped, with further details, in the target's dialect.

Names are the target's own already (`support.users.normalizers` maps them); nothing is sent here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.target.sending.details import DIALECT_TYPES
from support.users.forms.further_details import FurtherDetails
from support.users.forms.paths import split, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.target import Target

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Bodies:
    """Writes bodies for one target; `outgoing` gives details the target's names."""

    def __init__(self, target: Target, outgoing: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
        self._target = target
        self._sending = target.sending
        self._outgoing = outgoing
        self._further = FurtherDetails(target.sending)

    def media_type(self, verb: str) -> str:
        """Return the media type of a `create`, `replace` or `change`."""
        if verb != "change":
            return self._sending.media_type
        is_named = "patch" in self._sending.model_fields_set
        if not is_named and self._target.promise("media-types"):
            return DIALECT_TYPES["merge-patch"]  # as the contract has it (2.6)
        return self._sending.patch_type

    def write(self, verb: str, details: Mapping[str, Any], mark: str) -> bytes:
        """Write details in UTF-8, escaped where they hold half a character; `mark` is whose they are."""
        if verb == "change":
            content = self._change(details)
        else:
            further = self._further.of(details, mark, is_new=verb == "create")
            content = self._wrapped(_merge(further, self._outgoing(details)))
        try:
            return json.dumps(content, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return json.dumps(content).encode()

    def _change(self, changes: Mapping[str, Any]) -> Any:
        if self._sending.clears_with == "empty":
            changes = {name: "" if value is None else value for name, value in changes.items()}
        if self._sending.patch == "json-patch":
            return [
                {"op": "remove", "path": pointer}
                if value is None
                else {"op": "add", "path": pointer, "value": value}
                for path, value in self._by_path(changes)
                for pointer in ["".join(f"/{_escape(step)}" for step in split(path))]
            ]
        if self._sending.patch == "scim":
            operations = [
                {"op": "remove", "path": path}
                if value is None
                else {"op": "replace", "path": path, "value": value}
                for path, value in self._by_path(changes)
            ]
            return {"schemas": [PATCH_OP], "Operations": operations}
        return self._wrapped(self._outgoing(changes))

    def _by_path(self, changes: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Return each change with the target's path to its detail; what has no path there is left out."""
        fields = self._target.fields
        paths = ((getattr(fields, name, name), value) for name, value in changes.items())
        return [(path, value) for path, value in paths if path]

    def _wrapped(self, members: dict[str, Any]) -> dict[str, Any]:
        if not self._sending.wrap:
            return members
        whole: dict[str, Any] = {}
        write(whole, self._sending.wrap, members)
        return whole


def _escape(step: str) -> str:
    """Write one step of a JSON Pointer (RFC 6901 §3)."""
    return step.replace("~", "~0").replace("/", "~1")


def _merge(under: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return both, objects put together; where both name a member, the second one counts."""
    merged = dict(under)
    for name, value in over.items():
        below = merged.get(name)
        merged[name] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
