"""The reference page of the profile: `python -m support.target.manual` writes it, and the JSON schema.

Everything on the page comes from the models and from the profiles that ship, so that it cannot be wrong for
long: a self-test compares. Which service needs a key is what its profile sets to another value than the
default. It explains nothing that the models do not say.
"""

from __future__ import annotations

import json
import sys
import tomllib
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from support.target.profile import Target
from support.target.profiles import TARGETS
from support.target.schema import main as write_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

    Settings = Mapping[str, Mapping[str, Any]]  # what each shipped profile says, by the service's name

FILE = Path(__file__).with_name("PROFILE.md")
OWN = "reference"  # the service that comes along is no evidence that anybody needs a key
BEGIN = """# The keys of a profile

Written by `python -m support.target.manual` from the models in `support/target/`: change those, not it.

A profile is a TOML file, given by `--target=FILE`. Only `name` has to be there; whatever is left out has the
default that stands here. Promises are declared and never guessed. A line `#:schema PATH/profile.schema.json`
at its top has editors that know TOML complete and check it. The last column names services whose
[profile](profiles/) sets the key, and others that are known to need it.
"""
NAMES = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    date: "date",
    NoneType: "",
    Any: "any value",
}
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def page_text() -> str:
    """Return the page as it stands in the file."""
    settings = {
        file.stem: tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(TARGETS.glob("*.toml"))
        if file.stem != OWN
    }
    return "\n".join([BEGIN, *_sections(Target, "", settings)]).rstrip() + "\n"


def undescribed(model: type[BaseModel] = Target, above: str = "") -> list[str]:
    """Return the keys without a description."""
    found = []
    for name, field in model.model_fields.items():
        part = _part_of(field.annotation)
        if part is not None:
            found += undescribed(part, f"{above}{name}.")
        elif not field.description:
            found.append(above + name)
    return found


def _sections(model: type[BaseModel], table: str, settings: Settings) -> Iterator[str]:
    """Return a section for a table of the profile, then one for each table in it."""
    yield f"## {f'`[{table}]`' if table else 'At the top'}\n"
    yield f"{_one_line((model.__doc__ or '').strip())}\n"
    parts = {name: _part_of(field.annotation) for name, field in model.model_fields.items()}
    plain = [name for name, part in parts.items() if part is None]
    if plain:
        yield "| key | type | default | what it says | example | needed by |"
        yield "|---|---|---|---|---|---|"
    for name in plain:
        yield _row(name, model.model_fields[name], settings)
    yield ""
    for name, part in parts.items():
        if part is None:
            continue
        field = model.model_fields[name]
        path = f"{table}.{name}" if table else name
        has_free_keys = get_origin(field.annotation) is dict
        inner = {} if has_free_keys else _inner(settings, name)
        lines = _sections(part, f"{path}.NAME" if has_free_keys else path, inner)
        yield next(lines)
        if field.description:
            yield f"{field.description}\n"
        yield from lines


def _row(name: str, field: FieldInfo, settings: Settings) -> str:
    default = field.get_default(call_default_factory=True)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    named: Any = extra.get("needed_by", [])
    users = [service for service, said in settings.items() if name in said and not _same(said[name], default)]
    cells = (
        f"`{name}`",
        _type_of(field),
        "has to be there" if default is PydanticUndefined else _shown(default),
        _one_line(field.description or ""),
        ", ".join(_shown(example) for example in field.examples or ()),
        ", ".join(dict.fromkeys([*users, *named])),
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _part_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model of a key that is a table, or a table of tables with free names."""
    kinds = [annotation, *(get_args(annotation)[-1:] if get_origin(annotation) is dict else ())]
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _type_of(field: FieldInfo) -> str:
    limits = [
        f"{sign} {getattr(rule, attribute):,}"
        for rule in field.metadata
        for attribute, sign in SIGNS.items()
        if getattr(rule, attribute, None) is not None
    ]
    return ", ".join([_type_name(field.annotation), *limits])


def _type_name(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in NAMES:
        return NAMES[annotation]
    if origin is Literal:
        return "one of " + ", ".join(f"`{choice}`" for choice in arguments)
    if origin in {Union, UnionType}:
        return " or ".join(filter(None, (_type_name(argument) for argument in arguments)))
    if origin in {tuple, frozenset, list}:
        return f"list of {_type_name(arguments[0])}"
    if origin is dict:
        return f"table of {_type_name(arguments[1])}"
    # An annotated type, such as the name of a variable.
    return _type_name(arguments[0]) if arguments else getattr(annotation, "__name__", str(annotation))


def _inner(settings: Settings, name: str) -> Settings:
    return {service: said.get(name, {}) for service, said in settings.items()}


def _same(value: Any, default: Any) -> bool:
    if isinstance(default, frozenset | tuple | list):
        return isinstance(value, list) and sorted(map(str, value)) == sorted(map(str, default))
    return bool(value == default or (default is None and value == ""))


def _shown(value: Any) -> str:
    return "nothing" if value is None else f"`{to_toml(value)}`"


def to_toml(value: Any) -> str:
    """Return a value as TOML writes it on one line."""
    if isinstance(value, dict):
        inside = ", ".join(f"{json.dumps(key)} = {to_toml(part)}" for key, part in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, tuple | list | frozenset):
        parts = sorted(value) if isinstance(value, frozenset) else value
        return f"[{', '.join(map(to_toml, parts))}]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def main() -> int:
    """Write the page and the schema anew."""
    FILE.write_text(page_text(), encoding="utf-8")
    sys.stdout.write(f"{FILE.name} is written\n")
    return write_schema()


if __name__ == "__main__":
    raise SystemExit(main())
