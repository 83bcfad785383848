"""Which closed table explains what a sentence takes as free text, and whether it knows a phrase.

A story is rehearsed step by step with people who exist on paper only: nothing is sent. A new sentence with a
placeholder of its own needs a line in `TABLES`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from support.behaviours.concurrency.versions import NEVER_GIVEN
from support.behaviours.refusals.malformed_requests import MalformedRequests
from support.behaviours.users.unknown_ids import unknown_id_like
from support.cast.people import People
from support.cast.variations import FIELDS, Variations
from support.errors import StoryError
from support.http.history import Exchange, Operation, Outcome, Request, Response
from support.runner.sentences import PATTERNS
from support.selftests.features.corpus_rules import CAST
from support.target.profile import REFUSALS, Target
from support.users.pages import MADE_UP_MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    from support.selftests.features.corpus import Definition, Feature, Step, Story

ID = "6f1c9a52-0c3e-4a55-9d7e-3b2f8f0a1b2c"


def accepted() -> Operation:
    """Return an operation that was answered as one wishes."""
    request = Request("POST", "http://rehearsal/users", {})
    exchange = Exchange(request, 1, 0.0, 0.1, datetime.now(UTC), Outcome.OK, Response(201, {}))
    return Operation("create", "somebody", exchanges=[exchange])


class Rehearsal:
    """The people and the tables of one story; everybody of the cast is there from the start."""

    def __init__(self) -> None:
        target = Target(name="rehearsal")
        self.people = People("accrehears00", "gw0", 1, with_password=False)
        self.begin()
        self.variations = Variations(self.people, target.limits)
        nothing = SimpleNamespace(
            target=target,
            encode=lambda details: json.dumps(dict(details)).encode(),
            path_of=lambda user_id: f"/users/{user_id}",
            submit=lambda *_, **__: accepted(),
            send=lambda *_, **__: accepted(),
            look_up=lambda *_, **__: accepted(),
        )
        self.misuse = MalformedRequests(nothing)  # type: ignore[arg-type]

    def begin(self) -> None:
        """Have everybody there as at the start."""
        self.people.start_story("rehearsal")
        for label in sorted(CAST):
            self.write(label, self.people.introduce(label).details)

    def write(self, label: str, details: Mapping[str, Any]) -> None:
        """Have a person written with these details and acknowledged."""
        person = self.people[label]
        person.id = ID
        person.wrote(details, accepted())

    def begin_with(self, phrase: str, label: str) -> None:
        """Have a person begin as a phrase varies them."""
        person = self.people.introduce(label)
        self.write(label, self.variations.apply(phrase, person, person.details) if phrase else person.details)


def one_of(table: Container[str]) -> Callable[[Rehearsal, Mapping[str, Any], str], None]:
    """Make the check of a plain table."""

    def check(_: Rehearsal, __: Mapping[str, Any], phrase: str) -> None:
        if phrase not in table:
            raise StoryError(f"no table has {phrase!r}")

    return check


def _vary(rehearsal: Rehearsal, others: Mapping[str, Any], phrase: str) -> None:
    if phrase:
        person = rehearsal.people[others["person"]]
        rehearsal.variations.apply(phrase, person, person.details)


def _reasons(_: Rehearsal, __: Mapping[str, Any], phrase: str) -> None:
    for reason in phrase.split(", or "):
        if reason not in REFUSALS:
            raise StoryError(f"no reason {reason!r}")


# By definition and placeholder: raises StoryError for a phrase that no table has. Data in double quotes
# needs none.
TABLES: dict[str, Callable[[Rehearsal, Mapping[str, Any], str], None]] = {
    "people.user_exists.variation": lambda r, o, text: r.begin_with(text, o["person"]),
    "changes.create.variation": _vary,
    "changes.replace_with.variation": _vary,
    "changes.change_with.variation": _vary,
    "changes.approach_stranger.stranger": lambda _, __, text: bool(unknown_id_like(text, ID)),
    "looking.list_from_mark.kind": one_of(MADE_UP_MARKS),
    "looking.find.wording": lambda r, _, text: bool(r.variations.email(text)),
    "outcomes.not_taken_over.field": one_of(FIELDS),
    "repetition.create_under_key.variation": _vary,
    "editing.save_on_top_of_none.kind": one_of(NEVER_GIVEN),
    "refusals.send_form.kind": lambda r, _, text: bool(r.misuse.send_form(r.people["Mallory"], text)),
    "refusals.change_by_form.kind": lambda r, _, text: bool(
        r.misuse.change_by_form(r.people["Mallory"], text, whole=True)
    ),
    "refusals.change_as.format": lambda r, _, text: bool(
        r.misuse.change_as(r.people["Mallory"], text, whole=True)
    ),
    "refusals.send_as.format": lambda r, _, text: bool(r.misuse.send_as(r.people["Mallory"], text)),
    "refusals.try_to.action": lambda r, _, text: bool(r.misuse.try_to(text, r.people)),
    "refusals.be_refused.reason": lambda r, _, text: bool(r.misuse.provoke(text, r.people)),
    "refusals.refused_because.reason": _reasons,
    "outcomes.shows_created_or_refusal_because.reason": _reasons,
}
# Placeholders whose pattern is itself the whole list of what may stand there.
CLOSED = set(PATTERNS) - {"variation", "stranger", "flaw"}


def phrases_are_known(features: Sequence[Feature], definitions: Sequence[Definition]) -> Iterator[str]:
    """Each phrase that a story uses is in the closed table of its sentence."""
    rehearsal = Rehearsal()
    for feature in features:
        for story in feature.stories:
            yield from _rehearse(rehearsal, story, definitions)


def tables_are_named(definitions: Sequence[Definition]) -> Iterator[str]:
    """Each placeholder that takes free text outside quotes has a table, and each table a placeholder."""
    wanted = {
        f"{definition.name}.{name}"
        for definition in definitions
        for name in definition.context.parser.regex.groupindex
        if name not in CLOSED and f'"{{{name}}}"' not in definition.sentence
    }
    for name in sorted(wanted - set(TABLES)):
        yield f"{name}: name its closed table in support/selftests/features/phrases.py"
    for name in sorted(set(TABLES) - wanted):
        yield f"{name}: a table for nothing"


def _rehearse(rehearsal: Rehearsal, story: Story, definitions: Sequence[Definition]) -> Iterator[str]:
    steps = list(story.sentences())
    for start in range(0, len(steps), len(story.steps) or 1):
        row = steps[start : start + len(story.steps)]
        found = [(step, definition) for step in row for definition in definitions if definition.matches(step)]
        if not any(_tables_of(definition) for _, definition in found):
            continue
        rehearsal.begin()
        for step, definition in found:
            yield from (f"{story.where}: {why}" for why in _say(rehearsal, step, definition))


def _say(rehearsal: Rehearsal, step: Step, definition: Definition) -> Iterator[str]:
    arguments = definition.arguments(step)
    for name, table in _tables_of(definition).items():
        try:
            table(rehearsal, arguments, str(arguments[name]))
        except StoryError as error:
            yield f"{step.text!r}: {error}"


def _tables_of(definition: Definition) -> dict[str, Callable[[Rehearsal, Mapping[str, Any], str], None]]:
    names = definition.context.parser.regex.groupindex
    return {name: table for name in names if (table := TABLES.get(f"{definition.name}.{name}"))}
