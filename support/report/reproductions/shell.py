"""The same requests as a short script for a POSIX shell with curl, where a shell can carry them.

It ends with the answer that is judged. Where a status is what is judged, the exit code says so as the longer
script's does; everything else is for people to compare.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.report.reproductions.script.symbols import SYMBOL

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_STEPS = 12
LONGEST_BODY = 2000
CHANGES = {"upper": "tr '[:lower:]' '[:upper:]'", "lower": "tr '[:upper:]' '[:lower:]'"}
HEAD = """#!/bin/sh
# {title}
#
{description}
: "${{BASE_URL:?set BASE_URL}}"
body=$(mktemp); head=$(mktemp); trap 'rm -f "$body" "$head"' EXIT
send() {{ curl -sS -o "$body" -D "$head" -w '%{{http_code}}' "$@"; }}
"""
# Read from the last answer: the id in its body, the version in its head.
TELL_ID = (
    """{name}=$(sed -n 's/.*"{field}"[[:space:]]*:[[:space:]]*"\\{{0,1\\}}\\([^",}}]*\\).*/\\1/p' "$body" """
    "| head -n 1)"
)
TELL_TAG = (
    """{name}=$(sed -n 's/^[Ee][Tt][Aa][Gg]:[[:space:]]*\\(W\\/\\)\\{{0,1\\}}"\\(.*\\)".*/\\2/p' "$head" """
    "| head -n 1)"
)


class NotForShells(Exception):
    """A plan that a short script cannot carry."""


class ShellScript:
    """Writes one plan as a shell script."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._plan = plan
        self._constants: Mapping[str, str] = plan["headers"]
        self._variables: dict[str, str] = {}

    def write(self, title: str, description: str) -> str:
        """Return the script; raises NotForShells where that is not possible."""
        plan = self._plan
        steps = plan["steps"]
        awkward = ("walk", "hang_up", "together", "controls", "coding", "watch_s")
        if len(steps) > MOST_STEPS or plan["attempts"] != 1 or any(s.get(k) for s in steps for k in awkward):
            raise NotForShells
        if len(plan["ids"]) != 1 or "." in plan["ids"][0] or plan["user_path"]:
            raise NotForShells
        lines: list[str] = []
        told = {
            f"{kind} {what}"
            for step in steps
            for kind, what, _ in SYMBOL.findall(str(step))
            if kind in {"id", "tag"}
        }
        for step in steps:
            lines += self._step(step, told)
        lines += self._end(steps)
        comment = "\n".join(f"# {line}".rstrip() for line in description.splitlines())
        makes = [f"{variable}={value}" for variable, value in self._variables.items() if value]
        return "\n".join([HEAD.format(title=title, description=comment), *makes, "", *lines, ""])

    def _step(self, step: Mapping[str, Any], told: set[str]) -> list[str]:
        method, _, path = step["send"].partition(" ")
        how = "--head" if method == "HEAD" else f"-X {method}"
        parts = [f'status=$(send {how} "$BASE_URL{self._fill(path)}"']
        for name, value in {**self._constants, **step.get("as", {}), **step.get("headers", {})}.items():
            parts.append(f'-H "{name}: {self._fill(value)}"')
        if step.get("body") is not None:
            if len(step["body"]) > LONGEST_BODY or "\0" in step["body"]:
                raise NotForShells
            parts.append(f'--data-raw "{self._fill(step["body"])}"')
        lines = [f"# {step['what']} (then: {step['status']})"]
        if step.get("settle_s"):
            lines.append(f"sleep {step['settle_s']}")
        lines.append(" ".join(parts) + ")")
        if f"id {step['name']}" in told or step.get("creates"):
            lines.append(TELL_ID.format(name=f"id_{step['name']}", field=self._plan["ids"][0]))
        if f"tag {step['name']}" in told:
            lines.append(TELL_TAG.format(name=f"tag_{step['name']}"))
        lines.append('echo "$status"')
        return lines

    def _end(self, steps: list[Mapping[str, Any]]) -> list[str]:
        judged = self._plan["checks"][0]
        is_last = judged["of"] == steps[-1]["name"]
        lines = ['last=$status; cat "$head" "$body"; echo']
        made = [step for step in steps if step.get("creates")]
        delete = self._plan["delete"]["send"]
        for step in made:
            method, _, path = delete.partition(" ")
            headers = "".join(
                f' -H "{n}: {self._fill(v)}"' for n, v in {**self._constants, **step.get("as", {})}.items()
            )
            place = path.replace("{id}", f"$id_{step['name']}")
            lines.append(
                f'[ -z "$id_{step["name"]}" ] || send -X {method} "$BASE_URL{place}"{headers} > /dev/null'
            )
        if judged["that"] == "status" and "in" in judged and is_last:
            right = "|".join(map(str, judged["in"]))
            return [*lines, f'case "$last" in {right}) exit 0 ;; *) exit 1 ;; esac']
        return [*lines, "echo 'compare this with what was promised'", "exit 2"]

    def _fill(self, template: str) -> str:
        """Return a template as the inside of a double-quoted word."""
        parts, end = [], 0
        for found in SYMBOL.finditer(template):
            parts += [_escaped(template[end : found.start()]), self._symbol(*found.groups())]
            end = found.end()
        return "".join([*parts, _escaped(template[end:])])

    def _symbol(self, kind: str, what: str, change: str | None) -> str:
        if kind == "token" and not change:
            return f"${{{what}}}"
        if kind not in {"mark", "MARK", "id", "tag", "key", "password"}:
            raise NotForShells
        name = re.sub(r"\W", "_", f"{kind.lower()}_{what.split(maxsplit=1)[0]}")
        self._variables.setdefault(name, self._make(kind.lower(), what))
        if kind == "MARK":
            change = "upper"
        if not change:
            return f"${{{name}}}"
        word, _, number = change.partition(" ")
        if word == "short":
            return f"${{{name}%{'?' * int(number)}}}"
        if word == "first":
            return f'$(printf %.{number}s "${name}")'
        if word not in CHANGES:
            raise NotForShells
        return f'$(printf %s "${name}" | {CHANGES[word]})'

    def _make(self, kind: str, what: str) -> str:
        """Return how a value is made; empty for one that an answer tells."""
        number = what.split(maxsplit=1)[0]
        if kind == "mark":
            return f'"acc$(date +%s).sh$$-{number}"'
        return f'"$(date +%s)-$$-{number}-0000"' if kind in {"key", "password"} else ""


def _escaped(text: str) -> str:
    return re.sub(r'(["$`\\])', r"\\\1", text)
