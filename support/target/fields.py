"""What a target calls the details of a user, what it does to text, and the lengths that it promises."""

from __future__ import annotations

from pydantic import field_validator

from support.target.part import Part


class Fields(Part):
    """What the target calls the contract's fields; an empty name where it has no such field."""

    id: str = "id"
    name: str = "name"
    email: str = "email"
    nickname: str | None = "nickname"
    password: str | None = "password"  # noqa: S105 - the name of a field
    role: str | None = "role"
    created_at: str | None = "createdAt"
    updated_at: str | None = "updatedAt"

    @field_validator("nickname", "password", "role", "created_at", "updated_at")
    @classmethod
    def _empty_is_none(cls, value: str | None) -> str | None:
        return value or None


class Text(Part):
    """What the target declares to do to text before it keeps it."""

    trims: bool = False
    composes: bool = False  # Unicode normalisation form C
    lowers_email: bool = False


class Limits(Part):
    """Lengths [characters], sizes [bytes] and page sizes [users] that the target promises."""

    name: int = 100
    nickname: int = 100
    email: int = 254
    password_min: int = 8
    password_max: int = 128
    body: int = 65536
    page_default: int = 20
    page_max: int = 100
