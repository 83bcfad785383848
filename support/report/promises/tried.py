"""What a run tried of each clause and promise, and what it saw that no profile names: for the page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from support.report.contract import read_promises
from support.report.coverage import add_up, undeclared_in
from support.report.promises.markup import open_section, open_table, show_moment
from support.report.record import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from support.report.promises.clauses import Scenario
    from support.report.promises.history import RunEntry

MOST = 12  # of one kind that are told; what was hardly tried stands at the end of the rest
PLURALS = {
    "create": "creations",
    "change": "changes",
    "replace": "replacements",
    "delete": "deletions",
    "look up": "look-ups",
    "list": "pages of lists",
    "find": "searches",
}
TITLES = {"operations": "Sent", "values": "With", "orders": "One after the other"}


def tell_tried(stories: Sequence[Scenario]) -> Iterator[str]:
    """Yield what stories tried together, as paragraphs of HTML; nothing where nothing was sent."""
    total = add_up(story.get("tried", {}) for story in stories)
    for kind, title in TITLES.items():
        if counted := total.get(kind):
            told = (f"{_in_words(what)} {number}" for what, number in list(counted.items())[:MOST])
            rest = len(counted) - MOST
            more = f"; {rest} others less often" if rest > 0 else ""
            yield f"<p>{title}: {escape('; '.join(told))}{more}.</p>"


def tell_promises(summary: Mapping[str, Any]) -> Iterator[str]:
    """Yield a table of all promises that stories ask: how many asked each, and how many could not."""
    stories: list[Scenario] = summary["scenarios"]
    needed = sorted({need for story in stories for need in story.get("needs", [])})
    if not needed:
        return
    declared = summary.get("promises", [])
    words = read_promises()
    yield open_section("asked", "What was asked of each promise")
    caption = "Each promise that a profile can make, and how many stories asked it"
    yield open_table(caption, "Promise", "Made", "Stories that asked", "Stories that could not")
    for name in needed:
        needing = [story for story in stories if name in story["needs"]]
        asked = sum(story["verdict"] != Verdict.NOT_APPLICABLE for story in needing)
        parts = [part.removeprefix(f"{name}-") for part in declared if part.startswith(f"{name}-")]
        made = "yes" if name in declared else f"in part: {', '.join(parts)}" if parts else "no"
        said = words.get(name, name).partition(": ")[2] or words.get(name, name)
        yield f'<tr><th scope="row">{escape(said)}</th><td>{escape(made)}</td>'
        yield f"<td>{asked}</td><td>{len(needing) - asked}</td></tr>"
    yield "</tbody></table></section>"


def tell_undeclared(summary: Mapping[str, Any], earlier: Sequence[RunEntry]) -> Iterator[str]:
    """Yield a table of the members that answers showed and the profile does not name; nothing without any."""
    seen = undeclared_in(summary["scenarios"])
    if not seen:
        return
    yield open_section("undeclared", "What nobody declared")
    yield "<p>Users were shown with members that the profile does not name. That breaks no promise.</p>"
    caption = "Members that the profile does not name, and since when they are seen"
    yield open_table(caption, "Member", "Stories that saw it", "Seen since")
    for member, count in seen.items():
        since = min((run.ended for run in earlier if member in run.undeclared), default="")
        when = show_moment(since) if since else "this run" if earlier else "no earlier run is known"
        yield f'<tr><th scope="row"><code>{escape(member)}</code></th><td>{count}</td><td>{when}</td></tr>'
    yield "</tbody></table></section>"


def _in_words(what: str) -> str:
    verb, comma, end = what.partition(", ")
    return f"{PLURALS[verb]}{comma}{end}" if verb in PLURALS and not end.startswith("then") else what
