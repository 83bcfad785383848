r"""What a target calls the details of a user, what it does to text, and the lengths that it promises.

A name may be a dotted path: `name.formatted` is a member of a member, `emails.0.value` a member of the first
item of a list. The same path is read in answers and written in requests. A dot that belongs to a name is
written `\.`.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from support.target.part import MemberPath, Part

Absence = Literal["missing", "null", "empty"]
# What the contract has the service decide, as the suite calls it.
DECIDED = ("id", "role", "created_at", "updated_at")
Scalar = bool | int | float | str | None


class Fields(Part):
    """What the target calls the contract's fields, as dotted paths; an empty name where it has no such field.

    A mapped member wins over a member of the target's own that bears a name of the contract.
    """

    id: MemberPath = Field(
        "id",
        description="The member that holds the id of a user.",
        examples=["_id", "objectId", "meta.uuid"],
        min_length=1,
    )
    other_ids: tuple[MemberPath, ...] = Field(
        (),
        description=(
            "Members that hold the id where the first one is missing, in the order in which to try them; "
            "for services such as Parse Server whose answers do not all name it alike."
        ),
        examples=[["uuid", "_id"]],
    )
    name: MemberPath = Field(
        "name",
        description="The member that holds the name.",
        examples=["displayName", "name.formatted", "username"],
        min_length=1,
    )
    email: MemberPath = Field(
        "email",
        description="The member that holds the email address.",
        examples=["mail", "emails.0.value"],
        min_length=1,
    )
    nickname: MemberPath | None = Field(
        "nickname",
        description=(
            "The member that holds the optional nickname; without one, stories about it do not apply."
        ),
        examples=["nickName", ""],
    )
    password: MemberPath | None = Field(
        "password", description="The member that takes the password.", examples=["passwd", ""]
    )
    role: MemberPath | None = Field(
        "role", description="The member that holds the role, which the service decides.", examples=[""]
    )
    created_at: MemberPath | None = Field(
        "createdAt",
        description="The member that holds the date of creation.",
        examples=["created_at", "meta.created", ""],
    )
    updated_at: MemberPath | None = Field(
        "updatedAt",
        description=(
            "The member that holds the date of the last change; it may be absent until there was one."
        ),
        examples=["updated_at", "meta.lastModified", ""],
    )
    absent: tuple[Absence, ...] = Field(
        ("missing", "null", "empty"),
        description=(
            "The forms in which the target shows a detail that a user does not have: `empty` is an empty "
            "text, as Django REST framework keeps for text that is left out."
        ),
        examples=[["missing", "null"]],
    )
    nullable: tuple[Literal["name", "email", "nickname"], ...] = Field(
        ("nickname",),
        description=(
            "The details that may be null, so that no story expects null to be refused; Directus and json-"
            "server keep users without a name."
        ),
        examples=[["name", "nickname"]],
    )
    masks: tuple[str, ...] = Field(
        (),
        description=(
            "What the target shows in place of a password, beside null, an empty text and any run of `*` or"
            " `•`, which are always understood."
        ),
        examples=[["(hidden)"]],
    )
    ids_return: bool = Field(
        default=False,
        description=(
            "Whether the id of a deleted user is given to a new one, as by json-server 0 and other services "
            "that count on from the highest id. Stories then run one after the other, and where others use "
            "the service, too, nothing is written to users who were deleted."
        ),
        examples=[True],
    )
    ids_ignore_case: bool = Field(
        default=False,
        description=(
            "Whether an id with its letters in the other case is the same id; evident ones (UUID, ObjectId,"
            " ULID) need no word here."
        ),
        examples=[True],
    )

    @field_validator("nickname", "password", "role", "created_at", "updated_at")
    @classmethod
    def _empty_is_none(cls, value: str | None) -> str | None:
        return value or None

    @model_validator(mode="after")
    def _can_be_written_together(self) -> Fields:
        named = {name: getattr(self, name) for name in ("name", "email", "nickname", "password")}
        paths = {name: path for name, path in named.items() if path}
        for name, path in paths.items():
            for other, longer in paths.items():
                if name != other and f"{longer}.".startswith(f"{path}."):
                    raise ValueError(f"{name} ({path!r}) and {other} ({longer!r}) cannot both be written")
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """The paths at which an id may stand, the first one first."""
        return (self.id, *self.other_ids)

    def is_absent(self, value: object) -> bool:
        """Return whether a value that was found means that there is none."""
        return (value is None and "null" in self.absent) or (value == "" and "empty" in self.absent)


def name_server_fields(raw: Any) -> Any:
    """Return a profile as it was read, with the members that the service decides called as its fields are.

    They are the service's own in every contract: a profile that renames one says no less by leaving them out.
    """
    if not isinstance(raw, dict) or "server_fields" in raw or not isinstance(raw.get("fields"), dict):
        return raw
    names = {name: raw["fields"].get(name, Fields.model_fields[name].default) for name in DECIDED}
    if not all(isinstance(name, str) for name in names.values()):
        return raw  # what is wrong is told where names are checked
    return {**raw, "server_fields": [name for name in names.values() if name]}


class Gone(Part):
    """How the target shows a user who was deleted but is kept (soft delete)."""

    member: MemberPath = Field(
        "",
        description=(
            "The member of a user that tells of a deletion, as a dotted path; for services that only mark "
            "who is deleted."
        ),
        examples=["status", "deletedAt", "meta.deleted"],
    )
    values: tuple[Scalar, ...] = Field(
        (),
        description=(
            "The values of that member that mean deleted; without any, each does but null, false and the "
            "empty text."
        ),
        examples=[["deleted", "archived"], [True]],
    )

    @model_validator(mode="after")
    def _values_have_a_member(self) -> Gone:
        if self.values and not self.member:
            raise ValueError("names values but no member that may have them")
        return self

    def is_told_by(self, value: object) -> bool:
        """Return whether a value of the member means that the user was deleted."""
        if not self.values:
            return value not in {None, "", False} if isinstance(value, str | bool | None) else True
        return any(type(value) is type(known) and value == known for known in self.values)


class Clock(Part):
    """By which clock and in which zone the target writes dates."""

    tolerance_s: float = Field(
        2.0,
        ge=0,
        le=600,
        description=(
            "How far a date may lie from the clock that it is judged by [s]; a service's clock counts "
            "seconds where ours counts microseconds."
        ),
        examples=[0.5],
    )
    difference_s: float = Field(
        0.0,
        ge=0,
        le=86400,
        description=(
            "How far the clock that dates users may differ from the one that writes Date [s], for services "
            "behind a gateway with a clock of its own."
        ),
        examples=[5],
    )
    utc_offset: str = Field(
        "+00:00",
        description='The zone of dates that are written without one, for `timestamps = "iso-local"`.',
        examples=["+01:00"],
    )

    @field_validator("utc_offset")
    @classmethod
    def _is_an_offset(cls, value: str) -> str:
        if not re.fullmatch(r"[+-](0\d|1[0-4]):[0-5]\d", value):
            raise ValueError(f"{value!r} is no offset such as +01:00")
        return value


class Text(Part):
    """What the target declares to do to text before it keeps it."""

    trims: bool = Field(
        default=False, description="Whether blanks at both ends of a text are dropped.", examples=[True]
    )
    trims_email: bool = Field(
        default=False,
        description="Whether an email address loses blanks at its ends, be it alone (pydantic's EmailStr).",
        examples=[True],
    )
    composes: bool = Field(
        default=False,
        description="Whether text is kept in Unicode normalisation form C.",
        examples=[True],
    )
    lowers_email: bool = Field(
        default=False,
        description="Whether email addresses are kept in lower case, as Parse Server and FastAPI Users do.",
        examples=[True],
    )


class Limits(Part):
    """Lengths [characters], sizes [bytes] and page sizes [users] that the target promises."""

    name: int = Field(100, ge=1, le=1000000, description="The longest name [characters].", examples=[150])
    nickname: int = Field(
        100, ge=1, le=1000000, description="The longest nickname [characters].", examples=[30]
    )
    email: int = Field(
        254, ge=6, le=1000000, description="The longest email address [characters].", examples=[100]
    )
    password_min: int = Field(
        8, ge=0, le=1000000, description="The shortest password [characters].", examples=[12]
    )
    password_max: int = Field(
        128, ge=1, le=1000000, description="The longest password [characters].", examples=[72]
    )
    body: int = Field(
        65536, ge=1, le=104857600, description="The largest body of a request [bytes].", examples=[1048576]
    )
    page_default: int = Field(
        20,
        ge=1,
        le=100000,
        description=(
            "How many users a page has that was asked for without a size. A story asks for it only where "
            "the profile says so."
        ),
        examples=[25],
    )
    page_max: int = Field(
        100,
        ge=0,
        le=100000,
        description=(
            "The largest page that the target promises to give [users]; 0 where it promises none, as json-"
            "server and MockAPI, so that no story asks for the limit."
        ),
        examples=[1000, 0],
    )

    @model_validator(mode="after")
    def _least_is_no_more_than_most(self) -> Limits:
        if self.password_min > self.password_max:
            raise ValueError(f"password_min ({self.password_min}) is over password_max ({self.password_max})")
        is_given = {"page_default", "page_max"} <= self.model_fields_set
        if is_given and self.page_max and self.page_default > self.page_max:
            raise ValueError(f"page_default ({self.page_default}) is over page_max ({self.page_max})")
        return self
