"""The draft of a profile: lines with what was seen beside them, and what could not be told.

Only what a profile needs to work at all is in force. Promises are a list of comments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.target import Target
from support.target.manual import to_toml
from support.target.protocol import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ORDER = (
    "",
    "fields",
    "clock",
    "text",
    "accepted",
    "refusals",
    "lists",
    "limits",
    "operations",
    "sending",
    "answers",
    "auth",
    "faults",
)


class Draft:
    """What a profile of the service might say."""

    def __init__(self, name: str) -> None:
        self._lines: dict[str, dict[str, tuple[Any, str]]] = {}
        self._promises: dict[str, str] = {}
        self._against: list[str] = []
        self._unknown: list[str] = []
        self._said: set[str] = set()
        self.set("name", name)

    def keep(self, known: Mapping[str, Any], source: str) -> None:
        """Take over what a person has said, tables of keys; nothing that is seen takes its place."""
        for name, value in known.items():
            keys = {f"{name}.{key}": part for key, part in value.items()} if isinstance(value, dict) else {}
            for key, part in keys.items() if keys else [(name, value)]:
                self.set(key, part, f"said in {source}")
                self._said.add(key)

    def set(self, key: str, value: Any, seen: str = "") -> None:
        """Propose a key, dotted, with what was seen; one that this version does not know becomes a remark."""
        table, _, name = key.rpartition(".")
        if key in self._said:
            said, source = self._lines[table][name]
            if isinstance(said, dict) and isinstance(value, dict) and set(value) - set(said):
                # Of several members a person may have said those that no look can tell.
                self._lines[table][name] = ({**value, **said}, f"{source}; {seen}")
            return
        if not _is_known(table, name):
            self.cannot_tell(f"no key says yet that {key} is {to_toml(value)} ({seen})")
            return
        self._lines.setdefault(table, {})[name] = (value, seen)

    def refuses(self, reason: str, statuses: Iterable[int], seen: str) -> None:
        """Propose the statuses of a refusal: those that were seen beside the usual ones.

        One look does not rule out that another flaw of the kind is refused otherwise.
        """
        told = sorted(set(statuses))
        words = f"{seen} ({', '.join(map(str, told))}); the others are usual: name fewer if that is promised"
        self.set(f"refusals.{reason}", sorted({*REFUSALS[reason], *told}), words)

    def get(self, key: str) -> Any:
        """Return what is proposed for a key, None where nothing is."""
        table, _, name = key.rpartition(".")
        return self._lines.get(table, {}).get(name, (None, ""))[0]

    def saw(self, promise: str, evidence: str) -> None:
        """Note what speaks for a promise."""
        self._promises[promise] = evidence

    def saw_against(self, promise: str, evidence: str) -> None:
        """Note what speaks against a promise."""
        self._against.append(f"not {promise}: {evidence}")

    def cannot_tell(self, what: str) -> None:
        """Note what could not be found out."""
        self._unknown.append(what)

    def as_dict(self) -> dict[str, Any]:
        """Return the profile as its file would be read."""
        profile: dict[str, Any] = {}
        for table, lines in self._lines.items():
            here = profile
            for step in table.split(".") if table else ():
                here = here.setdefault(step, {})
            here.update({name: value for name, (value, _) in lines.items()})
        return profile

    def text(self, heading: list[str]) -> str:
        """Return the draft as a TOML file."""
        lines = [f"# {line}" for line in heading]
        lines += [f"# could not tell: {what}" for what in self._unknown]
        lines += ["", *self._table("")]
        lines += ["", "# Promises: none is in force. Add those that the service's documentation makes."]
        lines.append("promises = [")
        lines += [
            f"    # seen: {seen}; add it if it is promised:\n    # {to_toml(name)},"
            for name, seen in self._promises.items()
        ]
        lines += [f"    # {what}" for what in self._against]
        lines.append("]")
        for table in sorted(
            filter(None, self._lines), key=lambda name: (ORDER.index(name.split(".")[0]), name)
        ):
            lines += ["", f"[{table}]", *self._table(table)]
        return "\n".join(lines).rstrip() + "\n"

    def _table(self, table: str) -> list[str]:
        lines = []
        for name, (value, seen) in self._lines.get(table, {}).items():
            key = name if name.replace("_", "").isalnum() and name.isascii() else to_toml(name)
            lines += [f"# seen: {' '.join(seen.split())}"] if seen else []
            lines.append(f"{key} = {to_toml(value)}")
        return lines


def _is_known(table: str, name: str) -> bool:
    model: Any = Target
    for step in table.split(".") if table else ():
        field = getattr(model, "model_fields", {}).get(step)
        if field is None:
            return False
        model = field.annotation
    return name in model.model_fields if hasattr(model, "model_fields") else True
