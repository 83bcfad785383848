"""The proof as people read it: a Markdown table, and its short form for the README."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ci.proof.catalogue import CLASSES
from ci.proof.verdicts import rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci.proof.verdicts import Alarms, Catch


def summarize(
    catches: Sequence[Catch],
    alarms: Alarms,
    unproven: Sequence[str],
    unbroken: Sequence[str],
    seconds: float | None,
    explored: str = "",
) -> str:
    """Write the short form: what was caught and what was not, and how long it took [s] if that is known.

    `explored` is a further row, of what exploration caught alone.
    """
    caught = sum(catch.is_caught for catch in catches)
    runs = sum(catch.runs for catch in catches)
    lines = [
        "| what | figure |",
        "|---|---|",
        f"| planted defects caught | {caught} of {len(catches)} ({runs} runs) |",
        f"| false alarms on correct services | {len(alarms.false)} in {alarms.runs} runs |",
        f"| their true rate, with 95 % confidence | below {alarms.upper_bound:.2%} |",
        f"| of these runs with something inconclusive | {alarms.inconclusive} |",
        f"| clauses that no scenario proves | {', '.join(unproven) or 'none'} |",
        f"| clauses that no defect breaks | {', '.join(unbroken) or 'none'} |",
    ]
    if explored:
        lines.insert(3, explored)
    if seconds is not None:
        lines.append(f"| all this took | {seconds / 60:.0f} minutes on {os.cpu_count()} cores |")
    return "\n".join(lines)


def write_table(catches: Sequence[Catch], alarms: Alarms, short: str) -> str:
    """Write the whole proof."""
    parts = ["# The proof", short, "## Kill rate by class", "| class | caught |", "|---|---|"]
    parts[2:] = [_rates("class", {CLASSES[kind]: rate for kind, rate in rates(catches, "kind").items()})]
    parts += [_rates("clause", rates(catches, "clause"))]
    rows = [
        f"| {catch.defect.id} | {catch.defect.clause} | {catch.defect.text} | "
        f"{', '.join(name for name, _ in catch.stories.most_common(4)) or '**nobody**'} | "
        f"{catch.caught}/{catch.runs}{f' ({catch.idle} idle)' if catch.idle else ''} | "
        f"{catch.seconds / catch.runs:.1f} s |"
        for catch in catches
    ]
    head = "| defect | clause | what it does | caught by | seeds | time |\n|---|---|---|---|---|---|"
    parts += ["## Defects", "\n".join([head, *rows])]
    if alarms.false:
        told = [
            f"- {result['name']}: {'; '.join(_story(story) for story in result['told'])}"
            for result in alarms.false
        ]
        parts += ["## False alarms", "\n".join(told)]
    return "\n\n".join(parts) + "\n"


def _story(story: dict[str, object]) -> str:
    return f"{story['title']} ({story['verdict']}: {story['reason']})"


def _rates(by: str, groups: dict[str, tuple[int, int]]) -> str:
    rows = [f"| {name} | {caught} of {number} |" for name, (caught, number) in groups.items()]
    return "\n".join([f"## Kill rate by {by}", "", f"| {by} | caught |", "|---|---|", *rows])
