"""What one client sees of its own changes: sessions, and what they promise (Terry et al., PDIS 1994).

A session is a client with a connection of its own that carries the newest consistency token it was given.
When records, Then judges: a session looks at once after each change and keeps what it saw; what that amounts
to is said by `support.behaviours.consistency.session_guarantees`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from support.convergence import PersonProbe
from support.http import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from support.cast import People
    from support.convergence import Observer
    from support.convergence.probes import Look
    from support.http import Credentials, Operation
    from support.users import Person, UsersApi

AT_ONCE = 4
LOOKS = 12
ACTS = ("creates", "changes", "deletes")
LOOK_MODES = ("looks straight away", "asks for the newest state")
ROUNDS = 3
LOOK_PAUSE_S = 0.005
FIRST = "User1"


class TokenKeeper:
    """The credentials of a session: who it is, and the newest token that it was given."""

    def __init__(self, credentials: Credentials | None, header: str) -> None:
        self._credentials = credentials
        self._header = header
        self.token = ""

    def headers(self) -> Mapping[str, str | bytes]:
        """Return the headers of who it is, and the token when there is one."""
        headers = dict(self._credentials.headers()) if self._credentials else {}
        return {**headers, self._header: self.token} if self.token else headers

    def query(self) -> Mapping[str, str]:
        """Return the query parameters of who it is."""
        return self._credentials.query() if self._credentials else {}

    def renew(self, sent: Mapping[str, str]) -> bool:
        """Have who it is renewed, where that can be done."""
        return self._credentials is not None and self._credentials.renew(sent)

    def given(self, operation: Operation) -> str:
        """Return the token that an answer came with; empty without one."""
        return operation.response.headers.get(self._header.lower(), "") if operation.response else ""

    def note(self, operation: Operation) -> Operation:
        """Remember the token of an answer; one without a token leaves the last one standing."""
        if operation.response is not None:
            self.token = self.given(operation) or self.token
        return operation


@dataclass(slots=True)
class Account:
    """What one client did to one person, and what it saw of it straight afterwards, in order."""

    person: Person
    deed: Operation
    token: str
    looks: list[tuple[PersonProbe, Look]] = field(default_factory=list)


class Session:
    """One client's session; `keeper` holds its token."""

    def __init__(self, sessions: Sessions, token: str = "") -> None:
        target = sessions.api.target
        self.keeper = TokenKeeper(sessions.credentials, target.headers.consistency_token)
        self.keeper.token = token
        self.api = sessions.api.with_client(sessions.api.client.as_caller(self.keeper))
        self._observer = sessions.observer.as_seen_by(self.api)

    def probe(self, person: Person, view: str = "single", *, expects_absence: bool = False) -> PersonProbe:
        """Return what looks at a person with this session's eyes."""
        return PersonProbe(self._observer, person, view, expects_absence=expects_absence)

    def look(self, probe: PersonProbe) -> tuple[PersonProbe, Look]:
        """Look once."""
        look = probe.look()
        self.keeper.note(look.operation)
        return probe, look

    def close(self) -> None:
        """Close its connections."""
        self.api.client.close()


class Sessions:
    """Has clients act in sessions of their own."""

    def __init__(self, observer: Observer, people: People, credentials: Credentials | None) -> None:
        self.api = observer.api
        self.observer = observer
        self.credentials = credentials
        self._clock = observer.clock
        self._people = people

    def act(self, deed: str, mode: str, count: int, times: int = 1) -> list[Account]:
        """Have each of so many clients do something to a user of its own and look at it in a mode."""
        if mode == LOOK_MODES[0]:
            return self.act_and_look(deed, count, times)
        return self.act_and_ask_for_newest(deed, count)

    def act_and_look(self, deed: str, count: int, times: int = 1) -> list[Account]:
        """Have each of so many clients do something to a user of its own and look straight away.

        `deed` is creates, changes or deletes; `times` how often in quick succession.
        """

        def act(session: Session, person: Person) -> Account:
            operation = session.keeper.note(self._create(session.api, person))
            if person.id is None:
                return Account(person, operation, session.keeper.token)
            self._become_known(person, deed)
            for _ in range(times if deed == "changes" else 0):
                operation = session.keeper.note(self._change(session.api, person))
            if deed == "deletes":
                operation = session.keeper.note(session.api.delete(person))
            account = Account(person, operation, session.keeper.given(operation))
            for view in self._views(person):
                probe = session.probe(person, view, expects_absence=deed == "deletes")
                account.looks.append(session.look(probe))
            return account

        return self._each(count, act)

    def act_and_ask_for_newest(self, deed: str, count: int) -> list[Account]:
        """Have each of so many clients do something, and another one ask for the newest state at once."""

        def act(session: Session, person: Person) -> Account:
            operation = self._create(self.api, person)
            if person.id is None:
                return Account(person, operation, "")
            self._become_known(person, deed)
            if deed == "changes":
                operation = self._change(self.api, person)
            elif deed == "deletes":
                operation = self.api.delete(person)
            observer = self.observer.as_seen_by(self.api.with_client(session.api.client))
            account = Account(person, operation, "")
            for view in self._views(person):
                absence = deed == "deletes"
                probe = PersonProbe(observer, person, view, expects_absence=absence, strong=True)
                account.looks.append((probe, probe.look()))
            return account

        return self._each(count, act)

    def look_while_another_changes(self, count: int) -> list[Account]:
        """Have each of so many clients create a user and keep looking while another client changes it.

        Several times it looks until it sees a change, or would have to without any session, and then on.
        """

        def act(session: Session, person: Person) -> Account:
            session.keeper.note(self._create(session.api, person))
            account = Account(person, person.writes[-1].operation, session.keeper.token)
            if person.id is None:
                return account
            probe = session.probe(person)
            account.looks.append(session.look(probe))
            for _ in range(ROUNDS):
                account.deed = self._change(self.api, person)
                account.looks += self._until_seen(session, probe)
                account.looks += [session.look(probe) for _ in range(LOOKS // ROUNDS)]
            return account

        accounts = self._each(count, act)
        for account in accounts:
            self._look_with_first_token(account)
        return accounts

    def _look_with_first_token(self, account: Account) -> None:
        """Look once more when every look must show the last change, with the token of the creation.

        What a token asks for is no older state than its own; it is no reason to be shown no later one.
        """
        if account.deed.outcome is not Outcome.OK or not account.token or not account.looks:
            return
        self.observer.settle(account.deed.answered_at, self.api.target.bounds.single_s, wait=True)
        session = Session(self, account.token)
        account.looks.append(session.look(session.probe(account.person)))
        session.close()

    def answer(self, pairs: Sequence[tuple[Person, Person]]) -> list[Account]:
        """Have clients change the second of a pair once they have seen a change of the first, side by side.

        A client that is told of the second looks at both until the bound is over: a replica that has not
        heard of an answer yet cannot show it before its question.
        """
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return [
                account
                for accounts in pool.map(self._answer, *zip(*pairs, strict=True))
                for account in accounts
            ]

    def _answer(self, question: Person, answered: Person) -> list[Account]:
        first = self._change(self.api, question)
        reader = Session(self)
        self._until_seen(reader, reader.probe(question))
        second = reader.keeper.note(self._change(reader.api, answered))
        told = Session(self, reader.keeper.token)
        accounts = [Account(p, o, told.keeper.token) for p, o in ((answered, second), (question, first))]
        bound_s = self.api.target.bounds.single_s
        while True:  # once at least, also where a write is promised to be seen at once
            for account in accounts:
                account.looks.append(told.look(told.probe(account.person)))
            if self._clock.monotonic() >= second.answered_at + bound_s:
                break
            self._clock.sleep(bound_s / LOOKS / 4)
        reader.close()
        told.close()
        return accounts

    def _until_seen(self, session: Session, probe: PersonProbe) -> list[tuple[PersonProbe, Look]]:
        last = probe.person.writes[-1]
        limit = last.operation.answered_at + self.api.target.bounds.single_s
        looks = [session.look(probe)]
        while not _shows(looks[-1][1], last.details) and self._clock.monotonic() < limit:
            self._clock.sleep(LOOK_PAUSE_S)
            looks.append(session.look(probe))
        return looks

    def _each(self, count: int, act: Callable[[Session, Person], Account]) -> list[Account]:
        people = [self._people.introduce(f"User{number + 1}") for number in range(count)]

        def run(person: Person) -> Account:
            session = Session(self)
            try:
                return act(session, person)
            finally:
                session.close()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(run, people))

    def _create(self, api: UsersApi, person: Person) -> Operation:
        key = str(uuid4()) if api.target.promise("idempotency-key") else None
        return api.create(person, key=key)

    def _become_known(self, person: Person, deed: str) -> None:
        """Wait until all readers see a user that is to be deleted; others would miss it all the same."""
        if deed == "deletes":
            self.observer.settle(person.acknowledged_at, self.api.target.bounds.list_s, wait=True)

    @staticmethod
    def _change(api: UsersApi, person: Person) -> Operation:
        """Replace what a person is, or, where that is offered too, of every second one what differs."""
        version = person.next_version()
        if api.target.promise("put") and not (api.target.promise("patch") and person.label[-1] in "02468"):
            return api.replace(person, version)
        return api.change_somehow(person, {name: version[name] for name in ("name", "nickname")})

    def _views(self, person: Person) -> Sequence[str]:
        """Return the views of a dozen looks and two searches; the first also looks at the whole list."""
        found = ["filter"] if self.api.target.promise("filter-by-email") else []
        half = ["single"] * (LOOKS // 2)
        return [*half, *found, *half, *found, *(["list"] if person.label == FIRST else [])]


def _shows(look: Look, details: Mapping[str, object]) -> bool:
    response = look.operation.response
    return response is not None and str(details["name"]).encode() in response.body
