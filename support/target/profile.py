"""The profile of a target: what it promises, by which names and with which numbers.

A profile is a TOML file, one of `support/target/profiles/` or the caller's own. Whatever is left out has the
contract's default. Promises are declared and never guessed: what is not declared here is not asked
for, and what is declared here and missing is a defect. Reading the file is `support.target.profiles`' part.
"""

from __future__ import annotations

import difflib
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from support.target.adapters import Adapter, load_adapter
from support.target.alerting import Alert
from support.target.answer_limits import AnswerLimits
from support.target.credentials.authentication import Auth
from support.target.fields import Clock, Fields, Gone, Limits, Text, name_server_fields
from support.target.known import Deviation, check_names
from support.target.lists import Lists
from support.target.part import MemberPath, Part, Statuses, UrlPath, UrlPrefix
from support.target.promises import PromiseName, find_contradiction, is_promised
from support.target.protocol import REFUSALS, UNKNOWN, Accepted, Headers, Idempotency, take_old_names
from support.target.sending import Answers, Sending
from support.target.sending.operations import NONE, OperationName, Operations, Route
from support.target.timing import Bounds, Faults, Objective, RequestLimits, Throttle, Timeouts

# The ways of writing dates that the suite can read.
Moments = Literal["rfc3339", "iso-local", "http-date", "epoch-s", "epoch-ms", "epoch-s-text", "epoch-ms-text"]


class Target(Part):
    """A service under test: where it is and what it says it keeps."""

    name: str = Field(
        min_length=1,
        max_length=200,
        description="What the target is called in reports and messages.",
        examples=["staging"],
    )
    title: str = Field(
        "",
        max_length=200,
        description="What it is called in sentences, if not by its name.",
        examples=["the staging system"],
    )
    base_url: str | None = Field(
        None,
        description="Where the service always is, without the collection; `BASE_URL` wins.",
        examples=["https://staging.example.com/api/v2"],
    )
    base_path: UrlPrefix = Field(
        "", description="What is appended to a base URL that names only a host.", examples=["/api/v1"]
    )
    collection: UrlPath = Field(
        "/users", description="The path of the users, below the base URL.", examples=["/Users", "/accounts/"]
    )
    health: UrlPath = Field(
        "/health", description="The path that tells whether the service is well.", examples=["/healthz"]
    )
    embedded: str | None = Field(
        None,
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$",
        description="A Python module that the suite starts as the service when no base URL is given.",
        examples=["support.reference"],
    )
    production: bool = Field(
        default=False,
        description=(
            "Whether people rely on the target: a run then needs `--production`, and nothing "
            "destructive is tried."
        ),
        examples=[True],
    )
    destructive: bool = Field(
        default=False,
        description="Whether stories may try to delete everything, and to break the service.",
        examples=[True],
    )
    exclusive: bool = Field(
        default=False,
        description="Whether only the run itself changes the population meanwhile.",
        examples=[True],
    )
    promises: frozenset[PromiseName] = Field(
        frozenset(),
        description=(
            "What the service promises beyond creation, look-up and deletion; stories that need "
            "another do not apply. [CONTRACT.md](../../features/CONTRACT.md) says what each means."
        ),
        examples=[["put", "patch", "unique-email"]],
    )
    bounds: Bounds = Bounds()
    auth: Auth = Auth()
    fields: Fields = Fields()
    server_fields: tuple[str, ...] = Field(
        ("id", "role", "createdAt", "updatedAt"),
        description=(
            "The members that the service decides, whatever a client sends, by their names under `[fields]`; "
            "where it is left out, those that `[fields]` names in place of these."
        ),
        examples=[["id"]],
    )
    text: Text = Text()
    limits: Limits = Limits()
    accepted: Accepted = Accepted()
    refusals: dict[str, Statuses] = Field(
        {},
        description=(
            "The statuses that say why a request was refused, by the reasons of the stories; a reason "
            "that is left out has those of the contract."
        ),
        examples=[{"the email is already in use": [409]}],
    )
    lists: Lists = Lists()
    idempotency: Idempotency = Idempotency()
    faults: Faults = Faults()
    timeouts: Timeouts = Timeouts()
    answer_limits: AnswerLimits = AnswerLimits()
    slo: Objective = Objective()
    throttle: Throttle = Throttle()
    request_limits: RequestLimits = RequestLimits()
    headers: Headers = Headers()
    user_path: MemberPath = Field(
        "",
        description=("Where an answer about one user holds it, dotted; empty where it is the whole answer."),
        examples=["data", "user"],
    )
    timestamps: Moments = Field(
        "rfc3339",
        description=(
            "How dates are written: with a zone (RFC 3339), without one (`iso-local`), as in headers, or as"
            " seconds or milliseconds since 1970, as numbers or as text."
        ),
        examples=["epoch-ms", "iso-local"],
    )
    clock: Clock = Clock()
    gone: Gone = Gone()
    known: dict[str, Deviation] = Field(
        {},
        description=(
            "Deviations that are known and accepted for a while, by story id or clause: each is reported as "
            "known and does not turn the run red until it expires or no longer deviates."
        ),
        examples=[{"DEL-01": {"reason": "Deleted users stay searchable.", "expires": "2027-01-31"}}],
    )
    alert: Alert = Alert()
    adapter: str = Field(
        "",
        pattern=r"^$|^[^:]+\.py:[A-Za-z_]\w*$",
        description=(
            "A class that writes requests and reads answers where the profile cannot say how, as "
            "`FILE.py:CLASS`, the file beside the profile; `support/target/adapters` says what it may do."
        ),
        examples=["parse_server.py:ParseServer"],
    )
    openapi: str = Field(
        "",
        max_length=1000,
        description=(
            "The OpenAPI document of the service: a path below the base URL, or a file beside the profile. "
            "With `--openapi NUMBER` stories ask whether every answer is as it says."
        ),
        examples=["/openapi.json", "openapi.yaml"],
    )
    operations: Operations = Operations()
    sending: Sending = Sending()
    answers: Answers = Answers()

    @model_validator(mode="before")
    @classmethod
    def _take_old_names(cls, raw: Any) -> Any:
        return name_server_fields(take_old_names(raw))

    @field_validator("refusals")
    @classmethod
    def _reasons_are_known(cls, value: dict[str, Statuses]) -> dict[str, Statuses]:
        unknown = []
        for reason in value:
            if reason not in REFUSALS:
                near = difflib.get_close_matches(reason, REFUSALS, 1)
                unknown.append(
                    f"no such reason: {reason!r}" + (f", did you mean {near[0]!r}?" if near else "")
                )
        if unknown:
            raise ValueError("; ".join(unknown))
        return value

    @field_validator("known")
    @classmethod
    def _deviations_are_of_something(cls, value: dict[str, Deviation]) -> dict[str, Deviation]:
        check_names(value.keys())
        return value

    @model_validator(mode="after")
    def _promises_have_what_they_need(self) -> Target:
        needs = {
            "read-only-token": self.auth.read_only,
            "tenants": self.auth.other_tenant,
            "rate-limit": self.auth.throttled,
            "password": self.fields.password,
            "timestamps": self.fields.created_at,
        }
        wrong = [
            f"promises {promise!r} but names no token variable or field for it"
            for promise, setting in needs.items()
            if promise in self.promises and not setting
        ]
        decided = self.server_fields if "server_fields" in self.model_fields_set else ()
        fields = self.fields
        members = [name for name in (fields.id, fields.role, fields.created_at, fields.updated_at) if name]
        unknown = [name for name in decided if name not in members]
        if unknown:
            wrong.append(
                f"server_fields: {', '.join(map(repr, unknown))} is the name of no id, role or date under "
                f"[fields]; those are {', '.join(map(repr, members))}"
            )
        if self.promise("auth-required") and self.auth.scheme == "none":
            wrong.append("promises 'auth' but its auth.scheme is 'none'")
        if contradiction := find_contradiction(self.promises):
            wrong.append(contradiction)
        if self.operations.list == NONE:
            wrong += [
                f"promises {promise!r} but has no list (operations.list is 'none')"
                for promise in ("pagination", "stable-cursor", "sorting", "total-count")
                if promise in self.promises
            ]
        if self.answers.create in {"nothing", "job"} and not self.can_search and not self.answers.job.id:
            wrong.append("answers.create shows no id, and there is neither list nor search to find one")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def wire(self) -> Adapter:
        """What writes its requests and reads its answers; as the profile has them if it names no adapter."""
        return load_adapter(self.adapter) if self.adapter else Adapter()

    @property
    def has_list(self) -> bool:
        """Whether users can be listed."""
        return self.operations.list != NONE

    @property
    def can_search(self) -> bool:
        """Whether a user can be found without an id."""
        return self.has_list or self.promise("filter-by-email")

    @property
    def finds_unanswered(self) -> bool:
        """Whether a user whose creation was not answered can be found."""
        return self.can_search or self.promise("idempotency-key")

    @property
    def pace(self) -> RequestLimits:
        """What may be asked of it; less at once where nobody finds a user whose creation was not answered."""
        return self.request_limits if self.finds_unanswered else self.request_limits.gentle

    def route(self, name: OperationName) -> Route:
        """Return where an operation is; raises LookupError for one that the target does not have."""
        if name == "change" and self.sending.patch == "put-merges":
            name = "replace"
        found = self.operations.route(name, self.collection)
        if found is None:
            raise LookupError(f"target {self.name} has no operation {name!r}")
        return found

    def shows_user(self, verb: str) -> bool:
        """Return whether a replacement or change is answered with the user; a creation may be looked up."""
        shown = {"replace": self.answers.replace, "change": self.answers.change}
        return shown.get(verb, "user") == "user"

    @property
    def walk_size(self) -> int:
        """How many users a walk through the whole list asks for at once."""
        size, most = self.lists.walk_size, self.limits.page_max
        return min(size, most) if most else size

    @property
    def own_members(self) -> tuple[str, ...]:
        """What only the service writes of a user, as far as it is judged: dates only if they are promised."""
        return ("id", "role", "created_at", "updated_at") if self.promise("timestamps") else ("id", "role")

    @property
    def listed(self) -> Statuses:
        """The statuses that a list, a page or a search may have, whether it holds anybody or not."""
        return (*self.accepted.list, *self.lists.nothing_found)

    @property
    def landmark(self) -> str:
        """The path at which any caller may see whether the service answers."""
        route = self.route("list") if self.has_list else self.route("look_up")
        return route.path.replace("{id}", "0")

    @property
    def single_landmark(self) -> str:
        """The path of one user, whom nobody knows, at which a service answers whose list alone is broken."""
        route = self.operations.route("look_up", self.collection)
        return route.path.replace("{id}", "0") if route else self.landmark

    def __repr__(self) -> str:
        return f"<target {self.name}>"  # not its hundred keys: it stands among the locals of every failure

    def promise(self, name: str) -> bool:
        """Return whether the target makes a promise."""
        return is_promised(name, self.promises)

    def refusal(self, reason: str) -> Statuses:
        """Return the statuses that mean a reason of the closed list."""
        statuses = self.refusals.get(reason) or REFUSALS[reason]
        return (*statuses, *self.without_version) if reason in UNKNOWN else statuses

    @property
    def without_version(self) -> Statuses:
        """The statuses of a write of nobody where a version, which nobody has, may be looked at first."""
        if not self.promise("precondition-required"):
            return ()
        return (*self.refusal("the version is missing"), *self.refusal("the version is outdated"))

    @property
    def deleted_before(self) -> Statuses:
        """The statuses that a deletion of somebody who is gone already may have."""
        return (*self.accepted.delete_again, *self.accepted.gone, *self.without_version)
