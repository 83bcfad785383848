"""The kinds of placeholders in sentences: what may stand there, and what a step is given for it.

A step says `parsers.parse("the client deletes user {person:Person}", KINDS)`. A kind is either open, with a
pattern (a person's name, a number of users), or closed, with phrases from the table of the code that explains
them. A phrase may name further kinds, as in "the email of user {Person}". So a phrase that no table has
matches no sentence, and `python -m support.runner.glossary` lists everything that may be said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.behaviours.access.callers import CALLER_LISTINGS, CALLER_PHRASES, ERRANDS
from support.behaviours.access.privacy import PHRASES, REFUSAL_CONTENTS
from support.behaviours.concurrency.rounds import DEEDS, RESTS, WINNERS
from support.behaviours.concurrency.versions import KNOWN, NEVER_GIVEN, UNNAMED
from support.behaviours.consistency.all_readers import ANOMALIES
from support.behaviours.consistency.session_guarantees import GUARANTEES
from support.behaviours.consistency.sessions import ACTS, LOOK_MODES
from support.behaviours.exploration import EXPLORATIONS, KNOWN_ADDRESSES, KNOWN_TEXTS
from support.behaviours.idempotency.keys import CREATED_AT_ONCE, KEY_FLAWS, NO_KEY, SAVES, SIMILAR_KEYS
from support.behaviours.idempotency.lost_answers import ARRIVING, HANGING_UP
from support.behaviours.idempotency.repeats import EXISTENCES
from support.behaviours.openapi import PURPOSES
from support.behaviours.refusals.malformed_requests import (
    ACTIONS,
    FORMATS,
    FORMS,
    LACKING,
    PROVOKED,
    TOO_LARGE,
)
from support.behaviours.strain.rate_limits import LIMITED_DEEDS
from support.behaviours.strain.tracing import CORRELATION_RULES, ODD_HEADERS, ODD_OWN_HEADERS, TRACES
from support.behaviours.users.actions import VALUES, VERBS
from support.behaviours.users.outcomes import OUTCOMES, VIEWS
from support.behaviours.users.paging import BODILESS, PAGE_RULES, UNSIZED, WALKS
from support.behaviours.users.shapes import SHAPE_RULES
from support.behaviours.users.statements import ABOUT, ACCEPTED_WRITES, CHOICES, DATE_STATES, DATES, VERDICTS
from support.behaviours.users.unknown_ids import UNKNOWN
from support.cast.odd_values import NAMES
from support.cast.people import GROUPS
from support.cast.variations import DETAILS, FIELDS, SEARCHES, WORDINGS
from support.target.protocol import REFUSALS
from support.users.pages import FULL_PAGES, MADE_UP_CURSORS, ODD_QUERIES, SORT_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NAME = r"(?-i:[A-Z]\w*)"
NESTED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of placeholder; `parse` reads the pattern and calls it with what matched.

    `phrases` are what may stand there; an open kind has none and says in `example` what a value looks like.
    """

    pattern: str
    phrases: tuple[str, ...] = ()
    example: str = ""
    convert: Callable[[str], Any] = str

    def __call__(self, text: str) -> Any:
        """Return what a step is given for a text."""
        return self.convert(text)


def split_names(text: str) -> list[str]:
    """Return the names of a list of people."""
    return re.split(", | and ", text)


PLACES = {"by id": "single", "by email": "filter", "in the list": "list"}
WHICH_SENT = {"same": -1, "first": 0}
WHICH_ANSWERS = {"the answer": slice(-1, None), "every answer": slice(1, None)}
ONLY = "only user "


def _closed(phrases: Iterable[str], convert: Callable[[str], Any] = str) -> Kind:
    """Make a kind of which these are all the phrases; they may name kinds that are in the table already."""
    texts = tuple(phrases)
    return Kind("|".join(_pattern(text) for text in texts), texts, convert=convert)


def _pattern(phrase: str) -> str:
    """Return the pattern of a phrase, with those of the kinds that it names."""
    pieces = NESTED.split(phrase)
    return "".join(
        f"(?:{KINDS[piece].pattern})" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)
    )


KINDS: dict[str, Kind] = {
    "Person": Kind(NAME, example="Ada"),
    "Names": Kind(rf"{NAME}(?:, {NAME})* and {NAME}", example="Ada, Grace and Alan", convert=split_names),
    "Number": Kind(r"\d+", example="5", convert=int),
    "Text": Kind(r'(?:\\.|[^"\\])*', example="Ada King"),
    "Key": Kind(r"K\d", example="K1"),
}
# Users and their details
KINDS["Group"] = _closed(GROUPS)
KINDS["Detail"] = _closed(DETAILS)
KINDS["Identity"] = _closed(("id", "email"))
KINDS["Action"] = _closed(VERBS)
KINDS["Change"] = _closed(("replaces", "changes"))
KINDS["Value"] = _closed(VALUES)
KINDS["Unknown"] = _closed(UNKNOWN)
KINDS["Variation"] = _closed(WORDINGS)
KINDS["Naming"] = _closed(('with the name "{Text}"', *filter(None, NAMES)))
KINDS["Outcome"] = _closed((*OUTCOMES, *WORDINGS))
KINDS["View"] = _closed(VIEWS)
KINDS["Place"] = _closed(PLACES, PLACES.__getitem__)
KINDS["Field"] = _closed(FIELDS)
KINDS["Date"] = _closed(DATES)
KINDS["DateState"] = _closed(DATE_STATES)
KINDS["Write"] = _closed(ACCEPTED_WRITES)
KINDS["About"] = _closed(ABOUT)
# Lists and pages
KINDS["Order"] = _closed(SORT_KEYS)
KINDS["Walk"] = _closed(WALKS)
KINDS["FullPage"] = _closed(FULL_PAGES)
ODD_CURSORS = (f"with a cursor that {kind}" for kind in MADE_UP_CURSORS)
KINDS["Page"] = _closed(('of "{Text}" users', UNSIZED, BODILESS, *ODD_QUERIES, *ODD_CURSORS))
KINDS["PageRule"] = _closed(PAGE_RULES)
KINDS["ListOrder"] = _closed(("sorted by {Order}", "in the same order when it is listed again"))
KINDS["Search"] = _closed(SEARCHES)
KINDS["Found"] = _closed((f"{ONLY}{{Person}}", "no user"), lambda text: text.partition(ONLY)[2])
# Requests and refusals
KINDS["Reason"] = _closed(REFUSALS)
KINDS["Verdict"] = _closed(VERDICTS)
KINDS["Choice"] = _closed(CHOICES)
KINDS["Payload"] = _closed((*(f"a form that {form}" for form in (*FORMS, *LACKING, TOO_LARGE)), *FORMATS))
KINDS["Purpose"] = _closed(("create a user", "replace user {Person}", "change user {Person}"))
KINDS["Attempt"] = _closed(ACTIONS)
KINDS["Provoked"] = _closed(PROVOKED)
KINDS["Named"] = _closed((*DETAILS, "allowed actions"))
# Callers
KINDS["Tenant"] = _closed(("the client", "another tenant"))
KINDS["Caller"] = _closed(CALLER_PHRASES)
KINDS["Sender"] = _closed(("the client", *CALLER_PHRASES))
KINDS["Errand"] = _closed(ERRANDS)
KINDS["CallerListing"] = _closed(CALLER_LISTINGS)
KINDS["Violation"] = _closed(PHRASES)
KINDS["RefusalContent"] = _closed(REFUSAL_CONTENTS)
# Requests that are sent again
ODD_KEYS = (f"an idempotency key that {flaw}" for flaw in (*SIMILAR_KEYS, *KEY_FLAWS))
KINDS["CreatedAtOnce"] = _closed(CREATED_AT_ONCE)
KINDS["KeyWording"] = _closed(("idempotency key {Key}", NO_KEY, *ODD_KEYS))
KINDS["Save"] = _closed(SAVES)
KINDS["Moment"] = _closed(HANGING_UP)
KINDS["Arrival"] = _closed(ARRIVING)
KINDS["Rest"] = _closed(RESTS)
KINDS["Sent"] = _closed(WHICH_SENT, WHICH_SENT.__getitem__)
KINDS["Answers"] = _closed(WHICH_ANSWERS, WHICH_ANSWERS.__getitem__)
KINDS["Existence"] = _closed(EXISTENCES)
# Many readers and writers, sessions, versions
KINDS["Act"] = _closed(ACTS)
KINDS["LookMode"] = _closed(LOOK_MODES)
KINDS["Guarantee"] = _closed(GUARANTEES)
KINDS["Anomaly"] = _closed(ANOMALIES)
KINDS["Version"] = _closed((KNOWN, UNNAMED, *(f"a version that {kind}" for kind in NEVER_GIVEN)))
KINDS["Deed"] = _closed(DEEDS)
KINDS["Winner"] = _closed(WINNERS)
# What is drawn by chance
KINDS["Exploration"] = _closed([*EXPLORATIONS, *KNOWN_TEXTS, *KNOWN_ADDRESSES])
KINDS["Described"] = _closed(PURPOSES)
# Strain
ODD_TRACES = (f"with a trace that {kind}" for kind in TRACES)
KINDS["LimitedDeed"] = _closed(LIMITED_DEEDS)
KINDS["Trace"] = _closed(
    (
        *ODD_TRACES,
        *(f"with {header}" for header in (*ODD_HEADERS, *ODD_OWN_HEADERS)),
        "{Number} times without a correlation id",
    )
)
KINDS["CorrelationRule"] = _closed(CORRELATION_RULES)
KINDS["Shape"] = _closed(SHAPE_RULES)
