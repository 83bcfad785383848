"""Users whose creation was answered without them: found by id, Location or email, or by following a job.

The look-up that shows them is kept with the creation (`Operation.view`), which is judged by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from support.errors import Inconclusive
from support.http import Call, Outcome
from support.http.strict_json import MalformedAnswer, parse_json
from support.users.forms.paths import read

if TYPE_CHECKING:
    from typing import Any

    from support.clock import Clock
    from support.http import Operation, Response
    from support.users.person import Person
    from support.users.reader import UsersReader

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 2.0


class UnseenUsers:
    """Finds users of one API after their creation."""

    def __init__(self, api: UsersReader, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._answers = api.target.answers

    def look_after(self, creation: Operation, person: Person, user_id: object) -> None:
        """Keep a look-up of the new user with the creation; give the person the id that it shows.

        Raises Inconclusive for a job that does not end in time.
        """
        if self._answers.create == "job":
            user_id = self._follow(creation, user_id)
        if user_id is None:
            user_id = self._search(creation, person)
        if user_id is None:
            return
        creation.view = self._look_up(creation, person, user_id)
        shown = self._api.id_shown(creation.view)
        person.id = shown if shown is not None else user_id  # type: ignore[assignment]

    def _look_up(self, creation: Operation, person: Person, user_id: object) -> Operation:
        """Look the user up, again until the bound where a reader does not know them yet."""
        strong = self._api.target.promise("strong-read")
        deadline = creation.answered_at + self._api.target.bounds.single_s * 1.01
        while True:
            view = self._api.look_up(user_id, person.subject, strong=strong)
            if not self._api.is_gone(view) or view.sent_at > deadline:
                return view
            self._pause(deadline)

    def _search(self, creation: Operation, person: Person) -> object:
        """Find the user by email, in the search where one is promised, else in the list."""
        deadline = creation.answered_at + self._api.target.bounds.list_s * 1.01
        email = str(person.details.get("email"))
        while True:
            asked_at = self._clock.monotonic()
            if self._api.target.promise("filter-by-email"):
                items = self._api.find(email, person.subject)[1] or []
            else:
                items = self._api.walk_list(person.subject)[1]
            for item in items:
                if self._api.has_email(item, email):
                    return self._api.id_of(item)
            if asked_at > deadline:
                return None
            self._pause(deadline)

    def _follow(self, creation: Operation, user_id: object) -> object:
        """Ask for the job until it is done; return the id that it names, None if it names none."""
        job = self._answers.job
        response = creation.response
        assert response is not None
        url = self._way_to(response)
        if url is None:
            return user_id
        base = self._api.client.base_url
        whole = urljoin(creation.last.request.url, url)
        if not whole.startswith(f"{base}/"):
            raise Inconclusive(f"the job is not below {base}: it is not followed", evidence=[creation])
        deadline = creation.answered_at + job.within_s
        while True:
            operation = self._api.client.send(
                Call("GET", whole.removeprefix(base)), "follow", _job_of(creation)
            )
            said = _parsed(operation.response)
            state = read(said, job.state, None)
            if operation.outcome is Outcome.OK and str(state) in job.done:
                return read(said, job.id, None) if job.id else None
            if str(state) in job.failed:
                return None
            if self._clock.monotonic() > deadline:
                raise Inconclusive(
                    f"the job that creates {creation.subject} was {state!r} after {job.within_s:g} s",
                    evidence=[creation, operation],
                )
            self._pause(deadline)

    def _way_to(self, response: Response) -> str | None:
        job = self._answers.job
        if job.member:
            found = read(_parsed(response), job.member, None)
            return found if isinstance(found, str) else None
        return response.headers.get(job.header.lower())

    def _pause(self, deadline: float) -> None:
        left = max(0.0, deadline - self._clock.monotonic())
        self._clock.sleep(min(LONGEST_PAUSE_S, max(FIRST_PAUSE_S, left / 8)))


def _job_of(creation: Operation) -> str:
    """Return how reports call the job of a creation."""
    return f"the job of {creation.subject}"


def _parsed(response: Response | None) -> Any:
    try:
        return parse_json(response.body) if response is not None else None
    except MalformedAnswer:
        return None
