"""Profiles that come with the suite, and how any profile is read."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from support.errors import ConfigurationError, one_line
from support.secrets import REDACTOR
from support.target.adapters import load_adapter
from support.target.profile import Target
from support.target.promises import PROMISES
from support.target.settings import hide_telling_variables, hide_variables

TARGETS = Path(__file__).parent
MOST_SAID = 300  # characters about one key
NESTED = "profile: is nested too deeply"


def load_target(name_or_file: str) -> Target:
    """Read a profile by the name of a file in `support/target/profiles` or by the path of a TOML file.

    Raises ConfigurationError, which names the file, the key and the reason.
    """
    file = Path(name_or_file)
    if file.suffix != ".toml":
        file = TARGETS / f"{name_or_file}.toml"
        if not _is_file(file):
            known = ", ".join(sorted(path.stem for path in TARGETS.glob("*.toml")))
            raise ConfigurationError(
                f"unknown target {name_or_file!r}: known are {known}; or give the path of a .toml file"
            )
    where = one_line(str(file))
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{where}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:  # numbers of too many digits are no TOMLDecodeError
        raise ConfigurationError(f"{where}: is not TOML ({one_line(str(error))})") from None
    target = parse_target(raw, source=where)
    if target.openapi and not target.openapi.startswith("/"):
        # What begins with a slash is a path of the service.
        place = (file.parent.resolve() / target.openapi).as_uri()
        target = target.model_copy(update={"openapi": place})
    if not target.adapter:
        return target
    # The processes of a run get the profile without its folder.
    adapter = str(file.parent.resolve() / target.adapter)
    hide_variables(target)
    try:
        load_adapter(adapter)
    except ConfigurationError as error:
        hide_telling_variables()  # in what it says
        raise ConfigurationError(f"{where}: adapter: {error}") from None
    return target.model_copy(update={"adapter": adapter})


def parse_target(raw: dict[str, Any], *, source: str) -> Target:
    """Check a profile that was read; raises ConfigurationError with source, every wrong key, and why."""
    try:
        return Target.model_validate(raw)
    except ValidationError as error:
        said = _explain_all(error)
    except RecursionError:
        said = NESTED
    raise ConfigurationError(f"{source}: {one_line(said)}")


def _explain_all(error: ValidationError) -> str:
    """Say what is wrong with each key, once, however many kinds of values it might have had."""
    wrong: dict[str, str] = {}
    try:
        for each in error.errors(include_url=False):
            wrong.setdefault(_key_of(each["loc"]), _explain(each))
    except RecursionError:
        return NESTED
    return "; ".join(_clip(f"{key}: {reason}") for key, reason in wrong.items())


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):  # no name that any file could have
        return False


def _key_of(location: tuple[Any, ...]) -> str:
    """Return the dotted key at which a mistake stands, without places in lists and kinds of values."""
    model: Any = Target
    steps = []
    for part in location:
        if not hasattr(model, "model_fields") and get_origin(model) is not dict:
            break
        steps.append(str(part))
        model = _below(model, part)
    return ".".join(steps) or "profile"


def _below(model: Any, key: Any) -> Any:
    """Return the model of the table at a key of a table; None where there is none."""
    if hasattr(model, "model_fields"):
        field = model.model_fields.get(key)
        return field.annotation if field is not None else None
    # A table with keys of the caller's own has values of one kind.
    arguments = get_args(model)
    return arguments[-1] if get_origin(model) is dict else None


def _clip(text: str) -> str:
    """Return both ends of a text that is too long to be read; what is secret in it is hidden before."""
    if len(text) <= MOST_SAID:
        return text
    hidden = REDACTOR.text(text)
    return f"{hidden[: MOST_SAID // 2]} … {hidden[-MOST_SAID // 2 :]}"


def _explain(error: Any) -> str:
    """Say in the profile's own words what is wrong with a key."""
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), _keys_at(error["loc"][:-1]), 1)
        return "is no key of a profile" + (f", did you mean {near[0]!r}?" if near else "")
    if error["type"] == "literal_error" and error["loc"][:1] == ("promises",):
        value = str(error["input"])
        near = difflib.get_close_matches(value, PROMISES, 1)
        return f"no such promise: {value!r}" + (f", did you mean {near[0]!r}?" if near else "")
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _keys_at(location: tuple[Any, ...]) -> list[str]:
    model: Any = Target
    for part in location:
        model = _below(model, part)
    return list(model.model_fields) if hasattr(model, "model_fields") else []
