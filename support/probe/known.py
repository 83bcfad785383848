"""What a person says before a probe, because no look can tell it: how to get in, what creations need."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.errors import ConfigurationError
from support.target.profiles import parse_target

if TYPE_CHECKING:
    from pathlib import Path

    from support.target import Target
    from support.target.credentials.authentication import Auth

# The keys and tables of a profile that a probe keeps to; all others it looks at itself.
READ = ("collection", "auth", "operations", "sending", "idempotency", "timeouts", "faults")


@dataclass(frozen=True, slots=True)
class Known:
    """The way in, and whatever else was said: `said` as a profile has it, `source` the file."""

    auth: Auth | None = None
    said: dict[str, Any] = field(default_factory=dict)
    source: str = ""

    @classmethod
    def read(cls, file: Path) -> Known:
        """Read a file; raises ConfigurationError, which says what is wrong with it."""
        try:
            said = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigurationError(f"{file}: cannot be read ({error.strerror})") from None
        except ValueError as error:
            raise ConfigurationError(f"{file}: is not TOML ({error})") from None
        said.pop("name", None)
        if others := sorted(set(said) - set(READ)):
            raise ConfigurationError(
                f"{file}: {', '.join(others)}: a probe reads {', '.join(READ)}, and looks for all else itself"
            )
        known = cls(None, said, file.name)
        known.at("/")  # so that what is wrong is said at once
        return known

    @property
    def target(self) -> Target:
        """The service as far as it is known."""
        return self.at(self.collection or "/")

    @property
    def collection(self) -> str:
        """The path of the collection below the service's, empty where nobody has said it."""
        return str(self.said.get("collection", ""))

    def at(self, collection: str) -> Target:
        """Return the service as far as it is known, with its users at a path."""
        raw = {**self.said, "name": "probe", "collection": collection}
        target = parse_target(raw, source=self.source or "probe")
        return target if self.auth is None else target.model_copy(update={"auth": self.auth})
