"""The result of a run as Markdown, for the job summary of a CI system. It states and explains nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.report.record import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.report.record import StoryRecord
    from support.report.result import RunResult

MOST_ROWS = 100
HEADLINES = {
    Verdict.KEPT: "✅ Every promise was kept",
    Verdict.BROKEN: "❌ Promises were broken",
    Verdict.INCONCLUSIVE: "❔ No verdict on everything",
    Verdict.KNOWN: "\N{WHITE CIRCLE} Nothing deviates but what is known to",
    Verdict.NOT_APPLICABLE: "\N{WHITE CIRCLE} No story applies to this target",
}


def write_markdown(summary: RunResult) -> str:
    """Return the summary as Markdown."""
    return "\n".join(_lines(summary)) + "\n"


def _lines(summary: RunResult) -> Iterator[str]:
    counts = summary.counts
    yield f"## {HEADLINES[summary.verdict]}"
    yield ""
    yield "| kept | broken | known | inconclusive | not applicable | target | seed | time |"
    yield "|---:|---:|---:|---:|---:|---|---|---:|"
    target, seed = (_cell(summary.run.target.name), summary.run.seed) if summary.run else ("", "")
    cells = [*counts.values(), target, seed, f"{summary.seconds:.1f} s"]
    yield f"| {' | '.join(map(str, cells))} |"
    for problem in summary.problems:
        yield f"\n⚠ {_cell(problem)}"
    if summary.deviations:
        yield "\n### Known deviations\n"
    for outcome in summary.deviations:
        yield f"- {'❌ ' if outcome.is_wrong else ''}{_cell(outcome.sentence)}"
    yield from _table("Broken", summary.of_verdict(Verdict.BROKEN))
    yield from _table("Known", summary.of_verdict(Verdict.KNOWN))
    yield from _table("Inconclusive", summary.of_verdict(Verdict.INCONCLUSIVE))
    if summary.not_run:
        yield "\n### Not run\n"
        yield from (f"- {_cell(story)}" for story in summary.not_run[:MOST_ROWS])
        if (more := len(summary.not_run) - MOST_ROWS) > 0:
            yield f"- and {more} more"
    if summary.lags:
        yield "\n### How long it took until a change was seen [ms]\n"
        yield "| change | times | half | 95 of 100 | slowest | promised |"
        yield "|---|---:|---:|---:|---:|---:|"
        for lag in summary.lags:
            figures = " | ".join(f"{value:.0f}" for value in (lag.p50, lag.p95, lag.max, lag.bound))
            yield f"| {_cell(lag.name)} | {lag.count} | {figures} |"
    users = summary.users
    yield ""
    yield (
        f"{summary.requests} requests, {summary.retries} of them repeated after a fault. "
        f"Users: {users['created']} created, {users['deleted']} deleted, "
        f"{'not known how many' if users['left'] is None else users['left']} left."
    )


def _table(title: str, records: Sequence[StoryRecord]) -> Iterator[str]:
    if not records:
        return
    yield f"\n### {title}\n"
    yield "| story | feature | rule | reason |"
    yield "|---|---|---|---|"
    for record in records[:MOST_ROWS]:
        example = f" ({', '.join(record.example.values())})" if record.example else ""
        name = f"{' '.join(record.ids)} {record.title}{example}".strip()
        cells = (name, record.feature, record.rule, record.reason)
        yield f"| {' | '.join(map(_cell, cells))} |"
    if len(records) > MOST_ROWS:
        yield f"| … and {len(records) - MOST_ROWS} more | | | |"


def _cell(text: str) -> str:
    """Make a text safe in a table: no column of its own, no markup."""
    flat = " ".join(text.split())
    for character in "\\|`*_<>[]":
        flat = flat.replace(character, f"\\{character}")
    return flat
