"""What one caller sees and may delete of a service's users, as cleanup needs it: nothing is guessed.

Nobody is deleted by id alone. Services give the ids of deleted users again, databases are set up anew, and
two tenants may count alike: whoever stands under an id of a journal is looked at first.
"""

from __future__ import annotations

import time
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from support.errors import SuiteError
from support.http import Call, Outcome
from support.http.call import segment
from support.http.strict_json import MalformedAnswer, parse_json
from support.users.api import LATER
from support.users.forms.packing import pack
from support.users.forms.paths import read, texts_in
from support.users.forms.versions import read_version, version_headers
from support.users.lists.reader import refuses_size
from support.users.lists.story_horizon import NEWEST_FIRST, StoryHorizon
from support.users.markers import find_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from support.http import Operation, SessionClient
    from support.http.call import QueryValue
    from support.target import Target
    from support.target.sending.operations import OperationName
    from support.users import Normalizer

MOST_PAGES = 5000
HASTE_S = 5.0  # for each page of a look that may also be left out [s]
DOTS = frozenset({"", ".", ".."})  # as an id they would lead to the collection, or above it


class NoAnswer(SuiteError):
    """The service gave no answer at all."""


class Unfinished(SuiteError):
    """A list shows no more than its first users."""


class Standing(Enum):
    """Who stands under an id of a journal."""

    OURS = auto()
    GONE = auto()
    SOMEBODY_ELSE = auto()
    UNREADABLE = auto()  # answered, but the answer tells of nobody


class UsersView:
    """The users that one caller sees, and what that caller may do with them.

    `caller` is the variable of their token, an empty text where nobody has to say who they are.
    """

    def __init__(
        self, client: SessionClient, target: Target, normalizer: Normalizer, caller: str = ""
    ) -> None:
        self.client = client
        self._caller = caller
        # When the last deletion of each user was answered as done (epoch [s]).
        self.acknowledged: dict[int | str, float] = {}
        self._target = target
        self._normalizer = normalizer
        headers = target.headers
        is_strong = target.promise("strong-read")
        self._headers = {headers.strong_read: headers.strong_value} if is_strong else {}
        client.control = self._control

    def _control(self, failing: Operation) -> bool:
        """Say whether others are answered while a list stays a page for people, as Flask ends one."""
        if failing.verb != "list":
            return False
        route = self._target.route("look_up")
        answer = self.client.send(
            Call(route.method, route.path.replace("{id}", "0")), "control", "nobody", within_s=HASTE_S
        ).response
        return answer is not None and answer.status < 500 and answer.status != 429

    def standing(self, user_id: int | str, run: str, noted_at: float) -> Standing:
        """Look who stands under an id that a run was given at a moment (epoch [s]).

        Raises SuiteError where the caller may not look, NoAnswer where there is none.
        """
        if str(user_id) in DOTS:
            raise SuiteError(f"{user_id!r} is no id that a request can name")
        operation = self._look_up(user_id)
        response = operation.response
        if self._normalizer.shows_gone(response):  # by 403 in some places, as of what may not be seen
            return Standing.GONE
        if response is None or response.status in {401, 403}:  # `_send` has answers only
            raise SuiteError(operation.describe())
        try:
            whole = parse_json(response.body)
            shown = read(whole, self._target.user_path)
        except MalformedAnswer:
            shown = None
        if response.status not in self._target.accepted.look_up or not isinstance(shown, dict):
            return Standing.UNREADABLE
        return Standing.OURS if self._is_of(shown, run, noted_at) else Standing.SOMEBODY_ELSE

    def _is_of(self, raw: dict[str, Any], run: str, noted_at: float) -> bool:
        """Return whether a user that is shown under an id of a run's journal is the run's own.

        Whatever a run writes bears its mark. What shows no mark may be a user that a broken form has made: it
        is the run's if it came to be when the run noted it, or if nobody has written anything about it.
        """
        marks = runs_in(raw)
        if marks:
            return run in marks
        fields = self._target.fields
        if not any(isinstance(read(raw, path, None), str) for path in (fields.name, fields.email)):
            return True
        made_at = self.made_at(raw)
        if made_at is None:
            return False
        clock = self._target.clock
        apart_s = clock.tolerance_s + clock.difference_s
        return noted_at - self._target.timeouts.operation_s - apart_s <= made_at <= noted_at + apart_s

    def delete(self, user_id: int | str) -> str:
        """Delete a user; return why the user is still there, an empty text if that is not so.

        Raises NoAnswer when there is none.
        """
        headers = {}
        if self._target.promise("precondition-required"):
            headers = version_headers(
                self._target, read_version(self._target, self._look_up(user_id).response)
            )
        operation = self._send("delete", f"user {user_id}", user_id, headers=headers)
        response = operation.response
        # 202 says that it will be done, and is held to no bound here.
        if operation.outcome is Outcome.OK and response is not None and response.status != LATER:
            self.acknowledged[user_id] = time.time()
        is_gone = operation.outcome is Outcome.OK or self._normalizer.shows_gone(operation.response)
        return "" if is_gone else operation.describe()

    def listed(self, *, hasty: bool = False, since: datetime | None = None) -> Iterator[Any]:
        """Go through the list and return whatever stands in it; a `hasty` look gives up on an outage soon.

        Where the newest can be listed first, those from before `since` are left out: a tenant may be crowded.
        Raises SuiteError where it cannot be read, Unfinished where it shows no more than its beginning.
        """
        lists = self._target.lists
        sized = lists.sized(self._target.walk_size)
        horizon = StoryHorizon(self.client, self._normalizer)
        since = since if horizon.is_offered else None
        unsized = {**lists.always, **(lists.ordered(NEWEST_FIRST) if since else {})}
        query: Mapping[str, QueryValue] | None = {**unsized, **sized}
        seen: set[int | str | None] = set()
        for _ in range(MOST_PAGES):
            operation = self._send("list", "users", query=query, headers=self._headers, hasty=hasty)
            if sized and refuses_size(operation):
                query, sized = unsized, {}
                continue
            sized = {}  # what was taken once is not refused later
            if operation.outcome is not Outcome.OK and not self._normalizer.found_nothing(operation.response):
                raise SuiteError(operation.describe())
            try:
                page = self._normalizer.page(operation.last)
            except MalformedAnswer as error:
                raise SuiteError(f"{operation.describe()}, and cannot be read: {error}") from None
            items = [item for item in page.items if isinstance(item, dict)]
            yield from page.items
            query = page.next
            if query is None or (since is not None and horizon.is_passed(page.items, since)):
                return
            before = len(seen)
            seen.update(self._normalizer.id_of(item) for item in items)
            if lists.window is not None and len(seen) >= lists.window:
                raise Unfinished(f"it shows only the first {lists.window}")
            if items and len(seen) == before:
                raise SuiteError(f"{operation.describe()}, with the users of earlier pages again")
        raise Unfinished(f"it does not end after {MOST_PAGES} pages")

    def id_of(self, raw: Any) -> int | str | None:
        """Return the id of a user's raw members; None where no request can name it."""
        user_id = self._normalizer.id_of(raw)
        return None if user_id is None or str(user_id) in DOTS else user_id

    def made_at(self, raw: Any) -> float | None:
        """Return when a user says to have come to be (epoch [s]); None where that is not readable."""
        path = self._target.fields.created_at
        try:
            return self._normalizer.instant(read(raw, path, None)).timestamp() if path else None
        except MalformedAnswer:
            return None

    def _look_up(self, user_id: int | str) -> Operation:
        return self._send("look_up", f"user {user_id}", user_id, headers=self._headers)

    def _send(
        self,
        verb: OperationName,
        subject: str,
        user_id: int | str = "",
        *,
        query: Mapping[str, QueryValue] | None = None,
        headers: Mapping[str, str],
        hasty: bool = False,
    ) -> Operation:
        route = self._target.route(verb)
        path = route.path.replace("{id}", segment(user_id))
        call = Call(route.method, path, query=pack(self._target.lists, query or {}), headers=headers)
        within_s = HASTE_S if hasty else None
        operation = self.client.send(call, verb.replace("_", " "), subject, within_s=within_s)
        if operation.response is None:
            raise NoAnswer(operation.describe())
        is_refused = operation.response.status == 401 and not self._normalizer.shows_gone(operation.response)
        if self._caller and is_refused:
            raise SuiteError(f"the token in {self._caller} is refused (401): is it the right one?")
        return operation


def runs_in(raw: Any) -> dict[str, datetime]:
    """Return the runs whose marks a user's texts bear, in whatever case, with when they began."""
    found = (find_run(text.lower()) for text in texts_in(raw))
    return dict(filter(None, found))
