"""What must hold of any answer, whichever story it belongs to: a rule for each promise about all answers.

A story asks one operation whether it keeps such a promise; a service may keep it there and break it
elsewhere. Each rule says what is wrong with one answer, in words, or nothing. What a front server says of a
request that it cannot read is not the service's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from support.errors import Failure, Inconclusive
from support.http import Outcome
from support.http.retry import is_well_formed
from support.http.strict_json import MalformedAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.http import Exchange, Operation, Response
    from support.target import Target
    from support.users import Normalizer
    from support.users.validators import Validator

# Said by whatever reads a request before the service does (RFC 9110 §15, RFC 6585).
FRONT_STATUSES = frozenset({408, 411, 413, 414, 421, 431})
TOO_OFTEN = 429
SHORT_WORD = re.compile(r"[\w.:-]{1,128}", re.ASCII)
SHARED = {"public", "s-maxage"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the service's own, with what it answers and how the target is to be read."""

    operation: Operation
    exchange: Exchange
    response: Response
    target: Target
    normalizer: Normalizer
    validator: Validator
    is_again: bool = False  # whether the same user was deleted before, so that nothing was written

    @property
    def is_from_the_front(self) -> bool:
        """Whether a server before the service may have refused the request without asking it."""
        status = self.response.status
        has_no_form = self.exchange.request.method in {"GET", "HEAD", "DELETE"}
        return status in FRONT_STATUSES or (status == 400 and has_no_form)

    def lacks(self, header: str) -> bool:
        """Return whether a header is missing or says nothing."""
        return not self.response.headers.get(header.lower(), "").strip()


@dataclass(frozen=True, slots=True)
class Rule:
    """What is promised of all answers, by which of the profile's promises, and how an answer breaks it."""

    promises: tuple[str, ...]
    promised: str
    find_fault: Callable[[Answer], str]


def _stored_by_shared_caches(answer: Answer) -> str:
    is_read = answer.exchange.request.method in {"GET", "HEAD"}
    return find_sharing(answer.exchange) if is_read else ""


def find_sharing(exchange: Exchange) -> str:
    """Say what lets shared caches keep the answer to a read (RFC 9111 §3.5); nothing where none may."""
    assert exchange.response is not None
    said = exchange.response.headers.get("cache-control", "")
    directives = {part.partition("=")[0].strip() for part in said.lower().split(",")}
    if directives & {"no-store", "private"}:
        return ""
    # Without a word about it, an answer to a request with Authorization is not for shared caches.
    sent = {name.lower() for name in exchange.request.headers}
    if exchange.outcome is Outcome.OK:
        is_guarded = "authorization" in sent and not directives & {*SHARED, "must-revalidate"}
    else:
        is_guarded = not directives & SHARED
    return "" if is_guarded else f"Cache-Control is {said or 'missing'}"


def _without_explanation(answer: Answer) -> str:
    status = answer.response.status
    is_refusal = 400 <= status < 500 and status != TOO_OFTEN and answer.exchange.request.method != "HEAD"
    if not is_refusal or answer.is_from_the_front:
        return ""
    try:
        answer.validator.problem(answer.operation)
    except Failure as failure:
        return f"{status}: {failure.seen}"
    except Inconclusive:
        pass  # what cannot be decided of one answer breaks no rule, and no story
    return ""


def _without_its_mark(answer: Answer) -> str:
    header = answer.target.headers.correlation_id
    sent = answer.exchange.request.headers.get(header)
    echoed = answer.response.headers.get(header.lower())
    # What is no short word, a service may replace by an id of its own: it would stand in its logs.
    if not sent or not SHORT_WORD.fullmatch(sent) or echoed == sent or answer.is_from_the_front:
        return ""
    return f"it was sent with {sent} and answered with {echoed or 'none'}"


def _without_return(answer: Answer) -> str:
    headers = answer.response.headers
    if answer.response.status != TOO_OFTEN or "via" in headers:
        return ""
    if "retry-after" not in headers:
        return "429 without Retry-After"
    said = headers["retry-after"]
    return "" if is_well_formed(said) else f"Retry-After is {said!r}, neither seconds nor an HTTP date"


def _without_challenge(answer: Answer) -> str:
    is_refused = answer.response.status == 401
    return "401 without WWW-Authenticate" if is_refused and answer.lacks("WWW-Authenticate") else ""


def _without_allowed(answer: Answer) -> str:
    # An empty one says that there is none (RFC 9110 §10.2.1).
    is_silent = answer.response.status == 405 and "allow" not in answer.response.headers
    return "405 without Allow" if is_silent else ""


def _without_place(answer: Answer) -> str:
    if answer.operation.verb != "create" or answer.response.status != 201:
        return ""
    place = answer.response.headers.get("location", "")
    try:
        user_id = answer.normalizer.one(answer.response).id
    except MalformedAnswer:
        user_id = ""
    if not place:
        return "201 without Location"
    return "" if str(user_id) in unquote(place) else f"Location is {place}, and the id {user_id}"


def _without_token(answer: Answer) -> str:
    is_write = answer.operation.verb in {"create", "replace", "change", "delete"}
    is_done = is_write and answer.exchange.outcome is Outcome.OK
    # What was done already is written no second time, and may have no token.
    marker = answer.target.idempotency.marker
    is_repeat = answer.operation.may_have_happened_before or bool(marker and not answer.lacks(marker))
    header = answer.target.headers.consistency_token
    is_missing = is_done and not is_repeat and not answer.is_again and answer.lacks(header)
    return f"no {header}" if is_missing else ""


def _without_version(answer: Answer) -> str:
    # HEAD may leave out what only the content tells (RFC 9110 §9.3.2), as Django's middleware does.
    is_view = answer.operation.verb == "look up" and answer.response.status == 200
    return "no ETag" if is_view and answer.lacks("ETag") else ""


# By the words that stories use: "no answer of the whole run …".
RULES: dict[str, Rule] = {
    "of the whole run may be stored by shared caches": Rule(
        ("auth-caching",), "private answers are not for shared caches", _stored_by_shared_caches
    ),
    "of the whole run refuses without an explanation": Rule(
        ("problem-json",), "every refusal explains itself as problem details", _without_explanation
    ),
    "of the whole run lacks the correlation id of its request": Rule(
        ("correlation-id",), "every answer has the correlation id of its request", _without_its_mark
    ),
    "of the whole run hides when to come back": Rule(
        ("rate-limit",), "whoever asks too often is told when to come back", _without_return
    ),
    "of the whole run hides which credentials are needed": Rule(
        ("auth-challenge",), "a refused caller is told which credentials are wanted", _without_challenge
    ),
    "of the whole run hides the allowed actions": Rule(
        ("allow-header",), "a refused action is told with those that are allowed", _without_allowed
    ),
    "of the whole run hides where a new user is": Rule(
        ("location",), "the answer to a creation says where the user is", _without_place
    ),
    "of the whole run lacks the token of its write": Rule(
        ("consistency-token",), "every write answers with a consistency token", _without_token
    ),
    "of the whole run lacks the version of its user": Rule(
        ("etag",), "every look-up shows the user's version", _without_version
    ),
}
