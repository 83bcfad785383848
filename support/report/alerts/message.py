"""What a team is told: the promise, the story and what was seen, for a channel that knows Slack's markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.report.contract import read_clauses
from support.report.record import Verdict
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.report.record import StoryRecord
    from support.report.result import RunResult

MOST_STORIES = 10
LONGEST = 300
HEADLINES = {
    Verdict.BROKEN: ":x: Promises were broken",
    Verdict.INCONCLUSIVE: ":grey_question: Nobody could tell whether everything is kept",
}


def describe(result: RunResult, link: str = "") -> str:
    """Return the message about a run; empty for one that nobody has to be told of."""
    if result.verdict not in HEADLINES or result.run is None:
        return ""
    return _finish([f"*{HEADLINES[result.verdict]}* at {result.run.target.name}", *_lines(result)], link)


def describe_reason(target: str, reason: str, link: str = "") -> str:
    """Return the message about a run that could not begin."""
    return _finish([f"*{HEADLINES[Verdict.INCONCLUSIVE]}* at {target}", _flow(reason)], link)


def _lines(result: RunResult) -> Iterator[str]:
    told = result.of_verdict(Verdict.BROKEN) or result.of_verdict(Verdict.INCONCLUSIVE)
    for record in told[:MOST_STORIES]:
        yield f"• *{_flow(' '.join([*record.ids, _title(record)]))}*"
        for clause in record.clauses:
            yield f"    promised ({clause}): {_flow(read_clauses().get(clause, ''))}"
        yield f"    {_flow(record.reason)}"
    if len(told) > MOST_STORIES:
        yield f"• and {len(told) - MOST_STORIES} more"
    for outcome in result.deviations:
        if outcome.is_wrong:
            yield f"• {_flow(outcome.sentence)}"
    for problem in result.problems[:MOST_STORIES]:
        yield f"• {_flow(problem)}"


def _title(record: StoryRecord) -> str:
    values = f" [{', '.join(record.example.values())}]" if record.example else ""
    return f"{record.title}{values}"


def _finish(lines: list[str], link: str) -> str:
    # Slack takes these three for its own, in links as well.
    text = REDACTOR.text("\n".join([*lines, *([link] if link else [])]))
    for sign, spelling in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, spelling)
    return text


def _flow(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1]}…"
