"""One run: who it is, what it talks to, and where it keeps what must survive it.

Made once, in the process that starts the run, and handed to the workers as plain data, so that all of
them have the same target, seed and folder.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from support.errors import ConfigurationError
from support.secrets import REDACTOR
from support.target import Target, load_target
from support.target.settings import REPORTS, ROOT, Settings, hide_addresses, load_tokens, resolve_base_url
from support.target.timing import Bounds
from support.users.markers import new_run

RUNS = ROOT / ".acceptance" / "runs"


class Shard(NamedTuple):
    """A part of a run that several machines share: its number from 1 on, of how many, and the run's name."""

    number: int
    of: int
    of_run: str

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """What every process of a run knows.

    `tokens` are by the variable names of the profile; `controls` are the verbs that are known to work there.
    `ids_return` says that ids of deleted users were seen to come back, whatever the profile says; `shard`
    which part of a larger run this is, None where it is the whole.
    """

    id: str
    seed: int
    folder: Path
    base_url: str
    target: Target
    tokens: dict[str, str] = field(repr=False)
    reports: Path = REPORTS
    redis_url: str | None = field(default=None, repr=False)
    embedded: bool = False
    controls: tuple[str, ...] = ()
    ids_return: bool = False
    shard: Shard | None = None

    def __repr__(self) -> str:
        return f"<run {self.id} at target {self.target.name}>"

    @property
    def careful_target(self) -> Target:
        """The target as requests treat it: where ids were seen to come back, they may hit a stranger."""
        if not self.ids_return:
            return self.target
        fields = self.target.fields.model_copy(update={"ids_return": True})
        return self.target.model_copy(update={"fields": fields})

    def to_worker(self) -> str:
        """Write the run as text for a worker process."""
        data = {**asdict(self), "folder": str(self.folder), "reports": str(self.reports)}
        data["target"] = self.target.model_dump_json(exclude_unset=True)  # what was left out is no promise
        return json.dumps(data)

    @classmethod
    def from_controller(cls, text: str) -> Run:
        """Read what `to_worker` wrote, and register the tokens for redaction in this process too."""
        data: dict[str, Any] = json.loads(text)
        for name, token in data["tokens"].items():
            REDACTOR.register(token, name)
        hide_addresses()
        data["folder"], data["reports"] = Path(data["folder"]), Path(data["reports"])
        data["target"] = Target.model_validate_json(data["target"])
        data["controls"] = tuple(data["controls"])
        data["shard"] = Shard(*data["shard"]) if data["shard"] else None
        return cls(**data)


def choose_target(settings: Settings, name_or_file: str | None, bound_s: float | None) -> Target:
    """Load the profile that the caller chose, with the bound that the caller gave [s].

    Raises ConfigurationError for a profile or a bound that is none.
    """
    target = load_target(name_or_file or settings.target)
    if bound_s is not None:
        try:
            bounds = Bounds(single_s=bound_s, list_s=bound_s)
        except ValidationError as error:
            reason = str(error.errors()[0]["msg"]).lower()
            raise ConfigurationError(f"--bound {bound_s:g}: {reason}") from None
        target = target.model_copy(update={"bounds": bounds})
    return target


def is_embedded(settings: Settings, target: Target) -> bool:
    """Return whether the suite has to bring the service along."""
    return target.embedded is not None and not settings.base_url and not target.base_url


def new_identity(seed: int | None, shard: Shard | None = None) -> tuple[str, int, Path]:
    """Return a new run its mark, its seed and its folder.

    The shards of a run have marks of their own, also if they begin in the same second on different machines,
    and one seed, which the run's name tells.
    """
    RUNS.mkdir(parents=True, exist_ok=True)
    if seed is None:
        name = shard.of_run if shard else None
        seed = (random.Random(name) if name else random.SystemRandom()).randrange(2**31)
    while True:
        run = new_run(part=shard.number if shard else None)
        try:
            (RUNS / run).mkdir()
        except FileExistsError:  # another run that began in this very second
            continue
        return run, seed, RUNS / run


def external(run: str, seed: int, folder: Path, reports: Path, settings: Settings, target: Target) -> Run:
    """Make a run against a service that is already there; raises ConfigurationError."""
    return Run(
        id=run,
        seed=seed,
        folder=folder,
        reports=reports,
        redis_url=settings.redis_url,
        base_url=resolve_base_url(target, settings.base_url),
        target=target,
        tokens=load_tokens(target),
    )
