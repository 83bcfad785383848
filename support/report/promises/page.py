"""The page of promises, `allure-report/promises.html`: one file without a script, to be read and printed.

It shows verdicts and looks up nothing; `support.report.promises.evidence` has the sentences.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

from support.report.contract import read_parts, read_sentences
from support.report.promises.clauses import weigh
from support.report.promises.evidence import tell
from support.report.promises.markup import open_section, open_table, show_moment
from support.report.promises.style import STYLE
from support.report.promises.tried import tell_promises, tell_tried, tell_undeclared
from support.report.record import Verdict
from support.report.story import with_example

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.report.promises.clauses import ClauseResult
    from support.report.promises.history import RunEntry
    from support.report.promises.links import ReportLinks

NOT_ASKED = "not asked"
# Sign, words and meaning of each verdict; the sign and the words say it without the colour.
VERDICTS: dict[str, tuple[str, str, str]] = {
    Verdict.KEPT: ("\N{CHECK MARK}", "kept", "every story that asked for it saw it hold"),
    Verdict.BROKEN: ("\N{MULTIPLICATION X}", "broken", "at least one story saw that it does not hold"),
    Verdict.KNOWN: ("!", "known deviation", "it does not hold, and the team has accepted that for a while"),
    Verdict.INCONCLUSIVE: ("?", "inconclusive", "it could not be decided in this run"),
    Verdict.NOT_APPLICABLE: ("\N{EN DASH}", "not promised", "this service does not promise it"),
    NOT_ASKED: ("\N{EN DASH}", NOT_ASKED, "no story of this run asked for it"),
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


class PromisesPage:
    """A run's verdicts on the clauses of the contract, with what earlier runs of the same target say."""

    def __init__(self, summary: dict[str, Any], earlier: Sequence[RunEntry], links: ReportLinks) -> None:
        self._summary = summary
        self._links = links
        self._earlier = [run for run in earlier if run.ended < summary["ended"]]
        self._clauses = weigh(summary["scenarios"])

    def render(self) -> str:
        """Return the page as HTML."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        title = escape(f"Promises of {self._summary['target']}")
        yield "<!DOCTYPE html>"
        yield '<html lang="en">'
        yield f'<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{title}</title><style>{STYLE}</style></head>"
        yield f"<body><header><h1>{title}</h1>"
        yield f"<p>As seen on {show_moment(self._summary['ended'])}. {self._count()}</p>"
        if self._links.has_report:
            yield '<p><a href="index.html">The full report</a> shows every story with all that was seen.</p>'
        yield "</header><main>"
        for number, part in read_parts().items():
            clauses = [clause for clause in self._clauses if clause.number.split(".")[0] == number]
            yield from self._part(f"part-{number}", part, clauses)
        yield from tell_promises(self._summary)
        yield from tell_undeclared(self._summary, self._earlier)
        yield from _legend()
        yield "</main></body></html>"

    def _count(self) -> str:
        counted = Counter(clause.verdict or NOT_ASKED for clause in self._clauses)
        told = [
            f"{counted[verdict]} {words}" for verdict, (_, words, _) in VERDICTS.items() if counted[verdict]
        ]
        return f"Of {len(self._clauses)} promises: {', '.join(told)}."

    def _part(self, name: str, title: str, clauses: Sequence[ClauseResult]) -> Iterator[str]:
        yield open_section(name, title)
        columns = ("Promise", "Verdict", "Evidence", "Last held")
        yield open_table(f"{title}: each promise with its verdict", *columns)
        for clause in clauses:
            yield from self._row(clause)
        yield "</tbody></table></section>"

    def _row(self, clause: ClauseResult) -> Iterator[str]:
        verdict = clause.verdict or NOT_ASKED
        sign, words, _ = VERDICTS[verdict]
        kind = words.replace(" ", "-")
        sentence = escape(read_sentences().get(clause.number, ""))
        yield f'<tr id="clause-{clause.number}">'
        yield f'<th scope="row"><span class="number">{clause.number}</span> {sentence}</th>'
        yield f'<td class="verdict {kind}"><span aria-hidden="true">{sign}</span> {words}</td>'
        yield f"<td>{escape(self._tell(clause))}{''.join(self._stories(clause))}</td>"
        yield f"<td>{self._last_held(clause)}</td></tr>"

    def _tell(self, clause: ClauseResult) -> str:
        return tell(clause, self._summary["target"], self._summary["known"])

    def _stories(self, clause: ClauseResult) -> Iterator[str]:
        """Show those that speak against a clause openly, the rest folded."""
        against = [
            story
            for verdict in (Verdict.BROKEN, Verdict.INCONCLUSIVE, Verdict.KNOWN)
            for story in clause.of_verdict(verdict)
        ]
        if against:
            yield from self._list(against)
        if kept := clause.of_verdict(Verdict.KEPT):
            title = f"{len(kept)} kept {'story' if len(kept) == 1 else 'stories'}"
            listed = "".join(self._list(kept))
            yield f"<details><summary>{title} of clause {clause.number}</summary>{listed}</details>"
        if tried := "".join(tell_tried(clause.stories)):
            yield f"<details><summary>What was tried of clause {clause.number}</summary>{tried}</details>"

    def _list(self, stories: Sequence[dict[str, Any]]) -> Iterator[str]:
        """Show stories, and those of one outline together."""
        outlines: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for story in stories:
            outlines.setdefault((story["verdict"], story["rule"], story["title"]), []).append(story)
        yield "<ul>"
        for (verdict, _, title), rows in outlines.items():
            told = "" if verdict == Verdict.KEPT else f" ({VERDICTS[verdict][1]})"
            if len(rows) == 1:
                yield f"<li>{self._link(rows[0], with_example(title, rows[0]['example']))}{told}</li>"
            else:
                values = (", ".join(value or "(empty)" for value in row["example"].values()) for row in rows)
                links = "; ".join(self._link(row, value) for row, value in zip(rows, values, strict=True))
                yield f"<li>{escape(title)}{told}: {links}</li>"
        yield "</ul>"

    def _link(self, story: dict[str, Any], text: str) -> str:
        address = self._links.of(story)
        return f'<a href="{address}">{escape(text)}</a>' if address else escape(text)

    def _last_held(self, clause: ClauseResult) -> str:
        if clause.verdict == Verdict.KEPT:
            return "in this run"
        held = [run.ended for run in self._earlier if run.clauses.get(clause.number) == Verdict.KEPT]
        if held:
            return show_moment(max(held))
        if not self._earlier:
            return "no earlier run is known"
        count = len(self._earlier)
        return f"in none of {count} earlier runs" if count > 1 else "not in the one earlier run"


def _legend() -> Iterator[str]:
    yield f"{open_section('legend', 'What the verdicts mean')}<dl>"
    for sign, words, meaning in VERDICTS.values():
        yield f'<dt><span aria-hidden="true">{sign}</span> {words}</dt><dd>{meaning}</dd>'
    yield "</dl></section>"
