"""What must hold of every feature file: each rule gives its complaints, and a corpus without any is sound.

pytest-bdd lets most of this pass in silence: a story of an equal title vanishes, an empty table runs once
with the bare placeholder, a misspelt keyword becomes description.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from support.runner.glossary.corpus import PLACEHOLDER
from support.runner.sentences import NAME, split_names
from support.target.promises import PROMISES, WHOLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from support.runner.glossary.corpus import Definition, Feature, Step, Story

# The ids of the story map, by ability and number of rows, and the clauses of the contract, by chapter.
STORY_ROWS = {
    "REG": 8, "LOOK": 5, "UPD": 8, "PAT": 5, "DEL": 8, "DIR": 9, "UNQ": 8, "RPT": 11, "RTY": 5, "EDT": 7,
    "EVC": 11, "SES": 4, "REJ": 11, "SEC": 9, "BSY": 6, "OPS": 6, "EXP": 3, "LOA": 1, "OAS": 1,
}  # fmt: skip
STORY_IDS = {f"{ability}-{n:02}" for ability, rows in STORY_ROWS.items() for n in range(1, rows + 1)}
CLAUSE_COUNTS = {1: 7, 2: 12, 3: 5, 4: 9, 5: 8, 6: 6, 7: 5, 8: 6}
CLAUSES = {f"{chapter}.{n}" for chapter, count in CLAUSE_COUNTS.items() for n in range(1, count + 1)}
PARTLY = {f"needs-{part}": whole for part, whole in WHOLES.items()}
AREAS = {"users", "idempotency", "consistency", "concurrency", "refusals", "access", "strain", "exploration"}
SEVERITIES = {"blocker", "critical", "normal", "minor", "trivial"}
MARKS = {"by-turns", "destructive", "exclusive", "last", "load", "openapi"}
KNOWN_TAGS = (
    AREAS | SEVERITIES | MARKS | STORY_IDS
    | {f"clause-{clause}" for clause in CLAUSES} | {f"needs-{promise}" for promise in PROMISES}
)  # fmt: skip
# Those who may appear in stories; features/README.md introduces them.
CAST = {"Ada", "Grace", "Alan", "Barbara", "Donald", "Edsger", "Mallory", "Zoë"}

MOST_WORDS = 9
TEST_TALK = re.compile(r"\b(verif\w+|should|tests?|testing|checks?|ensur\w+|validat\w+)\b", re.IGNORECASE)
KEYWORD_LIKE = re.compile(
    r"^\s*([A-Z]\w*(?: \w+)?:|(Given|When|Then|And|But|Rule|Background|Example)\b.*)", re.MULTILINE
)
WIRE_WORDS = re.compile(
    r"\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|HTTP|HTTPS|TLS|TCP|URLs?|URIs?|JSON|REST|API|CRLF|UUIDs?)\b"
    r"|\b(20[1-8]|30[0-8]|4[0-4]\d|50[0-8])\b(?! (ms|s|users|requests|keys|times)\b)|\b[1-5]xx\b"
    r"|\b[A-Z][A-Za-z]*-[A-Z][A-Za-z-]*\b|\bETag\b|\b(?i:authorization|cookies?|headers?|endpoints?|payloads?)\b"
    r"|\b(?i:status(es)? codes?|query (string|parameter)s?|path parameters?|query parameters?)\b"
    r"|https?:|[{}\[\]]|(?<!\w)/\w+"
)
# Time lives in the Then, and how it is waited for is nobody's business.
WAITING = re.compile(r"\b(waits?|waiting|sleeps?|polls?|polling|loops?|retry|retries)\b", re.IGNORECASE)
QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
PEOPLE = re.compile(rf"\busers? ({NAME}(?:(?:, | and ){NAME})*)")


def titles_are_claims(feature: Feature) -> Iterator[str]:
    """A title is a plain claim of a few words."""
    for story in feature.stories:
        if len(story.title.split()) > MOST_WORDS:
            yield f"{story.where}: a title of more than {MOST_WORDS} words"
        if found := TEST_TALK.search(story.title):
            yield f"{story.where}: the title speaks of testing ({found[0]!r})"
        if not story.title:
            yield f"{story.where}: no title"


def features_say_why(feature: Feature) -> Iterator[str]:
    """A feature has a name, two or three lines on why, and rules that each of its stories stands under."""
    lines = [line for line in feature.description.splitlines() if line.strip()]
    if not feature.name or not feature.stories:
        yield f"{feature.where}: no feature, or one without stories"
        return
    if not 2 <= len(lines) <= 3:
        yield f"{feature.where}: a description of {len(lines)} lines, not two or three"
    for story in feature.stories:
        if not story.rule:
            yield f"{story.where}: stands under no Rule"
    for rule in feature.rules:
        if not any(story.rule == rule for story in feature.stories):
            yield f"{feature.where}: rule {rule!r} has no story"


def descriptions_hide_nothing(feature: Feature) -> Iterator[str]:
    """A misspelt keyword would turn into description, and its story vanish."""
    texts = [feature.description, *feature.descriptions, *(story.description for story in feature.stories)]
    for text in texts:
        if found := KEYWORD_LIKE.search(text):
            yield f"{feature.where}: a description that looks like Gherkin ({found[0].strip()!r})"


def backgrounds_only_arrange(feature: Feature) -> Iterator[str]:
    """A Background is at most four Givens."""
    for steps in feature.backgrounds:
        if any(step.kind != "given" for step in steps):
            yield f"{feature.where}: a Background that does more than arrange"
        if len(steps) > 4:
            yield f"{feature.where}: a Background of more than four steps"


def stories_are_short(feature: Feature) -> Iterator[str]:
    """A story has two to six steps, in the order Given, When, Then, and ends in a fact."""
    order = {"given": 0, "when": 1, "then": 2, "none": 3}
    for story in feature.stories:
        if not 2 <= len(story.steps) <= 6:
            yield f"{story.where}: {len(story.steps)} steps, not two to six"
        kinds = [order[step.kind] for step in story.steps]
        if kinds and (3 in kinds or kinds[-1] != 2):
            yield f"{story.where}: does not end in a Then"
        if any(later == 0 and before > 0 for before, later in pairwise(kinds)):
            yield f"{story.where}: a Given after a When or a Then"


def tags_are_known(feature: Feature) -> Iterator[str]:
    """Each story names its row of the story map and the clauses that it proves; no tag is unknown."""
    area = feature.where.split("/")[0]
    if area not in feature.tags:
        yield f"{feature.where}: is not tagged @{area}"
    if len(SEVERITIES.intersection(feature.tags)) != 1:
        yield f"{feature.where}: does not say how severe it is"
    for story in feature.stories:
        for tag in story.tags:
            if tag not in KNOWN_TAGS:
                yield f"{story.where}: nobody knows the tag @{tag}"
        if not STORY_IDS.intersection(story.tags):
            yield f"{story.where}: no row of the story map is named"
        if not any(tag.startswith("clause-") for tag in story.tags):
            yield f"{story.where}: no clause of the contract is named"
        for tag, count in Counter(story.tags).items():
            if count > 1:
                yield f"{story.where}: @{tag} stands there {count} times"


def words_are_plain(feature: Feature) -> Iterator[str]:
    """Nothing of the wire is in what people read; data in double quotes may be anything."""
    texts = [(feature.where, text) for text in (feature.name, feature.description, *feature.rules)]
    for story in feature.stories:
        texts.append((story.where, story.title))
        texts += [(story.where, step.text) for step in {*story.sentences(), *story.steps}]
        texts += [(story.where, table.title) for table in story.tables]
    for where, text in texts:
        if found := WIRE_WORDS.search(QUOTED.sub("", text)):
            yield f"{where}: {found[0]!r} is a word of the wire"
    for story in feature.stories:
        for text in (story.title, *(step.text for step in story.steps)):
            if found := WAITING.search(QUOTED.sub("", text)):
                yield f"{story.where}: {found[0]!r} says how, not what"


def outlines_teach(feature: Feature) -> Iterator[str]:
    """An outline has titled, filled tables whose columns are used, and no placeholder is left over."""
    for story in feature.stories:
        if story.is_outline != bool(story.tables):
            yield f"{story.where}: an outline without Examples, or Examples without an outline"
        used = {name for step in story.steps for name in PLACEHOLDER.findall(step.text)}
        for table in story.tables:
            yield from _table_complaints(story, used, table.title, table.columns, table.rows)
        bare = [name for step in story.steps for name in PLACEHOLDER.findall(QUOTED.sub("", step.text))]
        if bare and not story.tables:
            yield f"{story.where}: nothing fills in <{bare[0]}>"


def _table_complaints(
    story: Story, used: set[str], title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> Iterator[str]:
    if not title:
        yield f"{story.where}: Examples without a title"
    if not rows:
        yield f"{story.where}: Examples without a row"
    if len(set(rows)) != len(rows):
        yield f"{story.where}: a row that stands there twice"
    names = [row[columns.index("case")] if "case" in columns else "-".join(row) for row in rows]
    if len(set(names)) != len(names):
        yield f"{story.where}: two rows of one case"
    for name in names:
        if not name.isascii() or "\\u" in name:
            yield f"{story.where}: the row {name!r} needs a case that can be read in the id of its test"
    for column in columns:
        if column not in used and column != "case":
            yield f"{story.where}: the column {column!r} is not used"
    for name in sorted(used - set(columns)):
        yield f"{story.where}: no column {name!r}"


def people_are_known(feature: Feature) -> Iterator[str]:
    """Stories are about the people, and nobody is spoken of before they are there."""
    arranged = [step for steps in feature.backgrounds for step in steps]
    for story in feature.stories:
        there = {"Mallory"}
        for step in (*arranged, *story.steps):
            names = _people(step.text)
            if unknown := names - CAST:
                yield f"{story.where}: {', '.join(sorted(unknown))} is not of the cast"
            if step.kind == "given" or "creates user" in step.text:
                there |= names
            elif missing := names - there:
                yield f"{story.where}: {', '.join(sorted(missing))} is spoken of before they are there"


def _people(text: str) -> set[str]:
    found = PEOPLE.findall(QUOTED.sub("", text))
    return {name for people in found for name in split_names(people)}


RULES = (
    titles_are_claims, features_say_why, descriptions_hide_nothing, backgrounds_only_arrange,
    stories_are_short, tags_are_known, words_are_plain, outlines_teach, people_are_known,
)  # fmt: skip


def names_are_unique(features: Sequence[Feature]) -> Iterator[str]:
    """No title and no name of a feature is there twice in the whole corpus."""
    titles = Counter(story.title for feature in features for story in feature.stories)
    names = Counter(feature.name for feature in features)
    for title, count in (titles + names).items():
        if count > 1:
            yield f"{title!r} stands there {count} times"


def nothing_is_untold(features: Sequence[Feature]) -> Iterator[str]:
    """Every row of the story map, every clause and every promise is the matter of some story."""
    told = {tag for feature in features for story in feature.stories for tag in story.tags}
    told |= {tag.removeprefix("clause-") for tag in told}
    # A promise is told by its parts, and a part by what the sentences of its whole say (`runner.needs`).
    told |= {f"needs-{PARTLY[tag]}" for tag in told if tag in PARTLY}
    told |= {part for part, whole in PARTLY.items() if f"needs-{whole}" in told}
    wanted = STORY_IDS | CLAUSES | {f"needs-{promise}" for promise in PROMISES}
    for name in sorted(wanted - told):
        yield f"{name}: no story tells of it"


def steps_have_one_meaning(features: Sequence[Feature], definitions: Sequence[Definition]) -> Iterator[str]:
    """Each step matches exactly one definition, and each definition is used."""
    unused = {definition.name for definition in definitions}
    for where, step in _all_steps(features):
        found = [definition.name for definition in definitions if definition.matches(step)]
        unused.difference_update(found)
        if len(found) != 1:
            what = f"is defined by {' and '.join(found)}" if found else "is not defined"
            yield f"{where}: {step.kind} {step.text!r} {what}"
    for name in sorted(unused):
        yield f"{name}: no story says this"


def _all_steps(features: Iterable[Feature]) -> Iterator[tuple[str, Step]]:
    known = set()
    for feature in features:
        places = [(feature.where, step) for steps in feature.backgrounds for step in steps]
        places += [(story.where, step) for story in feature.stories for step in story.sentences()]
        for where, step in places:
            if step not in known:
                known.add(step)
                yield where, step
