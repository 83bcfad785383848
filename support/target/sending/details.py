"""What a target wants in requests beside the contract's details, and what its answers to writes show.

Secret values stand in environment variables, which are named here; `support.target.settings` reads them.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from support.target.credentials.authentication import Variable  # noqa: TC001 - pydantic reads it
from support.target.part import Part, Query
from support.target.sending.templates import check_template

Dialect = Literal["merge-patch", "json", "json-patch", "scim", "put-merges"]
Echo = Literal["user", "id", "location", "nothing", "job"]
DIALECT_TYPES: dict[str, str] = {
    "merge-patch": "application/merge-patch+json",
    "json-patch": "application/json-patch+json",
}
DOMAINS = ("example.com", "example.org", "example.net")  # nobody's (RFC 2606 §3)
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
# Headers that are the client's own, or that another key of the profile decides.
TAKEN = frozenset(
    {"authorization", "content-length", "content-type", "host", "if-match", "transfer-encoding"}
)


class Sending(Part):
    """What goes into every request, and how the details of a user are written in a body."""

    headers: dict[str, str] = Field(
        {},
        description="Headers of every request, such as a version of the API.",
        examples=[{"X-Api-Version": "2"}],
    )
    secret_headers: dict[str, Variable] = Field(
        {},
        description=(
            "Headers of every request whose values are secret: the names of the variables that hold them. "
            "Parse Server wants its application id so."
        ),
        examples=[{"X-Parse-Application-Id": "PARSE_APPLICATION_ID"}],
    )
    query: Query = Field(
        {}, description="Query parameters of every request.", examples=[{"api-version": "2024-01"}]
    )
    secret_query: dict[str, Variable] = Field(
        {},
        description=(
            "Query parameters of every request whose values are secret: the names of their variables."
        ),
        examples=[{"code": "FUNCTION_KEY"}],
    )
    media_type: str = Field(
        "application/json",
        pattern=r"^application/([\w.-]+\+)?json$",
        description="The media type of creations and replacements.",
        examples=["application/scim+json", "application/vnd.api+json"],
    )
    wrap: str = Field(
        "",
        description="The member in which a body holds the user, dotted; empty where the user is the body.",
        examples=["user", "data", "data.attributes"],
    )
    email_domains: tuple[str, ...] = Field(
        DOMAINS,
        min_length=1,
        description="The domains of the emails that are made; some services accept no reserved ones.",
        examples=[["test.mycompany.com"]],
    )
    patch: Dialect = Field(
        "json",
        description=(
            "How a change is written: as a merge patch by its media type (RFC 7396), the same as plain JSON, "
            "as JSON Patch (RFC 6902), as SCIM's PatchOp (RFC 7644 §3.5.2), or as a PUT that keeps what it "
            "leaves out (`put-merges`), as by Parse Server. Where `media-types` is promised and no way is "
            "named, changes are merge patches by their media type, as the contract has it."
        ),
        examples=["merge-patch", "scim", "put-merges"],
    )
    clears_with: Literal["null", "empty"] = Field(
        "null",
        description="What clears an optional detail: null, or an empty text, as by Django REST framework.",
        examples=["empty"],
    )
    broken_forms: bool = Field(
        default=True,
        description=(
            "Whether forms that are no user at all, such as one that is cut off, may be sent; false for "
            "services that keep them, where nobody could delete them by an id, as Mockoon."
        ),
        examples=[False],
    )
    version_member: str = Field(
        "",
        description=(
            "The member of answers that holds the version of a user, dotted, where it is not the ETag."
        ),
        examples=["_etag", "meta.version"],
    )
    extra: dict[str, Any] = Field(
        {},
        description=(
            "Further details that a creation and a replacement need, as templates: {unique}, {number}, "
            "{choice:a,b}, {email}, {name}, {first_name}, {last_name}, {nickname}, {password}, {uuid}, "
            "{date}. "
            "Names may be dotted."
        ),
        examples=[{"username": "{unique}", "profile.language": "{choice:en,de}", "roles": [1]}],
    )
    extra_on_create: dict[str, Any] = Field(
        {},
        description="Further details, as templates, that only a creation needs.",
        examples=[{"password": "{password}", "accepts_terms": True}],
    )

    @field_validator("extra", "extra_on_create")
    @classmethod
    def _can_be_filled_in(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name, template in value.items():
            check_template(template, name)
        return value

    @field_validator("headers", "secret_headers")
    @classmethod
    def _are_headers(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if not HEADER.fullmatch(name):
                raise ValueError(f"{name!r} is no name of a header")
            if name.lower() in TAKEN:
                raise ValueError(f"{name!r} is not set here: other keys of the profile decide it")
            if any(sign in text for sign in "\r\n\0") or text != text.strip():
                raise ValueError(f"{name!r} has a line break or an outer blank")
        return value

    @field_validator("email_domains")
    @classmethod
    def _are_domains(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for domain in value:
            if not DOMAIN.fullmatch(domain):
                raise ValueError(f"{domain!r} is no domain, such as 'test.example.com', in lower case")
        return value

    @model_validator(mode="after")
    def _says_each_once(self) -> Sending:
        for public, secret in ((self.headers, self.secret_headers), (self.query, self.secret_query)):
            for name in public:
                if name.lower() in {other.lower() for other in secret}:
                    raise ValueError(f"{name!r} stands in two tables, once open and once secret")
        return self

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of all variables that hold a secret value."""
        return (*self.secret_headers.values(), *self.secret_query.values())

    @property
    def patch_type(self) -> str:
        """The media type of a change."""
        return DIALECT_TYPES.get(self.patch, self.media_type)


class Job(Part):
    """How a creation that is answered before it is done (202) is followed."""

    header: str = Field(
        "Location", description="The header that leads to the job.", examples=["Operation-Location", ""]
    )
    member: str = Field(
        "",
        description="The member that leads to the job, dotted, where no header does.",
        examples=["links.status"],
    )
    state: str = Field(
        "status", description="The member of the job that tells its state, dotted.", examples=["state"]
    )
    done: tuple[str, ...] = Field(
        ("done", "completed", "succeeded"),
        description="The states that mean that the user has been created.",
        examples=[["SUCCESS"]],
    )
    failed: tuple[str, ...] = Field(
        ("failed", "error", "cancelled"),
        description="The states that mean that no user has been created.",
        examples=[["FAILURE"]],
    )
    id: str = Field(
        "",
        description=(
            "Where the finished job holds the user's id, dotted; without one, users are found by email."
        ),
        examples=["result.id"],
    )
    within_s: float = Field(
        30.0, gt=0, le=600, description="How long a job takes at most [s].", examples=[120.0]
    )


class Answers(Part):
    """What the answers to writes show. What an answer does not show is looked up."""

    create: Echo = Field(
        "user",
        description=(
            "What a creation is answered with: the user, only the id in the body (Eve, Parse Server), only "
            "Location, nothing, or a job that is to be followed."
        ),
        examples=["id", "location", "job"],
    )
    replace: Literal["user", "nothing"] = Field(
        "user",
        description="What a replacement is answered with; an answer without a body needs no word here.",
        examples=["nothing"],
    )
    change: Literal["user", "nothing"] = Field(
        "user",
        description="What a change is answered with; an answer without a body needs no word here.",
        examples=["nothing"],
    )
    job: Job = Job()
