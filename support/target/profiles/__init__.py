"""Profiles that come with the suite, and how any profile is read."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from support.errors import ConfigurationError
from support.target.profile import Target
from support.target.promises import PROMISES

TARGETS = Path(__file__).parent


def load_target(name_or_file: str) -> Target:
    """Read a profile by the name of a file in `support/targets` or by the path of a TOML file.

    Raises ConfigurationError, which names the file, the key and the reason.
    """
    file = Path(name_or_file)
    if file.suffix != ".toml":
        file = TARGETS / f"{name_or_file}.toml"
        if not file.is_file():
            known = ", ".join(sorted(path.stem for path in TARGETS.glob("*.toml")))
            raise ConfigurationError(
                f"unknown target {name_or_file!r}: known are {known}; or give the path of a .toml file"
            )
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: is not TOML ({error})") from None
    return parse_target(raw, source=str(file))


def parse_target(raw: dict[str, Any], *, source: str) -> Target:
    """Check a profile that was read; raises ConfigurationError with source, key and reason."""
    try:
        return Target.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "profile"
        raise ConfigurationError(f"{source}: {key}: {_explain(first)}") from None


def _explain(error: Any) -> str:
    """Say in the profile's own words what is wrong with a key."""
    if error["type"] == "extra_forbidden":
        known = _keys_at(error["loc"][:-1])
        near = difflib.get_close_matches(str(error["loc"][-1]), known, 1)
        return "is no key of a profile" + (f", did you mean {near[0]!r}?" if near else "")
    if error["type"] == "literal_error" and error["loc"][0] == "promises":
        value = str(error["input"])
        near = difflib.get_close_matches(value, PROMISES, 1)
        return f"no such promise: {value!r}" + (f", did you mean {near[0]!r}?" if near else "")
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _keys_at(location: tuple[Any, ...]) -> list[str]:
    model: Any = Target
    for part in location:
        # A table with keys of the caller's own has values of one kind.
        is_part = hasattr(model, "model_fields")
        model = model.model_fields[part].annotation if is_part else get_args(model)[-1]
    return list(model.model_fields) if hasattr(model, "model_fields") else []
