"""What of JSON:API a profile cannot say: a change names in its body whom it changes, with their type."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from support.target.adapters import Adapter, Asked, as_json, from_json


class JsonApi(Adapter):
    """Names the type and the id of whoever is changed, as they stand in the path."""

    def request(self, asked: Asked) -> Asked:
        """Put both beside the details of a change (https://jsonapi.org/format/#crud-updating)."""
        changes = from_json(asked.body) if asked.verb == "change" else None
        if not isinstance(changes, dict) or not isinstance(changes.get("data"), dict):
            return asked
        kind, user_id = (unquote(part) for part in asked.path.rsplit("/", 2)[-2:])
        return replace(asked, body=as_json({"data": {"type": kind, "id": user_id, **changes["data"]}}))
