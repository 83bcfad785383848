"""What a first look has to say: notes, verbs that work, and that a service keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from support.errors import ConfigurationError


class KeepsNothing(ConfigurationError):
    """The ids that the service told are not those of users of ours: nothing may be done to them."""


@dataclass(slots=True)
class Findings:
    """What the walk has shown: the verbs that succeeded, as controls for refusals, and notes.

    `ids_return` says that the id of a deleted user was given to the next one.
    """

    succeeded: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    ids_return: bool = False
