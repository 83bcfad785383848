"""The profile of a target: what it promises, by which names and with which numbers.

A profile is a TOML file, one of `support/target/profiles/` or the caller's own. Whatever is left out has the
contract's default. Promises are declared and never guessed: what is not declared here is not asked
for, and what is declared here and missing is a defect. Reading the file is `support.target.profiles`' part.
"""

from __future__ import annotations

import difflib
from typing import Any, Literal, get_args

from pydantic import Field, field_validator, model_validator

from support.target.answer_limits import AnswerLimits
from support.target.authentication import Auth
from support.target.fields import Clock, Fields, Gone, Limits, Text
from support.target.known import Deviation, check_names
from support.target.lists import Lists
from support.target.part import Part, Statuses

PromiseName = Literal[
    "validation",
    "timestamps",
    "password",
    "location",
    "unique-email",
    "unicode-email",  # an email is the same however its accents are composed
    "head",
    "put",
    "patch",
    "pagination",
    "stable-cursor",
    "filter-by-email",
    "sorting",
    "total-count",
    "media-types",
    "body-limit",
    "allow-header",
    "problem-json",
    "idempotency-key",
    "consistency-token",
    "strong-read",
    "etag",
    "auth",
    "read-only-token",
    "tenants",
    "rate-limit",
    "correlation-id",
    "health",
    "slo",
]
PROMISES: tuple[str, ...] = get_args(PromiseName)
# The ways of writing dates that the suite can read.
Moments = Literal["rfc3339", "iso-local", "http-date", "epoch-s", "epoch-ms", "epoch-s-text", "epoch-ms-text"]

# Why a request is refused: the closed list of reasons that stories may name, each with the statuses that
# say so where a profile is silent. This is the only place that maps a reason to the wire.
REFUSALS: dict[str, Statuses] = {
    "the details are not valid": (400, 422),
    "the email is already in use": (400, 409, 422),
    "the form cannot be read": (400, 415, 422),
    "the format is unknown": (400, 415),
    "the form is too large": (400, 413),
    "the action is not offered": (404, 405, 501),
    "there is no such user": (400, 404, 410),
    "the version is outdated": (409, 412),
    "the key belongs to another request": (400, 409, 422),
    "the key is not valid": (400, 422),
    "the cursor is unknown": (400, 404, 422),
    "the credentials are missing": (401,),
    "the credentials are not accepted": (401,),
    "the client may only read": (403,),
    "the user belongs to another tenant": (403, 404),
    "the client asks too often": (429,),
}


class Bounds(Part):
    """How long a write may take to be seen by every read, counted from its acknowledgement [s]."""

    single_s: float = Field(2.0, ge=0, le=600)
    list_s: float = Field(2.0, ge=0, le=600)

    def of(self, view: str) -> float:
        """Return the bound of a view [s]: `single`, `list` or `filter`."""
        return self.single_s if view == "single" else self.list_s


class Accepted(Part):
    """The statuses that say that an operation was done."""

    create: Statuses = (201,)
    look_up: Statuses = (200,)
    replace: Statuses = (200, 204)
    change: Statuses = (200, 204)
    delete: Statuses = (200, 202, 204)
    delete_again: Statuses = (200, 202, 204, 404, 410)
    list: Statuses = (200,)
    gone: Statuses = (404, 410)


class Idempotency(Part):
    """How the target treats idempotency keys; `unspecified` asks only for what every provider keeps."""

    header: str = "Idempotency-Key"
    quoted: bool = False
    mismatch: Statuses = (400, 409, 422)
    in_flight: Literal["refuse", "wait", "either"] = "either"
    replay_errors: Literal["none", "4xx", "all", "unspecified"] = "unspecified"
    replay_body: Literal["stored", "current", "unspecified"] = "unspecified"
    marker: str | None = None
    marker_value: str = "true"
    key_max: int | None = None
    lifetime_s: float | None = None


class Faults(Part):
    """Which faults pass by themselves, and how many of them the target allows itself."""

    statuses: Statuses = (429, 502, 503, 504)
    per_request_probability: float = Field(0.2, ge=0, lt=1)
    max_consecutive: int | None = Field(None, ge=0)
    max_outage_s: float = Field(30.0, ge=0)
    unavailable_is_unapplied: bool = False  # whether 503 promises that nothing was done


class Timeouts(Part):
    """How long the client waits [s] for a connection, the next bytes, an attempt, an operation."""

    connect_s: float = 5.0
    read_s: float = 15.0
    attempt_s: float = 30.0
    operation_s: float = 60.0


class Objective(Part):
    """The declared response times: `share` of the answers within `within_s` [s]."""

    share: float = Field(0.95, gt=0, lt=1)
    within_s: float = 0.5
    network_allowance_s: float = 0.0


class Throttle(Part):
    """What the throttled token may do, where it is known: requests at once, and a second [1/s].

    `longest_wait_s` is the longest time [s] that a refusal may send a client away for.
    """

    burst: float | None = Field(None, gt=0)
    per_s: float | None = Field(None, gt=0)
    longest_wait_s: float = Field(60.0, gt=0)


class RequestLimits(Part):
    """What the suite may ask of the target, all workers together."""

    requests_per_s: float | None = None
    in_flight: int | None = None
    live_users: int | None = None  # the target's record quota, less a margin


class Headers(Part):
    """Names of headers that targets choose freely."""

    consistency_token: str = "Consistency-Token"  # noqa: S105 - the name of a header
    strong_read: str = "Consistency"
    strong_value: str = "strong"
    correlation_id: str = "X-Correlation-ID"


# What keys and reasons were called in older profiles, which still load.
OLD_NAMES = {"politeness": "request_limits"}
OLD_REASONS = {"the page mark is unknown": "the cursor is unknown"}


class Target(Part):
    """A service under test: where it is and what it says it keeps."""

    name: str
    title: str = ""
    base_url: str | None = None
    base_path: str = ""  # appended to a base URL that names only a host
    collection: str = "/users"
    health: str = "/health"
    embedded: str | None = None  # a module that the suite starts when no base URL is given
    production: bool = False
    destructive: bool = False  # whether stories may try to delete everything
    exclusive: bool = False  # whether nobody but the run itself changes the population meanwhile
    promises: frozenset[PromiseName] = frozenset()
    bounds: Bounds = Bounds()
    auth: Auth = Auth()
    fields: Fields = Fields()
    server_fields: tuple[str, ...] = ("id", "role", "createdAt", "updatedAt")
    text: Text = Text()
    limits: Limits = Limits()
    accepted: Accepted = Accepted()
    refusals: dict[str, Statuses] = Field({})
    lists: Lists = Lists()
    idempotency: Idempotency = Idempotency()
    faults: Faults = Faults()
    timeouts: Timeouts = Timeouts()
    answer_limits: AnswerLimits = AnswerLimits()
    slo: Objective = Objective()
    throttle: Throttle = Throttle()
    request_limits: RequestLimits = RequestLimits()
    headers: Headers = Headers()
    user_path: str = Field(
        "",
        description="Where an answer about one user holds it, dotted; empty where it is the whole answer.",
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

    @model_validator(mode="before")
    @classmethod
    def _take_old_names(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        renamed = {OLD_NAMES.get(key, key): value for key, value in raw.items()}
        if isinstance(renamed.get("refusals"), dict):
            reasons = renamed["refusals"].items()
            renamed["refusals"] = {OLD_REASONS.get(key, key): value for key, value in reasons}
        return renamed

    @field_validator("refusals")
    @classmethod
    def _reasons_are_known(cls, value: dict[str, Statuses]) -> dict[str, Statuses]:
        for reason in value:
            if reason not in REFUSALS:
                near = difflib.get_close_matches(reason, REFUSALS, 1)
                hint = f", did you mean {near[0]!r}?" if near else ""
                raise ValueError(f"no such reason: {reason!r}{hint}")
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
        for promise, setting in needs.items():
            if promise in self.promises and not setting:
                raise ValueError(f"promises {promise!r} but names no token variable or field for it")
        if "auth" in self.promises and self.auth.scheme == "none":
            raise ValueError("promises 'auth' but its auth.scheme is 'none'")
        return self

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

    def promise(self, name: str) -> bool:
        """Return whether the target makes a promise."""
        return name in self.promises

    def refusal(self, reason: str) -> Statuses:
        """Return the statuses that mean a reason of the closed list."""
        return self.refusals.get(reason) or REFUSALS[reason]
