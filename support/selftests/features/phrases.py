"""Whether the code knows every phrase that a sentence may take, and whether a story uses it.

A sentence takes only phrases of its kinds (`support.runner.sentences`), mostly from the very tables that
explain them. Where a phrase is read by code instead, that code is rehearsed here, with people who exist on
paper only: nothing is sent.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from support.behaviours.idempotency.keys import Keys
from support.behaviours.refusals.malformed_requests import MalformedRequests
from support.behaviours.users.actions import Actions
from support.behaviours.users.unknown_ids import unknown_id_like
from support.cast.people import People
from support.cast.variations import Variations
from support.errors import StoryError
from support.http.call import Call
from support.http.history import Exchange, Operation, Outcome, Request, Response
from support.runner.glossary.phrases import phrases_in, placeholders, texts
from support.runner.sentences import KINDS, NESTED
from support.selftests.features.corpus_rules import CAST
from support.target.profile import Target
from support.target.protocol import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from support.runner.glossary.corpus import Definition, Feature

ID = "6f1c9a52-0c3e-4a55-9d7e-3b2f8f0a1b2c"
OPEN = {name for name, kind in KINDS.items() if not kind.phrases}
# Reasons are the keys of profiles as well, whether or not a story names them.
KEPT = set(REFUSALS)


def accepted() -> Operation:
    """Return an operation that was answered as one wishes."""
    request = Request("POST", "http://rehearsal/users", {})
    exchange = Exchange(request, 1, 0.0, 0.1, datetime.now(UTC), Outcome.OK, Response(201, {}))
    return Operation("create", "somebody", exchanges=[exchange])


class Rehearsal:
    """The people and the code of one story; all of the cast are there from the start."""

    def __init__(self) -> None:
        target = Target(name="rehearsal")
        self.people = People("accrehears00", "gw0", 1, with_password=False)
        api: Any = SimpleNamespace(
            target=target,
            encode=lambda details, *_, **__: json.dumps(dict(details)).encode(),
            path_of=lambda user_id: f"/users/{user_id}",
            attempt=lambda verb, user_id, _: Call("PUT", f"/users/{user_id}", shape=verb),
            submit=_answer,
            send=_answer,
            send_creation=_answer,
            id_created=lambda _: None,
            look_up=_answer,
            check=_answer,
            change=_answer,
            replace=_answer,
            delete=_answer,
            write_on_top=lambda _, send: send({}),
        )
        observer: Any = SimpleNamespace(api=api, clock=SimpleNamespace(sleep=lambda _: None))
        nothing: Any = None
        self.variations = Variations(self.people, target.limits)
        self.actions = Actions(observer, self.people, self.variations)
        self.malformed_requests = MalformedRequests(api)
        self.keys = Keys(api, self.people, nothing)
        self.begin()

    def begin(self) -> None:
        """Begin with all of the cast there, with an email that all variations can be told by."""
        self.people.start_story("rehearsal")
        for label in sorted(CAST):
            person = self.people.introduce(label)
            person.id = ID
            person.wrote(person.details, accepted())

    def begin_with(self, phrase: str, label: str) -> None:
        """Have a person begin as a phrase varies them."""
        person = self.people.introduce(label)
        person.id = ID
        person.wrote(self.variations.apply(phrase, person, person.details), accepted())


def _answer(*_: object, **__: object) -> Operation:
    return accepted()


def _vary(rehearsal: Rehearsal, others: Mapping[str, str], phrase: str) -> None:
    person = rehearsal.people[others.get("person", "Ada")]
    rehearsal.variations.apply(phrase, person, person.details)


# By kind: raises StoryError for a phrase that its code does not know.
REHEARSED: dict[str, Callable[[Rehearsal, Mapping[str, str], str], object]] = {
    "Variation": _vary,
    "Group": lambda r, _, text: r.people.group(text),
    "Action": lambda r, _, text: r.actions.do(text, "user Ada"),
    "Value": lambda r, _, text: r.actions.change_detail(r.people["Ada"], "name", text),
    "Unknown": lambda _, __, text: unknown_id_like(text, ID),
    "Search": lambda r, _, text: r.variations.email(text),
    "Payload": lambda r, o, text: r.malformed_requests.send(text, o["purpose"], r.people),
    "Attempt": lambda r, _, text: r.malformed_requests.try_to(text, r.people),
    "Provoked": lambda r, _, text: r.malformed_requests.provoke(text, r.people),
    "KeyWording": lambda r, _, text: r.keys.worded(text),
}


def phrases_are_known(features: Sequence[Feature], definitions: Sequence[Definition]) -> Iterator[str]:
    """Each phrase that a story uses is known to the code that reads it."""
    rehearsal = Rehearsal()
    for feature in features:
        for story in feature.stories:
            rehearsal.begin()
            for step in story.sentences():
                for definition in definitions:
                    if definition.matches(step):
                        said = texts(definition.sentence, step.text)
                        for why in _rehearse(rehearsal, step.kind, definition, said):
                            yield f"{story.where}: {step.text!r}: {why}"


def phrases_are_used(features: Sequence[Feature], definitions: Sequence[Definition]) -> Iterator[str]:
    """Each phrase of each kind is used by some story, in whatever kind it stands."""
    used: set[str] = set()
    steps = {step for feature in features for story in feature.stories for step in story.sentences()}
    for step in steps:
        for definition in definitions:
            if definition.matches(step):
                kinds = placeholders(definition.sentence)
                for name, text in texts(definition.sentence, step.text).items():
                    used.update(phrase for _, phrase in phrases_in(kinds[name], text))
    for name, kind in KINDS.items():
        for phrase in kind.phrases:
            if phrase not in used | KEPT:
                yield f"{name}: no story says {phrase!r}"


def kinds_are_used(definitions: Sequence[Definition]) -> Iterator[str]:
    """Each kind stands in a sentence or in a phrase, and no sentence has a kind that there is not."""
    named = {kind for definition in definitions for kind in placeholders(definition.sentence).values()}
    nested = {kind for each in KINDS.values() for phrase in each.phrases for kind in NESTED.findall(phrase)}
    for name in sorted(set(KINDS) - named - nested):
        yield f"{name}: a kind for nothing"
    for name in sorted(named - set(KINDS)):
        yield f"{name}: no such kind"


def _rehearse(
    rehearsal: Rehearsal, step_kind: str, definition: Definition, said: Mapping[str, str]
) -> Iterator[str]:
    for name, kind in placeholders(definition.sentence).items():
        try:
            if kind == "Variation" and (step_kind == "given" or "creates" in definition.sentence):
                rehearsal.begin_with(said[name], said["person"])
            elif kind in REHEARSED:
                REHEARSED[kind](rehearsal, said, said[name])
        except StoryError as error:
            yield str(error)
