"""The page of promises says of every clause how it fared, in plain words and for screen readers."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from support.report.contract import read_clauses, read_parts, read_promises, read_sentences
from support.report.promises.clauses import weigh
from support.report.promises.evidence import put_plainly, tell
from support.report.promises.history import History, RunEntry, entry_of
from support.report.promises.style import STYLE
from support.report.promises.writing import write_page
from support.selftests.features.corpus_rules import QUOTED, WIRE_WORDS
from support.selftests.report.left_out import every_reason
from support.target.promises import PROMISES

if TYPE_CHECKING:
    from pathlib import Path

ENDED = "2026-11-26T08:00:00+00:00"
UUID = "0f0e0d0c-0000-4000-8000-000000000001"
DIGEST = hashlib.md5(UUID.encode(), usedforsecurity=False).hexdigest()
KNOWN = {
    "name": "2.9",
    "state": "deviates",
    "reason": "The index lags.",
    "expires": "2027-01-31",
    "link": None,
}


def story(clause: str, verdict: str = "kept", title: str = "A user is there", **more: Any) -> dict[str, Any]:
    said = {"ids": ["REG-01"], "feature": "Creating", "rule": "Users get ids", "example": {}, "reason": ""}
    return {**said, "clauses": [clause], "verdict": verdict, "title": title, **more}


STORIES = (
    story("2.1"),
    story("2.1", title="Nobody <b>loud</b> is there", example={"whom": "Ada & Bob"}),
    story("2.2", "broken", "Two users are two"),
    story("2.2"),
    story("2.3", "inconclusive"),
    story("2.9", "known", "An email finds its user"),
    story("2.10", "not_applicable", reason="target staging does not promise sorting"),
    story("2.11"),
    story("2.11", "not_applicable", reason="target staging does not promise total-count"),
)


def write(
    folder: Path,
    *stories: dict[str, Any],
    history: tuple[RunEntry, ...] = (),
    promises: tuple[str, ...] = (),
) -> str:
    """Return the page of a run with these stories."""
    (folder / "reports").mkdir(exist_ok=True)
    counts = {"kept": len(stories)}
    summary = {
        "target": "staging",
        "promises": promises,
        "ended": ENDED,
        "counts": counts,
        "known": [KNOWN],
        "scenarios": stories,
    }
    (folder / "reports" / "summary.json").write_text(json.dumps(summary))
    remembered = History(folder / ".allure" / "promises.jsonl")
    for entry in history:
        remembered.add(entry)
    return write_page(folder).read_text(encoding="utf-8")


def row(page: str, clause: str) -> list[str]:
    """Return what the cells of a clause say."""
    found = re.search(rf'<tr id="clause-{re.escape(clause)}">(.*?)</tr>', page, re.DOTALL)
    assert found
    cells = re.findall(r"<(?:th|td)[^>]*>(.*?)</(?:th|td)>", found[1], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def run_on(day: str, target: str = "staging", **clauses: str) -> RunEntry:
    verdicts = {name.replace("_", "."): verdict for name, verdict in clauses.items()}
    return RunEntry(f"{target}-{day}", f"2026-11-{day}T08:00:00+00:00", target, 1, "kept", {}, verdicts)


class Outline(HTMLParser):
    """What a screen reader goes by, and everything that leads elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] != "style":
            self.text.append(data)

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def test_every_clause_has_a_plain_sentence() -> None:
    """One for each, and no word of the wire in it; the parts and the promises have theirs as well."""
    assert set(read_sentences()) == set(read_clauses())
    assert set(read_parts()) == {clause.split(".")[0] for clause in read_clauses()}
    assert set(read_promises()) == set(PROMISES)
    for sentence in read_sentences().values():
        assert not WIRE_WORDS.search(sentence)
        assert len(sentence) <= 120


@pytest.mark.parametrize(
    ("clause", "verdict", "evidence"),
    [
        ("2.1", "kept", "Both stories saw it kept."),
        (
            "2.2",
            "broken",
            "1 of 2 stories saw it broken. 1 of 2 stories saw it kept. Two users are two (broken)",
        ),
        ("2.3", "inconclusive", "The one story could not decide it. A user is there (inconclusive)"),
        ("2.9", "known deviation", "The one story saw it deviate as known until 2027-01-31: The index lags."),
        (
            "2.10",
            "not promised",
            "1 story was not asked, since this service does not promise it (the list can",
        ),
        ("2.11", "kept", "The one story saw it kept. 1 story was not asked, since this service does not"),
        ("2.12", "not asked", "No story of this run asked for it."),
    ],
)
def test_a_clause_has_the_worst_verdict_and_its_evidence(
    tmp_path: Path, clause: str, verdict: str, evidence: str
) -> None:
    page = write(tmp_path, *STORIES)
    sentence, told, seen, _ = row(page, clause)
    assert sentence == f"{clause} {read_sentences()[clause]}"
    assert told.split(" ", 1)[1] == verdict
    assert seen.startswith(evidence)


def test_all_clauses_stand_there_in_their_order(tmp_path: Path) -> None:
    page = write(tmp_path)
    assert re.findall(r'<tr id="clause-([\d.]+)">', page) == list(read_clauses())
    assert f"Of {len(read_clauses())} promises: {len(read_clauses())} not asked." in page


def test_when_a_clause_last_held_comes_from_runs_of_the_same_target(tmp_path: Path) -> None:
    """Not from later ones, nor from another target."""
    runs = (
        run_on("20", **{"2_2": "kept", "2_3": "broken"}),
        run_on("24", **{"2_2": "kept", "2_3": "broken"}),
        run_on("25", **{"2_2": "broken"}),
        run_on("27", **{"2_2": "kept"}),
        run_on("25", "production", **{"2_2": "kept", "2_3": "kept"}),
    )
    page = write(tmp_path, *STORIES, history=runs)
    assert row(page, "2.1")[3] == "in this run"
    assert row(page, "2.2")[3] == "24 November 2026, 08:00 UTC"
    assert row(page, "2.3")[3] == "in none of 3 earlier runs"
    (tmp_path / "new").mkdir()
    assert row(write(tmp_path / "new", *STORIES), "2.2")[3] == "no earlier run is known"


def test_the_rows_of_an_outline_stand_together(tmp_path: Path) -> None:
    """Under the title that they share; a single one carries its row."""
    rows = [story("2.1", "broken", "Names are kept", example={"name": name}) for name in ("Ada", "")]
    page = write(tmp_path, *rows, story("2.2", "broken", "An odd name is kept", example={"name": "O'Brien"}))
    assert "<li>Names are kept (broken): Ada; (empty)</li>" in page
    assert "<li>An odd name is kept [O&#x27;Brien] (broken)</li>" in page


def test_stories_link_into_the_report(tmp_path: Path) -> None:
    """Where the report shows them, and only there; their names are no markup."""
    results, report = tmp_path / "allure-results", tmp_path / "allure-report"
    results.mkdir()
    report.mkdir()
    result = {
        "uuid": UUID,
        "name": "Nobody <b>loud</b> is there [Ada & Bob]",
        "labels": [{"name": "feature", "value": "Creating"}, {"name": "story", "value": "Users get ids"}],
        "parameters": [{"name": "whom", "value": "Ada & Bob"}],
    }
    (results / "a-result.json").write_text(json.dumps(result))
    (report / "test-results.json").write_text(json.dumps({"byId": {DIGEST: {}}}))
    named = "Nobody &lt;b&gt;loud&lt;/b&gt; is there [Ada &amp; Bob]"
    assert f"<li>{named}</li>" in write(tmp_path, *STORIES)  # no report was built
    (report / "index.html").touch()
    page = write(tmp_path, *STORIES)
    assert f'<li><a href="index.html#{DIGEST}">{named}</a></li>' in page
    assert page.count("index.html#") == 1
    (report / "test-results.json").write_text('{"byId": {}}')
    assert "index.html#" not in write(tmp_path, *STORIES)


def test_the_page_is_accessible_and_asks_nobody(tmp_path: Path) -> None:
    """Language, headings in order, tables with captions and scopes; no script, no address outside."""
    (tmp_path / "allure-report").mkdir()
    (tmp_path / "allure-report" / "index.html").touch()
    outline = Outline(write(tmp_path, *STORIES))
    assert outline.all("html") == [{"lang": "en"}]
    headings = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert set(headings[1:]) == {2}
    assert len(outline.all("caption")) == len(outline.all("table")) == len(read_parts())
    assert {cell.get("scope") for cell in outline.all("th")} == {"col", "row"}
    assert len(outline.all("title", "main")) == 2
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert not outline.all("script", "link", "img", "iframe")
    assert {attributes["href"] for attributes in outline.all("a")} == {"index.html"}
    assert "url(" not in STYLE
    assert "default-src 'none'" in str(outline.all("meta"))


def test_no_words_of_the_wire_are_shown(tmp_path: Path) -> None:
    """Also not in the reasons for which stories are left out."""
    stories = [each for each in STORIES if not each["example"]]  # data may be anything
    assert not WIRE_WORDS.search(" ".join(Outline(write(tmp_path, *stories)).text))
    for reason in every_reason():
        said = put_plainly(reason, "staging")
        assert "staging" not in said
        assert "target" not in said
        assert not WIRE_WORDS.search(QUOTED.sub("", said)), said
    assert put_plainly("OTHER is not set, and tenants takes a token of its own", "staging").endswith(
        "missing"
    )


def test_two_deviations_are_told_apart() -> None:
    """Each with the stories that it covers."""
    other = {**KNOWN, "name": "REG-02", "reason": "Slow", "expires": "2027-02-28"}
    stories = [story("2.9", "known"), story("2.8", "known", ids=["REG-02"], clauses=["2.8"])]
    told = {
        clause.number: tell(clause, "staging", [KNOWN, other]) for clause in weigh(stories) if clause.stories
    }
    assert told == {
        "2.8": "The one story saw it deviate as known until 2027-02-28: Slow.",
        "2.9": "The one story saw it deviate as known until 2027-01-31: The index lags.",
    }


def test_colours_have_contrast() -> None:
    """Each text on its own ground and on white, 7 to 1 at least (WCAG AAA)."""
    rules = re.findall(r"\{([^{}]*?\bcolor: (#[0-9a-f]+);[^{}]*)\}", STYLE)
    assert len(rules) >= 7
    for rule, colour in rules:
        ground = re.search(r"background: (#[0-9a-f]+);", rule)
        assert contrast(colour, ground[1] if ground else "#fff") >= 7, rule


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 counts it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


TRIED = {
    "operations": {"create, done": 12, "create, refused": 1},
    "values": {"name: plain text": 3, "name: <b>": 1},
    "orders": {"create, then change": 2},
}


def test_what_was_tried_of_a_clause_is_told(tmp_path: Path) -> None:
    page = write(tmp_path, story("2.1", tried=TRIED), story("2.1", tried=TRIED), story("2.2"))
    tried = row(page, "2.1")[2]
    assert "Sent: creations, done 24; creations, refused 2." in tried
    assert "With: name: plain text 6; name: &lt;b&gt; 2." in tried
    assert "One after the other: create, then change 4." in tried
    assert "What was tried" not in row(page, "2.2")[2]


def test_each_promise_says_how_many_stories_asked_it(tmp_path: Path) -> None:
    stories = (
        story("2.1", needs=["put"]),
        story("2.2", "not_applicable", needs=["put", "etag"], reason="x"),
        story("2.3", needs=["validation"]),
    )
    page = write(tmp_path, *stories, promises=("put", "validation-emails"))
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', page, re.DOTALL)
    cells = [re.findall(r"<td>(.*?)</td>", each) for each in rows]
    assert cells == [["no", "0", "1"], ["yes", "1", "1"], ["in part: emails", "1", "0"]]


@pytest.mark.parametrize(
    ("history", "since"),
    [
        ((), "no earlier run is known"),
        ((run_on("20"),), "this run"),
        ((run_on("20"), replace(run_on("21"), undeclared=["legacyId"])), "21 November 2026, 08:00 UTC"),
    ],
)
def test_what_nobody_declared_is_told_with_its_first_day(
    tmp_path: Path, history: tuple[RunEntry, ...], since: str
) -> None:
    seen = story("2.1", tried={"undeclared": {"legacyId": 9}})
    page = write(tmp_path, seen, seen, history=history)
    (found,) = re.findall(r"<tr>.*?<code>legacyId</code></th>(.*?)</tr>", page)
    assert [re.sub(r"<[^>]+>", "", cell) for cell in found.split("</td><td>")] == ["2", since]


def test_where_everything_is_declared_the_page_says_nothing_of_it(tmp_path: Path) -> None:
    assert "What nobody declared" not in write(tmp_path, story("2.1"))


def test_what_was_seen_undeclared_is_remembered() -> None:
    summary = {"ended": ENDED, "target": "staging", "seed": 1, "verdict": "kept", "counts": {}}
    scenarios = [story("2.1", tried={"undeclared": {"b": 1, "a": 2}})]
    assert entry_of({**summary, "scenarios": scenarios}, "passed").undeclared == ["a", "b"]
