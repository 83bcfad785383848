"""What a sweep did, in figures and in lines."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Swept:
    """What a sweep did: how many users are gone, who is left, and a line for each thing it could not see.

    `untrue` has a line for each deletion that was acknowledged and not done.
    """

    created: int = 0
    deleted: int = 0
    left: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether everything was looked at and nobody is left."""
        return not (self.left or self.unseen)

    @property
    def figures(self) -> dict[str, int | None]:
        """The numbers of users; None for how many are left where that could not be looked at."""
        left = len(self.left)
        return {
            "created": self.created,
            "deleted": self.deleted,
            "left": None if self.unseen and not left else left,
        }
