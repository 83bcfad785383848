"""The measurement of the peer as people read it: Markdown tables, with how it was set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci.peer.tool import CONFIG, HOOKS, NAME, VERSION
from ci.peer.verdicts import group
from ci.proof.catalogue import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ci.peer.verdicts import Failure, Find, Health

RULE = """\
A defect is *caught* when it has acted and the run reports a failure that no run against the healthy service
in the same weather reports; *any failure* leaves that comparison out. Failures are the same when check,
operation, kind and signature are, as in the tool's own baseline files. A connection that breaks or a request
that times out counts as a failure. The tool is given the service's OpenAPI document, tokens of two tenants,
and the settings below."""


def write_report(
    finds: Sequence[Find], health: Mapping[str, Health], command: Sequence[str], facts: Mapping[str, str]
) -> str:
    """Write the whole report."""
    parts = [f"# A peer: {NAME} {VERSION}", RULE, _classes(finds), "## Healthy services", _healthy(health)]
    parts += [
        "## Settings",
        f"`{CONFIG}`, `{HOOKS}`, and",
        f"```\nst {' '.join(command)}\n```",
        _facts(facts),
    ]
    rows = [
        f"| {find.defect.id} | {find.defect.kind} | {find.defect.clause} | {find.defect.text} | "
        f"{find.acted}/{find.runs} | {find.failed}/{find.runs} | {find.caught}/{find.runs} | "
        f"{_name(find.failures)} | {find.seconds / find.runs:.1f} s |"
        for find in finds
    ]
    head = "| defect | class | clause | what it does | acted | any failure | caught | by | time |"
    return "\n\n".join([*parts, "## Defects", _table(head, rows)]) + "\n"


def summarize(finds: Sequence[Find], health: Mapping[str, Health]) -> str:
    """Write the short form for the README."""
    number = len(finds)
    rows = [
        f"| planted defects caught | {sum(find.is_caught for find in finds)} of {number} |",
        f"| set off by its requests | {sum(find.acted > 0 for find in finds)} of {number} |",
        f"| failing runs on correct services | {_failing(health)} |",
    ]
    return _table(f"| {NAME} {VERSION} on the same defects | figure |", rows)


def _failing(health: Mapping[str, Health]) -> str:
    return ", ".join(f"{one.failed} of {one.runs} when {one.weather}" for one in health.values())


def _classes(finds: Sequence[Find]) -> str:
    groups = {CLASSES[kind]: members for kind, members in group(finds, CLASSES).items()} | {
        "all": list(finds)
    }
    rows = [
        f"| {name} | {len(members)} | {sum(find.acted > 0 for find in members)} | "
        f"{sum(find.failed > 0 for find in members)} | {sum(find.is_caught for find in members)} |"
        for name, members in groups.items()
    ]
    return _table("| class | defects | acted | any failure | caught |", rows)


def _healthy(health: Mapping[str, Health]) -> str:
    rows = [
        f"| {one.weather} | {one.runs} | {one.failed} | {_name(one.failures)} |" for one in health.values()
    ]
    return _table("| weather | runs | failed | for |", rows)


def _facts(facts: Mapping[str, str]) -> str:
    return _table("| what | figure |", [f"| {name} | {value} |" for name, value in facts.items()])


def _name(failures: Mapping[Failure, int]) -> str:
    named = sorted({f"{check} ({operation})" for check, operation, *_ in failures})
    return ", ".join(named[:4]) + (f" and {len(named) - 4} more" if len(named) > 4 else "") or "nothing"


def _table(head: str, rows: Sequence[str]) -> str:
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|", *rows])
