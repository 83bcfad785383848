"""What the report says about a story besides how it went: its names, labels, parameters and ids.

Everything comes from the feature file, so that it stays the same in whatever order or worker the story
runs. `fullName` is left as allure-pytest sets it: re-runs select by it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from allure_commons.model2 import Label, Link, Parameter, StatusDetails

from support.report.contract import link_of, read_clauses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from allure_commons.model2 import TestResult

    from support.report.story import Story
    from support.target.known import Entry

# What allure-pytest found out about the machine, for the report's timeline of workers.
KEPT = frozenset({"host", "thread", "language"})


def describe(result: TestResult, story: Story) -> None:
    """Return a result the names, labels, parameters, description and ids of its story."""
    result.name = story.name
    result.titlePath = [part for part in (story.epic, story.feature, story.rule) if part]
    result.testCaseId = story.case_key
    result.historyId = story.key
    result.description = None
    result.descriptionHtml = _description(story)
    # Links of the result, for those of a description are dead: it is shown in a frame that may open nothing.
    result.links = [Link(type="link", url=link_of(each), name=f"Clause {each}") for each in story.clauses]
    result.parameters = [Parameter(name=name, value=value) for name, value in story.example.items()]
    result.labels = [
        *(Label(name=name, value=value) for name, value in labels_of(story)),
        *(label for label in result.labels if label.name in KEPT),
    ]


def mark_known(result: TestResult, entry: Entry) -> None:
    """Return a result that deviates the mark of a known issue, unless it has expired, and its link."""
    details = result.statusDetails = result.statusDetails or StatusDetails()
    details.known = not entry.is_expired
    result.labels += [Label(name="known", value=entry.name), Label(name="tag", value="known deviation")]
    if entry.deviation.link:
        result.links.append(Link(type="issue", url=entry.deviation.link, name=entry.deviation.reason))


def labels_of(story: Story) -> Iterator[tuple[str, str]]:
    """Return the labels of a story, by their names: place, severity, clauses, ids and tags."""
    place = (story.epic, story.feature, story.rule)
    yield from _filled(("epic", "feature", "story"), place)
    yield "severity", story.severity
    for clause in story.clauses:
        yield "clause", clause
    for identifier in story.ids:
        yield "as_id", identifier
    for tag in (*story.ids, *story.tags):
        yield "tag", tag
    yield from _filled(("parentSuite", "suite", "subSuite"), place)
    yield "framework", "pytest-bdd"


def _filled(names: Iterable[str], values: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in zip(names, values, strict=True) if value)


def _description(story: Story) -> str:
    """Return why it matters, what is promised, where it stands and how to run it alone, as HTML."""
    parts = [f"<p>{_flow(text)}</p>" for text in (story.feature_description, story.description) if text]
    if story.rule:
        parts.append(f"<p><b>Rule:</b> {escape(story.rule)}</p>")
    for clause in story.clauses:
        said = read_clauses().get(clause, "")
        # Not a link: what is shown here may open nothing (see `describe`).
        parts.append(f"<p><b>Clause {clause}</b> of the contract: {_flow(said)}</p>")
    where = f"<code>{escape(story.path)}:{story.line}</code>"
    parts.append(f"<p>{where}<br>run alone: <code>{escape(story.rerun())}</code></p>")
    return "\n".join(parts)


def _flow(text: str) -> str:
    return escape(" ".join(text.split()))
