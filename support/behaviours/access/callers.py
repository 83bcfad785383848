"""Other callers than the client: without credentials, with wrong ones, from another tenant, only to read.

Sends what they try, as they would; what they must be told is `support.behaviours.access.privacy`' part. What
a caller without credentials of its own brings about all the same is the client's to clean up.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

from support.errors import Inconclusive, StoryError
from support.http import Call
from support.http.authentication.credentials import credentials_for
from support.users.pages import Listing, sorted_by, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.cast import People
    from support.convergence import Observer
    from support.http import Operation
    from support.http.authentication.credentials import Credentials
    from support.users import Person, UsersApi

CLIENT = "a client "
OTHERS = {
    "another tenant": "other_tenant",
    "that may only read": "read_only",
    "over its rate limit": "throttled",
}

CLIENT_ITSELF, TENANT = "the client", "another tenant"
ERRANDS = ("creates", "looks up", "checks for", "replaces", "changes", "deletes")
CALLER_LISTINGS = (
    "lists all users",
    "lists all users sorted by {Order}",
    "searches for the email of user {Person}",
    "continues a list of the client with the cursor",
)
SEARCH, CONTINUE = re.compile(r"searches for the email of user (\w+)"), CALLER_LISTINGS[3]


class Fixed:
    """A header as it is, whatever it is worth."""

    def __init__(self, header: str, value: str) -> None:
        self._headers = {header: value}

    def headers(self) -> Mapping[str, str | bytes]:
        """Return the header, with a scheme at most."""
        return dict(self._headers)

    def query(self) -> Mapping[str, str]:
        """Return nothing."""
        return {}

    def renew(self, _sent: Mapping[str, str]) -> bool:
        """Renew nothing."""
        return False

    def altered(self, alter: Callable[[str], str]) -> Fixed:
        """Return another header of the same name."""
        return Fixed(*next((name, alter(value)) for name, value in self._headers.items()))


class Callers:
    """Gives everyone who may come their own client, for one story, and sends what they try."""

    def __init__(self, observer: Observer, people: People, tokens: Mapping[str, str]) -> None:
        self._observer = observer
        self._api = observer.api
        self._people = people
        self._tokens = tokens
        self._known: dict[str, UsersApi] = {}

    def leave(self) -> None:
        """Let everyone go: the story is over."""
        for api in self._known.values():
            api.client.close()
        self._known.clear()

    def api_of(self, caller: str) -> UsersApi:
        """Return the users API as a caller sees it; raises StoryError for a caller that no story knows."""
        if caller == CLIENT_ITSELF:
            return self._api
        if caller not in self._known:
            who = caller.removeprefix(CLIENT)
            token = self._api.caller
            if who in OTHERS:
                variable = getattr(self._api.target.auth, OTHERS[who])
                credentials: Credentials | None = credentials_for(
                    self._api.target, self._tokens, variable, self._api.client.base_url
                )
                if who == "another tenant":
                    token = variable
            else:
                credentials = self._credentials(who)
            # A service that remembers by a connection who came lets in whoever comes over it next.
            client = self._api.client.as_caller(credentials, is_apart=who in OTHERS)
            self._known[caller] = self._api.with_client(client, token)
        return self._known[caller]

    def do(
        self, caller: str, errand: str, person: Person, condition: Mapping[str, str] | None = None
    ) -> Operation:
        """Have a caller do something to a user; a `condition` are the headers that name a version."""
        api = self.api_of(caller)
        if errand == "creates":
            return api.submit(person.details, person.subject, of=person)
        if errand in {"looks up", "checks for"}:
            self._settle(caller, person)
            if errand == "checks for":
                return api.check(person.id, person.subject)
            return api.look_up(person.id, person.subject, strong=self._observer.has_strong_reads)
        if condition is not None:
            return self._write(api, errand, person, condition)
        # Where a write must name a version, it is the right one: that must not be why it is refused.
        return self._api.write_on_top(person, lambda condition: self._write(api, errand, person, condition))

    @staticmethod
    def _write(api: UsersApi, errand: str, person: Person, condition: Mapping[str, str]) -> Operation:
        changes = {"name": f"Mallory {person.mark}"}
        if errand == "deletes":
            call = Call(*api.route("delete", person.id), headers=condition)
        elif errand == "changes":
            call = api.attempt("change", person.id, changes, condition)
        else:
            call = api.attempt("replace", person.id, {**person.current, **changes}, condition)
        return api.send(call, errand.removesuffix("s"), person.subject)

    def list(self, caller: str, wording: str) -> Listing:
        """Have a caller list users, search for an email, or go on with the client's cursor."""
        if wording == CONTINUE:
            return self.turn_page_of_client(caller)
        if found := SEARCH.fullmatch(wording):
            return self.find(caller, self._people[found[1]])
        return self.list_users(caller, wording.removeprefix("lists all users").removeprefix(" sorted by "))

    def list_users(self, caller: str, sorting: str = "") -> Listing:
        """Have a caller list all users that it can see, in an order if one is named."""
        if people := [*self._people]:
            self._settle(caller, max(people, key=lambda person: person.acknowledged_at))
        asked = sorted_by(self._api.target.lists, sorting) if sorting else {}
        if caller == TENANT:
            # An answer that is kept by its address, whoever asks, was made for the client a moment ago.
            self._api.list_page(
                {**self._api.target.lists.sized(self._api.target.walk_size), **asked},
                strong=self._observer.has_strong_reads,
            )
        return walk(
            self.api_of(caller), Listing(asked, is_whole=True), strong=self._observer.has_strong_reads
        )

    def find(self, caller: str, person: Person) -> Listing:
        """Have a caller find users by the email of somebody."""
        self._settle(caller, person)
        if caller == TENANT:
            self._api.find(person.email, person.subject, strong=self._observer.has_strong_reads)
        operation, items = self.api_of(caller).find(
            person.email, person.subject, strong=self._observer.has_strong_reads
        )
        return Listing(operations=[operation], items=items or [], is_complete=items is not None)

    def turn_page_of_client(self, caller: str) -> Listing:
        """Have a caller go on from a cursor that the client was given."""
        lists = self._api.target.lists
        strong = self._observer.has_strong_reads
        given, first = self._api.list_page(lists.sized(1), strong=strong)
        if first is None or first.next is None:
            raise Inconclusive("the client was given no cursor", evidence=[given])
        operation, page = self.api_of(caller).list_page(first.next, strong=strong)
        return Listing(operations=[operation], items=page.items if page else [], is_complete=page is not None)

    def _settle(self, caller: str, person: Person) -> None:
        """Have what a caller must not see be there for everyone, so that not seeing it means something."""
        if caller == "another tenant":
            self._observer.settle(person.acknowledged_at, self._api.target.bounds.list_s)

    def _credentials(self, who: str) -> Credentials | None:
        if who == "without credentials":
            return None
        auth = self._api.target.auth
        if who == "with empty credentials":
            if auth.scheme in {"api-key", "login"}:
                return Fixed(auth.login.header if auth.scheme == "login" else auth.header, "")
            return Fixed("Authorization", "Basic" if auth.scheme == "basic" else "Bearer")
        if who == "with credentials of another scheme":
            coded = base64.b64encode(b"mallory:mallory").decode()
            return Fixed("Authorization", "Bearer bWFsbG9yeQ" if auth.scheme == "basic" else f"Basic {coded}")
        if who == "with unreadable credentials" and auth.scheme == "basic":
            return Fixed("Authorization", "Basic mallory\u00e9")
        mine = credentials_for(self._api.target, self._tokens, auth.token, self._api.client.base_url)
        if who not in WRONG or mine is None:
            raise StoryError(f"no story knows {who!r}")
        return mine.altered(WRONG[who])


def _alter(secret: str) -> str:
    """Change one character, near the end but not the last, whose bits a coding may leave unused."""
    at = max(0, len(secret) - 4)
    return secret[:at] + ("A" if secret[at] != "A" else "B") + secret[at + 1 :]


def _change_case(secret: str) -> str:
    """Turn small letters into capitals and back, but for those of hex, where they mean the same."""
    is_number = re.fullmatch(r"[0-9A-Fa-f-]*", secret)
    return _alter(secret) if is_number else secret.swapcase()


def _unsign(secret: str) -> str:
    """Return a token that says that it needs no signature (RFC 7519 §6), with the claims of a real one."""
    parts = secret.split(".")
    claims = parts[1] if len(parts) == 3 else _code({"sub": "admin", "role": "admin", "exp": 4102444800})
    return f"{_code({'alg': 'none', 'typ': 'JWT'})}.{claims}."


def _code(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


WRONG: dict[str, Callable[[str], str]] = {
    "with altered credentials": _alter,
    "with credentials cut short": lambda secret: secret[: max(1, len(secret) - 3)],
    "with credentials cut in half": lambda secret: secret[: max(1, len(secret) // 2)],
    "with extended credentials": lambda secret: f"{secret}x1",
    "with credentials in the other case": _change_case,
    "with unknown credentials": lambda secret: "mallory" + "0" * max(9, len(secret) - 7),
    "with unsigned credentials": _unsign,
    # Some ways of comparing secrets take ASCII alone, and raise an error for all else.
    "with unreadable credentials": lambda _: "mallory\u00e9" + "0" * 9,
}
CALLER_PHRASES = (
    TENANT,
    "a client without credentials",
    "a client that may only read",
    "a client with empty credentials",
    "a client with credentials of another scheme",
    *(f"{CLIENT}{wrong}" for wrong in WRONG),
)
