"""What the parts of a profile have in common: no unknown keys, and nothing changes once it is read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

Statuses = tuple[int, ...]


class Part(BaseModel):
    """A table of a profile."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)
