"""Whatever a target wants of requests, and however little its answers show, users get through their life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.cast.people import People
from support.cleanup.journal import Journal
from support.clock import SystemClock
from support.errors import ConfigurationError, Inconclusive, NotApplicable
from support.http.authentication.credentials import credentials_for
from support.http.history import Outcome
from support.selftests.probes.client_probe import make_client
from support.selftests.servers.odd_service import PASSWORD, OddService
from support.target.profiles import parse_target
from support.target.settings import load_constants, load_tokens
from support.users import Normalizer, UsersApi, Validator
from support.users.forms.versions import NO_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from support.target import Target
    from support.users import Person

BASE: dict[str, Any] = {"name": "odd", "fields": {"role": "", "password": ""}, "auth": {"scheme": "none"}}
LOGIN = {"scheme": "login", "login": {"request": "POST /login"}}
FURTHER = {
    "username": "{unique:12}",
    "profile.language": "{choice:en,de}",
    "roles": ["{number:1,3}"],
    "accepts": True,
}


def make_target(profile: dict[str, Any]) -> Target:
    return parse_target({**BASE, **profile}, source="x")


class Visitor:
    """The API of one target, with people and a validator of their own."""

    def __init__(self, service: OddService, profile: dict[str, Any], folder: Path) -> None:
        self.target = make_target(profile)
        clock = SystemClock()
        self.people = People("acct0abcdzz", "gw0", 1, with_password=False)
        normalizer = Normalizer(self.target)
        self.validator = Validator(self.target, normalizer)
        client = make_client(
            service.url,
            self.target,
            clock,
            credentials=credentials_for(self.target, load_tokens(self.target), "API_TOKEN", service.url),
            constants=load_constants(self.target),
        )
        journal = Journal(folder / "journal-gw0.jsonl")
        self.api = UsersApi(client, normalizer, journal, self.people, clock)

    def create(self, label: str = "Ada") -> Person:
        """Create a person, as an answer or the look-up after it has to show them."""
        person = self.people.introduce(label)
        operation = self.api.create(person)
        self.validator.done(operation, self.target.accepted.create)
        user = self.validator.user(operation)
        self.validator.details(operation, user, person.current)
        assert person.id == user.id
        return person

    def shows(self, person: Person) -> None:
        """Require that a look-up shows the person as last written."""
        operation = self.api.look_up(person.id, person.subject)
        self.validator.details(operation, self.validator.user(operation), person.current)

    def live(self) -> None:
        """Bring a person through a whole life."""
        person = self.create()
        if self.target.sending.patch != "put-merges":
            assert self.api.replace(person, person.next_version()).outcome is Outcome.OK
            self.shows(person)
        assert self.api.change(person, {"name": person.next_version()["name"]}).outcome is Outcome.OK
        self.shows(person)
        assert self.api.change(person, {"nickname": None}).outcome is Outcome.OK
        self.shows(person)
        assert self.api.delete(person).outcome is Outcome.OK
        assert self.api.is_gone(self.api.look_up(person.id, person.subject))


@pytest.mark.parametrize(
    ("manners", "profile"),
    [
        ({}, {}),
        ({"wrap": "data"}, {"sending": {"wrap": "data"}}),
        ({"create_at": "/auth/register"}, {"operations": {"create": "POST /auth/register"}}),
        ({"has_list": False}, {"operations": {"list": "none"}}),
        ({"required": ("username", "profile", "roles", "accepts")}, {"sending": {"extra": FURTHER}}),
        ({"constant_header": ("X-Version", "2")}, {"sending": {"headers": {"X-Version": "2"}}}),
        *[
            ({"dialect": dialect}, {"sending": {"patch": dialect}})
            for dialect in ("merge-patch", "json-patch", "scim", "put-merges")
        ],
        # What is refused with 415 says nothing about how a change is written.
        ({"dialect": "json"}, {"promises": ["patch", "media-types"], "sending": {"patch": "json"}}),
        ({"dialect": "merge-patch"}, {"promises": ["patch", "media-types"]}),
        *[
            ({"echo": echo}, {"answers": {"create": echo}, "accepted": {"create": [201, 202, 204]}})
            for echo in ("id", "location", "nothing")
        ],
        (
            {"echo": "job"},
            {"answers": {"create": "job", "job": {"id": "result.id"}}, "accepted": {"create": [202]}},
        ),
        ({"echo": "job"}, {"answers": {"create": "job"}, "accepted": {"create": [202]}}),
        ({"wants_version": True}, {"promises": ["precondition-required"]}),
        (
            {"echo": "id", "wants_version": True},
            {"answers": {"create": "id"}, "promises": ["precondition-required"]},
        ),
        ({"wants_key": True}, {"promises": ["idempotency-key", "key-required"]}),
        ({"late_deletions": 3}, {"accepted": {"delete": [202]}, "bounds": {"single_s": 2}}),
    ],
    ids=str,
)
def test_a_whole_life(manners: dict[str, Any], profile: dict[str, Any], tmp_path: Path) -> None:
    with OddService(**manners) as service:
        Visitor(service, profile, tmp_path).live()
        assert not service.state.users


def test_without_the_profile_nothing_of_it_works(tmp_path: Path) -> None:
    """What the tests above show is the profile's doing: the service does refuse everything else."""
    with OddService(dialect="scim", wants_version=True, required=("username",)) as service:
        visitor = Visitor(service, {}, tmp_path)
        assert visitor.api.create(visitor.people.introduce("Ada")).outcome is Outcome.REFUSED
        visitor = Visitor(service, {"sending": {"extra": {"username": "{unique}"}}}, tmp_path)
        person = visitor.create()
        assert visitor.api.change(person, {"name": "x"}).outcome is Outcome.REFUSED
        assert visitor.api.delete(person).outcome is Outcome.REFUSED


def test_further_details_stay_the_same_and_are_never_shared(tmp_path: Path) -> None:
    with OddService(required=("username",)) as service:
        visitor = Visitor(service, {"sending": {"extra": {**FURTHER, "code": "{number}"}}}, tmp_path)
        ada, grace = visitor.create(), visitor.create("Grace")
        before = dict(service.state.users[str(ada.id)])
        visitor.api.replace(ada, ada.next_version())
        after = service.state.users[str(ada.id)]
        other = service.state.users[str(grace.id)]
    for name in ("username", "profile", "roles", "code"):
        assert before[name] == after[name]
    assert len(after["username"]) == 12
    assert after["profile"]["language"] in {"en", "de"}
    assert after["roles"][0] in {1, 2, 3}
    assert after["username"] != other["username"]
    assert after["code"] != other["code"]


def test_a_version_that_others_have_changed_is_reloaded(tmp_path: Path) -> None:
    with OddService(wants_version=True) as service:
        visitor = Visitor(service, {"promises": ["precondition-required"]}, tmp_path)
        person = visitor.create()
        visitor.api.change(person, {"name": "one"})
        service.state.users[str(person.id)]["version"] += 5
        assert visitor.api.change(person, {"name": "two"}).outcome is Outcome.OK
        assert service.state.users[str(person.id)]["name"] == "two"


def test_a_version_that_a_look_shows_too_late_is_waited_for(tmp_path: Path) -> None:
    """Readers may lag: what was refused as outdated is not sent again at once, ten times over."""
    with OddService(wants_version=True, old_looks=2) as service:
        bounds = {"single_s": 0.1, "list_s": 0.1}
        visitor = Visitor(service, {"promises": ["precondition-required"], "bounds": bounds}, tmp_path)
        person = visitor.create()
        visitor.api.change(person, {"name": "one"})
        assert visitor.api.change(person, {"name": "two"}).outcome is Outcome.OK
        assert [method for method, *_ in service.state.asked].count("PATCH") == 3


def test_what_must_name_a_key_or_a_version_can_leave_it_out(tmp_path: Path) -> None:
    """A story about the refusal sends what is to be refused, and nobody is created or changed by it."""
    wanted = ["idempotency-key", "key-required", "precondition-required"]
    with OddService(wants_version=True, wants_key=True) as service:
        visitor = Visitor(service, {"promises": wanted}, tmp_path)
        grace = visitor.people.introduce("Grace")
        assert visitor.api.create(grace, without_key=True).outcome is Outcome.REFUSED
        assert not service.state.users
        person = visitor.create()
        for write in (visitor.api.replace, visitor.api.change):
            assert write(person, {"name": "x"}, headers=NO_VERSION).outcome is Outcome.REFUSED
        assert visitor.api.delete(person, headers=NO_VERSION).outcome is Outcome.REFUSED
        assert service.state.users[str(person.id)]["version"] == 1
        flawed = visitor.api.submit({"name": "x"}, "a form without an email")
        assert flawed.response is not None
        assert flawed.response.status == 422


@pytest.fixture
def login(bare_environment: pytest.MonkeyPatch) -> dict[str, Any]:
    bare_environment.setenv("API_TOKEN", f"odd:{PASSWORD}")
    return {"auth": LOGIN}


def test_a_login_gives_a_token_that_is_renewed_when_it_expires(login: dict[str, Any], tmp_path: Path) -> None:
    with OddService(login=True, token_uses=3) as service:
        visitor = Visitor(service, login, tmp_path)
        visitor.live()
        assert len(service.state.tokens) > 1


def test_a_login_that_is_refused_later_accuses_nobody(login: dict[str, Any], tmp_path: Path) -> None:
    """Tokens that end for good are a matter of set-up: what needs them is inconclusive, not refused."""
    with OddService(login=True, token_uses=3) as service:
        visitor = Visitor(service, login, tmp_path)
        person = visitor.create()
        service.manners.token_uses = 0
        with pytest.raises(Inconclusive, match="have let the client in before"):
            [visitor.api.look_up(person.id, person.subject) for _ in range(4)]


def test_a_wrong_password_is_one_line(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare_environment.setenv("API_TOKEN", "odd:wrong-password")
    with OddService(login=True) as service:
        visitor = Visitor(service, {"auth": LOGIN}, tmp_path)
        with pytest.raises(ConfigurationError, match="refuses the login in API_TOKEN"):
            visitor.api.look_up("1", "user Ada")


def test_a_created_user_whose_answer_shows_nothing_is_still_looked_for(tmp_path: Path) -> None:
    """The journal keeps the intent open, so that the sweep searches for whom no answer has named."""
    with OddService(echo="nothing") as service:
        visitor = Visitor(service, {"accepted": {"create": [204]}}, tmp_path)
        visitor.api.create(visitor.people.introduce("Ada"))
        lines = (tmp_path / "journal-gw0.jsonl").read_text("utf-8")
    assert "settle" not in lines


def test_nothing_is_sent_to_whoever_has_the_id_of_a_deleted_user(tmp_path: Path) -> None:
    """Where ids come back and others use the service, too, a second change may hit a stranger."""
    with OddService(ids_return=True) as service:
        fields = {"role": "", "password": "", "ids_return": True}
        visitor = Visitor(service, {"fields": fields, "promises": ["patch"]}, tmp_path)
        ada = visitor.create()
        visitor.api.delete(ada)
        grace = visitor.create("Grace")
        assert grace.id == ada.id
        for send in (visitor.api.delete, lambda person: visitor.api.change(person, {"name": "Ada"})):
            with pytest.raises(NotApplicable, match="gives the ids of deleted users to others"):
                send(ada)
        visitor.shows(grace)


def test_an_exclusive_service_may_be_asked_what_it_does_to_a_deleted_user(tmp_path: Path) -> None:
    with OddService(ids_return=True) as service:
        fields = {"role": "", "password": "", "ids_return": True}
        visitor = Visitor(service, {"fields": fields, "exclusive": True, "promises": ["patch"]}, tmp_path)
        ada = visitor.create()
        visitor.api.delete(ada)
        assert visitor.api.change(ada, {"name": "Ada"}).response.status == 404
