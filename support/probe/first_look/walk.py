"""Before the first story: two users are walked through what the profile promises.

Whether the service keeps its promises is for the stories to say. The walk stops a run only where no story
of a kind could say anything: nobody can be created, found again, changed or deleted the way that the profile
says. Each of these is one line that says what to put into the profile. What is merely suspicious is a note.
Passing faults prove nothing, and what they hide is left to the stories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.cleanup import Journal
from support.clock import SystemClock
from support.errors import ConfigurationError, SuiteError
from support.http import Outcome
from support.http.retry import is_fault
from support.probe.answers import find_id_path, find_items, find_path, missing_members
from support.probe.dates import mistaken_zone
from support.probe.first_look.findings import Findings, KeepsNothing
from support.probe.first_look.guests import Guests, take_away
from support.probe.first_look.quotes import name_request, parse_leniently, quote_answer
from support.secrets import REDACTOR
from support.users import Normalizer, Person, UsersApi
from support.users.forms.paths import read, texts_in
from support.users.refusal_text import FULL
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from support.clock import Clock
    from support.http import Operation, Response, SessionClient

NOT_OFFERED = frozenset({404, 405, 415, 501})
PAUSE_S = 0.1


def look_first(
    client: SessionClient, run: str, folder: Path, callers: Mapping[str, SessionClient]
) -> Findings:
    """Walk two users through a target, as its main caller; each of the `callers` only has to be let in.

    Raises ConfigurationError for what does not fit the profile, in one line. Whom it leaves, the run's sweep
    finds in the journal.
    """
    clock, guests = SystemClock(), Guests(run, client.target)
    journal = Journal(folder / "journal-look.jsonl")
    main = client.target.auth.token if client.target.auth.scheme != "none" else ""
    api = UsersApi(client, Normalizer(client.target), journal, guests, clock, main)
    others = {name: api.with_client(other, name) for name, other in callers.items() if name != main}
    try:
        return FirstLook(api, guests, clock, others).walk()
    finally:
        journal.close()


class FirstLook:
    """One walk. `callers` are the APIs of the other credentials that the profile names."""

    def __init__(self, api: UsersApi, guests: Guests, clock: Clock, callers: dict[str, UsersApi]) -> None:
        self._api = api
        self._target = api.target
        self._guests = guests
        self._clock = clock
        self._callers = callers
        self._created: list[Person] = []
        self.findings = Findings()

    def walk(self) -> Findings:
        """Walk two users through everything; raises ConfigurationError for what does not fit the profile.

        A walk that weather cuts short finds less, and says nothing of it.
        """
        try:
            self._credentials()
            ada, grace = self._create("Ada"), self._create("Grace")
            self._are_two(ada, grace)
            self._read_back(ada, grace)
            self._look_around(ada)
            if "look up" in self.findings.succeeded:
                self._write(ada)
                self._delete(ada, grace)
            if "delete" in self.findings.succeeded:
                self._come_back(ada, grace)
        except KeepsNothing:
            raise  # what bears the ids that it told may be somebody else's
        except ConfigurationError:
            if "look up" in self.findings.succeeded:
                take_away(self._api, self._created)
            raise
        except SuiteError:
            pass
        return self.findings

    # Each step

    def _credentials(self) -> None:
        for variable, api in self._callers.items():
            operation = api.list_page({})[0] if self._target.has_list else api.look_up("0", "nobody")
            if operation.response is not None and operation.response.status in {401, 403}:
                raise ConfigurationError(
                    f"{name_request(operation)} refuses the token in {variable} "
                    f"({operation.response.status}): is it the right one?"
                )

    def _create(self, label: str) -> Person:
        person = self._guests.introduce(label)
        operation = self._api.create(person)
        response = self._answer(operation)
        if operation.outcome is not Outcome.OK:
            self._not_full(response)
            missing = ", ".join(missing_members(parse_leniently(response)))
            wants = f"It wants {missing}:" if missing else "What it wants beside,"
            hint = f"{wants} sending.extra and fields of the profile say."
            if response.status in {401, 403} and self._target.auth.scheme != "none":
                hint = f"May whoever has the token in {self._target.auth.token} create users?"
            raise ConfigurationError(
                f"{name_request(operation)} creates no user: {quote_answer(response)}. {hint}"
            )
        if response.status not in self._target.accepted.create:
            self._note(
                f"{name_request(operation)} creates users with {response.status}, which accepted.create "
                f"does not name"
            )
        if person.id is None:
            path = find_id_path(parse_leniently(response))
            hint = f"it seems to stand at {path!r}" if path else "answers.create may say how to find it"
            raise ConfigurationError(
                f"{name_request(operation)} shows no id of the new user (fields.id): {hint}"
            )
        self._succeeded("create")
        self._created.append(person)
        return person

    @staticmethod
    def _are_two(*people: Person) -> None:
        if len({str(person.id) for person in people}) == 1:
            raise KeepsNothing(
                f"two users were created, and both have the id {clip(people[0].id)}: is fields.id right, "
                f"and does this service keep anything?"
            )

    def _read_back(self, *people: Person) -> None:
        """Require that created users are found again, and that they are they."""
        for person in people:
            look = self._settled(person)
            response = self._answer(look)
            if self._api.is_gone(look):
                self._not_found(look, person)
                return
            if look.outcome is not Outcome.OK:
                raise ConfigurationError(f"{name_request(look)} shows no user: {quote_answer(response)}")
            self._shows(look, person)
            self._succeeded("look up")

    def _not_found(self, look: Operation, person: Person) -> None:
        """Tell a wrong path from a service that loses users: the list knows. Stories say the latter."""
        if self._target.has_list:
            items = self._api.walk_list(person.subject)[1]
            if not any(person.mark in "\n".join(texts_in(item)) for item in items):
                self._note(f"{name_request(look)} does not find the user who was created, nor does the list")
                return
        raise ConfigurationError(
            f"{name_request(look)} does not find the user who was created: are operations.look_up (a slash "
            f"at its end?) and fields.id right?"
        )

    def _shows(self, look: Operation, person: Person) -> None:
        response = self._answer(look)
        body = parse_leniently(response)
        email = str(person.current.get("email"))
        declared = ".".join(filter(None, (self._target.user_path, self._target.fields.email)))
        if self._api.shows_email(look, email) or read(body, declared, None) == email:
            if wrong := mistaken_zone(self._target, read(body, self._target.user_path, None), response):
                raise ConfigurationError(f"{name_request(look)} {wrong}")
            return
        if any(text.strip().casefold() == email.casefold() for text in texts_in(body)):
            raise ConfigurationError(
                f"{name_request(look)} shows the email at {find_path(body, email)!r}: do fields.email and "
                f"user_path of the profile say so?"
            )
        if person.mark not in "\n".join(texts_in(body)):
            raise KeepsNothing(
                f"{name_request(look)} shows nothing of what the user was created with: does this service "
                f"keep what it is sent, or does it want it otherwise (sending.wrap)?"
            )

    def _look_around(self, person: Person) -> None:
        if self._target.has_list:
            operation, page = self._api.list_page(self._target.lists.sized(5))
            response = self._answer(operation)
            listed = read(parse_leniently(response), self._target.lists.items, None)
            if page is None and not isinstance(listed, list):
                found = find_items(parse_leniently(response))
                place = f"stand at {found!r}" if found else "be the whole answer"
                hint = "" if found is None else f"; they seem to {place} (lists.items)"
                raise ConfigurationError(
                    f"{name_request(operation)} shows no list of users: {response.status}{hint}"
                )
            if page is not None and self._target.promise("pagination") and len(page.items) > 5:
                self._note(
                    f"asked for 5 users, {name_request(operation)} shows {len(page.items)}: lists.size?"
                )
            self._succeeded("list")
        if self._target.promise("filter-by-email"):
            self._search(person)

    def _search(self, person: Person) -> None:
        operation, items = self._api.find(person.email, person.subject)
        response = self._answer(operation)
        if items is None and 400 <= response.status < 500:
            raise ConfigurationError(
                f"{name_request(operation)} refuses a search by email: {quote_answer(response)}. Is "
                "lists.email right?"
            )
        nobody = self._guests.introduce("Nobody").email
        operation, items = self._api.find(nobody, "nobody")
        if items:
            self._note(
                f"a search for an email that nobody has finds {len(items)} users: is lists.email right, or "
                f"is filter-by-email no promise of this service?"
            )
        self._succeeded("find")

    def _write(self, person: Person) -> None:
        if self._target.promise("patch"):
            self._offered(self._api.change(person, {"name": self._next_name(person)}), "patch")
        if self._target.promise("put-writes"):
            details = {**person.current, "name": self._next_name(person)}
            self._offered(self._api.replace(person, details), "put")

    def _offered(self, operation: Operation, promise: str) -> None:
        response = self._answer(operation)
        if response.status == 428:
            raise ConfigurationError(
                f"{name_request(operation)} wants a version (428): does it promise precondition-required?"
            )
        if response.status in NOT_OFFERED:
            way = "sending.patch" if promise == "patch" else f"operations.{operation.verb}"
            raise ConfigurationError(
                f"{name_request(operation)} is not offered: {quote_answer(response)}. Is {way} right, or is "
                f"{promise} no promise of this service?"
            )
        if operation.outcome is Outcome.OK:
            self._succeeded(operation.verb)

    def _delete(self, *people: Person) -> None:
        for person in people:
            operation = self._api.delete(person)
            response = self._answer(operation)
            if response.status == 428:
                raise ConfigurationError(
                    f"{name_request(operation)} wants a version (428): does it promise precondition-required?"
                )
            if response.status in {404, 405, 501} and not operation.adopted:
                raise ConfigurationError(
                    f"{name_request(operation)} deletes no user: {quote_answer(response)}. Is "
                    f"operations.delete right? Without deletions a run leaves its users behind"
                )
            if operation.outcome is Outcome.OK:
                self._succeeded("delete")

    def _come_back(self, *gone: Person) -> None:
        """Create one user more, and see whether they are given the id of one who was deleted."""
        last = self._guests.introduce("Alan")
        operation = self._api.create(last)
        if last.id is None:
            return
        self.findings.ids_return = str(last.id) in {str(person.id) for person in gone}
        if self.findings.ids_return and not self._target.fields.ids_return:
            self._note(
                f"{name_request(operation)} gave a new user the id {clip(last.id)} of one who was deleted: "
                f"if that is meant, say fields.ids_return = true. Stories run one after the other"
            )
        self._api.delete(last)

    # What they share

    def _settled(self, person: Person) -> Operation:
        """Look until the user is found, or every reader had to know them."""
        strong = self._target.promise("strong-read")
        deadline = person.acknowledged_at + self._target.bounds.single_s * 1.01 + 0.05
        while True:
            operation = self._api.look_up(person.id, person.subject, strong=strong)
            if not self._api.is_gone(operation) or operation.last.sent_at > deadline:
                return operation
            self._clock.sleep(PAUSE_S)

    def _next_name(self, person: Person) -> str:
        return f"Changed {person.mark} {len(person.writes)}"[-self._target.limits.name :]

    def _answer(self, operation: Operation) -> Response:
        """Return a final answer; raises SuiteError where there is none, or one of passing faults."""
        response = operation.response
        if response is None or is_fault(operation.last, self._target.faults) or response.status >= 500:
            raise SuiteError(operation.describe())
        return response

    def _not_full(self, response: Response) -> None:
        if self._target.request_limits.live_users is not None:
            said = FULL.search(response.body.decode("utf-8", "replace"))
            if said:
                raise SuiteError(f"the target is full: {said[0]!r}")

    def _succeeded(self, verb: str) -> None:
        self.findings.succeeded.add(verb)

    def _note(self, text: str) -> None:
        self.findings.notes.append(REDACTOR.text(text))
