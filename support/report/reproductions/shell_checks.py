"""What must hold of an answer, as a condition of a POSIX shell: of statuses, heads, and plain members."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.report.reproductions.script.symbols import SYMBOL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PLAIN_PATH = re.compile(r"\w+")
# A text that stands in JSON as it is, and that composing it or cutting outer blanks off does not change.
PLAIN_TEXT = re.compile(r"(?! )[ !#-\[\]-~]+(?<! )")
BODY, HEAD = '"$body"', '"$head"'
STRANGERS = {401, 403, 429}  # statuses that tell of the caller, and nothing of the fault


def written(check: Mapping[str, Any], id_path: str, fill: Callable[[str], str]) -> str | None:
    """Return the condition that a check's answer is right; None where a shell cannot judge by it.

    `fill` writes a template as the inside of a double-quoted word.
    """
    kind, path = check["that"], check.get("path", id_path)
    is_plain = isinstance(path, str) and PLAIN_PATH.fullmatch(path) is not None
    condition = None
    if kind == "status":
        condition = _status(check)
    elif kind == "is_user":
        condition = f"grep -q '^[[:space:]]*{{' {BODY}"
    elif kind == "hides" and "text" in check:
        condition = f'! grep -qF -- "{fill(check["text"])}" {HEAD} {BODY}'
    elif kind == "header" and (_named(check) or set(check) == {"that", "name", "of"}):
        condition = _compared(check, _header(check["name"]))
    elif kind in {"same_user", "member"} and is_plain and _named(check):
        condition = _compared(check, _member(path))
    elif kind == "member" and is_plain:
        condition = _value(check, fill)
    return condition


def kept_for(check: Mapping[str, Any], step: str, id_path: str) -> list[str]:
    """Return what notes of a step's answer what a check compares with, where it is the step that it names."""
    if _named(check) != step:
        return []
    is_header = check["that"] == "header"
    command = _header(check["name"]) if is_header else _member(check.get("path", id_path))
    return [f"was=$({command})"]


def _named(check: Mapping[str, Any]) -> str:
    """Return the step with whose answer a check compares, if it does."""
    return str(check.get("as_in") or check.get("after") or check.get("not_as_in") or "")


def _status(check: Mapping[str, Any]) -> str:
    if "in" in check:
        return " || ".join(f'[ "$status" = {status} ]' for status in check["in"]).join(("{ ", "; }"))
    low, high = check["from"], check["to"]
    return f'{{ {{ [ "$status" -ge {low} ] && [ "$status" -lt {high} ]; }} || [ "$status" = 501 ]; }}'


def _compared(check: Mapping[str, Any], command: str) -> str:
    """Return the condition that what a command tells is, or is not, what it told of the earlier answer."""
    if not _named(check):
        return f'[ -n "$({command})" ]'
    return f'[ "$({command})" {"=" if "as_in" in check else "!="} "$was" ]'


def _header(name: str) -> str:
    return f"grep -i '^{name}:' {HEAD}"


def _member(path: str) -> str:
    """Return the command that tells a member as it is written, quotes and all."""
    value = r'\("[^"]*"\|[^,}]*\)'
    return f"sed -n 's/.*\"{path}\"[[:space:]]*:[[:space:]]*{value}.*/\\1/p' {BODY} | head -n 1"


def _value(check: Mapping[str, Any], fill: Callable[[str], str]) -> str | None:
    """Return the condition that a member is, or is not, a plain text, or is absent."""
    wanted = check.get("is", check.get("is_not"))
    if "is" in check and wanted is None:
        return f'! grep -q \'"{check["path"]}"[[:space:]]*:[[:space:]]*"[^"]\' {BODY}'
    if not isinstance(wanted, str) or not PLAIN_TEXT.fullmatch(plain := SYMBOL.sub("x", wanted)):
        return None
    is_address = any("address" in way for way in check.get("kept", ()))
    if is_address and plain != plain.lower():
        return None
    return f'[ "$({_member(check["path"])})" {"=" if "is" in check else "!="} "\\"{fill(wanted)}\\"" ]'
