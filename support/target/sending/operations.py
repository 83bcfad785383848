"""Where each operation of a target is: a method and a path.

What is left out is where the contract has it: creations and lists at the collection, the rest at the user.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import Field, field_validator

from support.target.part import Part

if TYPE_CHECKING:
    from collections.abc import Iterable

OperationName = Literal["create", "look_up", "replace", "change", "delete", "list", "find"]
ABOUT_ONE = frozenset({"look_up", "replace", "change", "delete"})
NONE = "none"
WRITTEN = re.compile(r"(GET|POST|PUT|PATCH|DELETE)(?: (/\S*))?")


class Route(NamedTuple):
    """A method, and a path below the base URL in which `{id}` stands for the id of a user."""

    method: str
    path: str


class Operations(Part):
    """The method of each operation and, where it is not the usual one, its path.

    `{id}` stands for the id of a user. The usual path is the profile's `collection`, with the id after it.
    """

    create: str = Field(
        "POST",
        description=(
            "How a user is created; services with registration, such as FastAPI Users, have a path for it."
        ),
        examples=["POST /auth/register"],
    )
    look_up: str = Field(
        "GET", description="How one user is looked up.", examples=["GET /users/{id}/", "GET /user/{id}"]
    )
    replace: str = Field("PUT", description="How a user is replaced.", examples=["PUT /users/{id}/"])
    change: str = Field(
        "PATCH",
        description=(
            "How single details of a user are changed; not read where `sending.patch` is `put-merges`."
        ),
        examples=["PATCH /users/{id}/", "POST /users/{id}"],
    )
    delete: str = Field("DELETE", description="How a user is deleted.", examples=["DELETE /users/{id}/"])
    list: str = Field(
        "GET",
        description=(
            "How users are listed; `none` where there is no list, so that stories about it do not apply."
        ),
        examples=["GET /admin/users", "none"],
    )
    find: str = Field(
        "GET",
        description="How users are searched by email, if not as they are listed.",
        examples=["GET /users/search"],
    )

    @field_validator("*")
    @classmethod
    def _is_written_well(cls, value: str) -> str:
        if value != NONE and not WRITTEN.fullmatch(value):
            raise ValueError(f"{value!r} is no method with a path, such as 'POST /auth/register'")
        return value

    @field_validator("look_up", "replace", "change", "delete")
    @classmethod
    def _has_a_place_for_the_id(cls, value: str) -> str:
        if value == NONE:
            raise ValueError("cannot be 'none': leave out the promise; look-ups and deletions are needed")
        if "/" in value and "{id}" not in value:
            raise ValueError(f"{value!r} has no place for the id: write {{id}} where it goes")
        return value

    @field_validator("create", "list", "find")
    @classmethod
    def _is_about_nobody(cls, value: str) -> str:
        if "{id}" in value:
            raise ValueError(f"{value!r} is about no single user and has no place for an id")
        return value

    @field_validator("create")
    @classmethod
    def _is_there(cls, value: str) -> str:
        if value == NONE:
            raise ValueError("cannot be 'none': stories create the users that they are about")
        return value

    def route(self, name: OperationName, collection: str) -> Route | None:
        """Return where an operation is; None for one that a target does not have."""
        written = getattr(self, name)
        if name == "find" and written == "GET":
            written = self.list if self.list != NONE else written
        found = WRITTEN.fullmatch(written)
        if found is None:
            return None
        usual = f"{collection.rstrip('/')}/{{id}}" if name in ABOUT_ONE else collection
        return Route(found[1], found[2] or usual)

    def methods_at(self, path: str, collection: str, names: Iterable[OperationName]) -> set[str]:
        """Return the methods of those of the named operations that stand at a path below the base URL."""
        found = (self.route(name, collection) for name in names)
        return {
            route.method
            for route in found
            if route and re.fullmatch(re.escape(route.path).replace(r"\{id\}", "[^/]+"), path)
        }
