"""The same requests as a short script for a POSIX shell with curl, where a shell can carry them.

It ends with the answer that is judged. The exit code says what the longer script's says, where a shell can
judge by it (`support.report.reproductions.shell_checks`); the rest is for people to compare, and exits 2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.report.reproductions.script.symbols import SYMBOL
from support.report.reproductions.shell_checks import STRANGERS, kept_for, written

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
body=$(mktemp); head=$(mktemp); trap 'clean_up; rm -f "$body" "$head"' EXIT
send() {{ curl -sS -o "$body" -D "$head" -w '%{{http_code}}' "$@"; }}
unknown() {{ echo "cannot tell: $1"; exit 2; }}
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
        self._check: Mapping[str, Any] = plan["checks"][0]
        self._is_judged = False

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
        lines += self._end()
        lines[:0] = self._clean_up(steps)
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
        if wait_s := step.get("settle_s", step.get("until_s")):
            lines.append(f"sleep {wait_s}")
        lines.append(" ".join(parts) + ")")
        if f"id {step['name']}" in told or step.get("creates"):
            lines.append(TELL_ID.format(name=f"id_{step['name']}", field=self._plan["ids"][0]))
        if f"tag {step['name']}" in told:
            lines.append(TELL_TAG.format(name=f"tag_{step['name']}"))
        lines.append('echo "$status"; [ "$status" != 000 ] || unknown "there is no answer"')
        if step["name"] == self._check["of"]:
            return [*lines, *self._judge(step)]
        if right := "|".join(map(str, step.get("right", ()))):
            lines.append(f'case "$status" in {right}) echo "it is mended"; exit 0 ;; esac')
        if step["status"] < 300:
            lines.append(f'[ "$status" -lt 300 ] || unknown "it was {step["status"]} before"')
        return [*lines, *kept_for(self._check, step["name"], self._plan["ids"][0])]

    def _judge(self, step: Mapping[str, Any]) -> list[str]:
        """Return what shows and judges the answer to a step."""
        judged = written(self._check, self._plan["ids"][0], self._fill)
        self._is_judged = judged is not None
        of_caller = "|".join(map(str, sorted(STRANGERS - {step["status"], *self._check.get("in", ())})))
        lines = ['cat "$head" "$body"; echo']
        if of_caller:
            lines.append(f'case "$status" in {of_caller}) unknown "it says so of the caller" ;; esac')
        return [*lines, f"right=$({judged} && echo yes)"] if judged else lines

    def _clean_up(self, steps: list[Mapping[str, Any]]) -> list[str]:
        """Return what deletes whoever was made, however the script ends."""
        lines = ["clean_up() {", "  :"]
        delete = self._plan["delete"]["send"]
        for step in (step for step in steps if step.get("creates")):
            method, _, path = delete.partition(" ")
            headers = "".join(
                f' -H "{n}: {self._fill(v)}"' for n, v in {**self._constants, **step.get("as", {})}.items()
            )
            place = path.replace("{id}", f"$id_{step['name']}")
            lines.append(
                f'  [ -z "$id_{step["name"]}" ] || send -X {method} "$BASE_URL{place}"{headers} > /dev/null'
            )
        return [*lines, "}", ""]

    def _end(self) -> list[str]:
        if not self._is_judged:
            return ["unknown 'compare this with what was promised'"]
        mended = '[ "$right" = yes ] && echo "the fault is not there" && exit 0'
        return [mended, 'echo "the fault is there"; exit 1']

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
