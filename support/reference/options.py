"""What the service was started with: plain values, checked where they are read. No defaults elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

BASE_PATH = "/api/v1"
RESIDENTS_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of one run of the service.

    `bound_s` [s] is the promised time within which every read sees an acknowledged write; 0 means that
    reads are never behind. `database` is a database URL, None for a file that goes away with the process;
    `replicas` are the URLs of its hot standbys, without which replicas are made up. `residents` is how many
    foreign users are there from the beginning.
    """

    host: str = "127.0.0.1"
    port: int = 0
    weather: str = "calm"
    switches: frozenset[str] = field(default_factory=frozenset)
    bound_s: float = 2.0
    seed: int = 0
    database: str | None = None
    replicas: tuple[str, ...] = ()
    residents: int = 0
    exits_with_stdin: bool = False
    is_open_to_inspection: bool = False
