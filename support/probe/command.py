"""The course of a probe: find the collection, create, look, change, delete, sweep, and write the draft."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import ValidationError

from support.cleanup.ended_runs import forget
from support.cleanup.journal import hold_alive, write_header
from support.cleanup.run import new_identity
from support.clock import SystemClock
from support.command_line.parser import OneLineParser
from support.command_line.streams import guard_streams
from support.errors import ConfigurationError, SuiteError
from support.probe.answers import find_items
from support.probe.changes import Changes
from support.probe.creation import Creation
from support.probe.draft import Draft
from support.probe.known import READ, Known
from support.probe.lists import Lists
from support.probe.searches import Searches
from support.probe.signs import Signs
from support.probe.visit import NOTHING, Visit, body_of, was_done
from support.secrets import REDACTOR
from support.secrets.output import redacted_output
from support.secrets.urls import secrets_in
from support.target.credentials.authentication import Auth
from support.target.settings import load_tokens, resolve_base_url
from support.users.forms.paths import read

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from support.http import Response

# Where users are looked for when the URL is that of a service.
PLACES = ("/users", "/Users", "/users/", "/api/users", "/api/v1/users", "/v1/users", "/accounts")
ROOT = re.compile(r"v\d+(\.\d+)*|api|rest|scim", re.IGNORECASE)
EXIT_SET_UP, EXIT_UNKNOWN = 4, 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at a live service with a few users of its own and write a draft of its profile."""
    guard_streams()
    with redacted_output():
        return _run(sys.argv[1:] if arguments is None else arguments)


def _run(arguments: Sequence[str]) -> int:
    for argument in arguments:
        for secret in secrets_in(argument):
            REDACTOR.register(secret, "URL")
    parser = OneLineParser(prog="python -m support.probe", description=main.__doc__, allow_abbrev=False)
    parser.add_argument("url", help="of the service, or of its users")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="default: standard output")
    parser.add_argument(
        "--auth", choices=("bearer", "basic", "api-key", "none"),
        help="how to get in; API_TOKEN holds the token, id:password or key; default: none",
    )  # fmt: skip
    parser.add_argument("--header", default="X-API-Key", help="that carries an API key")
    parser.add_argument(
        "--known", metavar="FILE", type=Path,
        help=f"TOML, as a profile has it, with what cannot be seen: {', '.join(READ)}",
    )  # fmt: skip
    try:
        options = parser.parse_args(arguments)
        known = _known_of(options)
        text = probe(options.url, known)
        if options.output is None:
            sys.stdout.write(text)
        else:
            options.output.write_text(REDACTOR.text(text), encoding="utf-8")
            _say(f"the draft is in {options.output}; read it before you use it")
    except ConfigurationError as error:
        _say(str(error))
        return EXIT_SET_UP
    except OSError as error:
        _say(f"{error.filename}: {error.strerror or error}")
        return EXIT_SET_UP
    except SuiteError as error:
        _say(str(error))
        return EXIT_UNKNOWN
    except KeyboardInterrupt:
        _say("interrupted")
        return 130
    return 0


def _known_of(options: argparse.Namespace) -> Known:
    """Return what was said in a file and beside it; raises ConfigurationError where both say the way in."""
    if options.known is None:
        return Known(_auth_of(options))
    known = Known.read(options.known)
    if "auth" not in known.said:
        return replace(known, auth=_auth_of(options))
    if options.auth is not None:
        raise ConfigurationError(
            f"{options.known}: [auth] says how to get in, and so does --auth: leave one out"
        )
    return known


def _auth_of(options: argparse.Namespace) -> Auth:
    try:
        return Auth(scheme=options.auth or "none", header=options.header)
    except ValidationError:
        raise ConfigurationError(f"--header {options.header!r}: is no name of a header") from None


def _say(text: str) -> None:
    sys.stderr.write(f"probe: {REDACTOR.text(' '.join(text.split()))}\n")


def probe(url: str, known: Known) -> str:
    """Return the draft of a profile for the service at a URL; whatever was created is deleted again."""
    start = known.at("/")
    address = resolve_base_url(start, url)
    tokens = load_tokens(start)
    identity, _, folder = new_identity(None)
    alive = hold_alive(folder)
    visit: Visit | None = None
    left: list[str] = []
    try:
        visit, first = _find_users(address, known, tokens, folder)
        facts = {"base_url": visit.base_url, "collection": visit.collection, "target": "probe"}
        write_header(folder, {**facts, "seed": 0, "embedded": False})
        try:
            draft = _look(visit, first, known)
        finally:
            left = visit.sweep()
            visit.close()
            _say(f"{visit.created} users created, {len(left)} left (run {identity})")
    finally:
        alive.release()
        if not left:
            forget(folder)
    if left:
        raise SuiteError(f"users {', '.join(left)} could not be deleted")
    return draft.text(_heading(visit))


def _find_users(
    address: str, known: Known, tokens: dict[str, str], folder: Path
) -> tuple[Visit, Response | None]:
    """Return the visit to the first place that answers a list of users, with that answer.

    Where a person has said that there is no list, the first place is taken as it is, without an answer.
    """
    path = urlsplit(address).path
    before, _, last = address.rpartition("/")
    below = [(address, place) for place in PLACES]
    itself = [(before, f"/{last}"), (before, f"/{last}/")] if path.strip("/") else []
    # Below a version or a service's root first: some, SCIM's among them, list everything there.
    places = [*below, *itself] if ROOT.fullmatch(last) else [*itself, *below]
    if known.collection:
        places = [(address, known.collection)]
    if not known.target.has_list:
        base_url, collection = places[0]
        return Visit(base_url, known.at(collection), tokens, folder, SystemClock()), None
    said = []
    for base_url, collection in places:
        target = known.at(collection)
        visit = Visit(base_url, target, tokens, folder, SystemClock())
        response = visit.get()
        body = body_of(response)
        if was_done(response) and find_items(body) is not None:
            if not collection.endswith("/") and visit.was_moved_to_slash:
                target = target.model_copy(update={"collection": f"{collection}/"})
                return Visit(base_url, target, tokens, folder, SystemClock()), response
            return visit, response
        what = (
            f"{response.status} without a list" if body is not NOTHING else f"{response.status} without JSON"
        )
        said.append(f"GET {collection} {what}")
        if response.status in {401, 403}:
            raise ConfigurationError(
                f"{base_url}{collection} answered {response.status}: give --auth and API_TOKEN"
            )
    raise ConfigurationError(f"{address}: no list of users was found ({', '.join(said)})")


def _look(visit: Visit, first: Response | None, known: Known) -> Draft:
    """Create a few users and try everything that is safe to try with them."""
    draft = Draft(urlsplit(visit.base_url).hostname or "mine")
    draft.keep(known.said, known.source)
    draft.set("base_path", urlsplit(visit.base_url).path, "of the URL that was given")
    listed = f"GET was answered {first.status} with a list" if first else "of the URL that was given"
    draft.set("collection", visit.collection, listed)
    draft.set("destructive", value=False)
    draft.set("exclusive", value=False)
    auth = visit.target.auth
    draft.set("auth.scheme", auth.scheme, "with these credentials the list was shown")
    if auth.scheme == "api-key":
        draft.set("auth.header", auth.header)
    items = find_items(body_of(first)) if first else None
    users = read(body_of(first), items) if first and items is not None else []
    creation = Creation(visit, draft)
    creation.learn(users[0] if users else None)
    already = visit.created
    people: list[tuple[int | str, str]] = []
    for number in (0, 2, 3):
        _, user_id, _ = creation.again(number)
        if user_id is not None:
            people.append((user_id, _email_of(visit, creation, user_id)))
    lists = Lists(visit, draft, creation, first)
    if first:
        lists.learn(created=visit.created)
    searches = Searches(visit, draft, creation, lists)
    if draft.get("lists.items") is not None and len(people) == 3 and already == 1:
        _learn_searches(searches, creation, people)
    else:
        draft.cannot_tell("how users are searched and sorted: too few could be created and listed")
    draft.cannot_tell(
        "how long a change may take to be seen by every reader; say it as single_s and list_s under [bounds]"
    )
    Changes(visit, draft, creation).learn()
    if people:
        Signs(visit, draft, creation).learn(*people[0])
    return draft


def _learn_searches(searches: Searches, creation: Creation, people: list[tuple[int | str, str]]) -> None:
    """Search for one of the users and sort them all: Charles, Ada, Grace and Blaise in order of creation."""
    searches.learn_search(*people[0])
    charles, grace, blaise = (user_id for user_id, _ in people)
    in_order = [creation.id, blaise, charles, grace]
    searches.learn_orders(in_order, in_order)


def _email_of(visit: Visit, creation: Creation, user_id: int | str) -> str:
    body = body_of(visit.on("GET", user_id))
    found = read(body, f"{creation.user_path}.{creation.email}".strip("."), "") if creation.email else ""
    return found if isinstance(found, str) else ""


def _heading(visit: Visit) -> list[str]:
    return [
        f"A draft, made by python -m support.probe at {visit.base_url}{visit.collection}.",
        "What stands in force is what was seen once; read each line. Promises are for you to declare.",
        f"BASE_URL={visit.base_url} ci/run_tests.sh --target THIS_FILE",
    ]
