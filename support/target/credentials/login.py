"""What a profile says about a login that gives a token (scheme `login`)."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from support.target.part import LONGEST_LIFE_S, Part

REQUEST = re.compile(r"(POST|PUT|GET) (/\S*|https?://\S+)")
PLACES = ("{user}", "{password}")


class Login(Part):
    """A request with user and password, and where its answer holds the token."""

    request: str = Field(
        "",
        description="The method of the login, and its path below the base URL or its whole https URL.",
        examples=["POST /auth/jwt/login", "POST /security/login"],
    )
    body: Literal["json", "form"] = Field(
        "json", description="How user and password are written.", examples=["form"]
    )
    members: dict[str, str | int | bool | None] = Field(
        {"username": "{user}", "password": "{password}"},
        description=(
            "What the login is sent; `{user}` and `{password}` stand for the two parts of the variable."
        ),
        examples=[{"username": "{user}", "password": "{password}", "provider": "db", "refresh": True}],
    )
    token: str = Field(
        "access_token",
        min_length=1,
        description="Where the answer holds the token, dotted.",
        examples=["token", "data.access_token"],
    )
    header: str = Field(
        "Authorization",
        pattern=r"^[A-Za-z0-9-]+$",
        description="The header in which the token is sent.",
        examples=["X-Parse-Session-Token"],
    )
    sent_as: str = Field(
        "Bearer {token}",
        description="What that header says; `{token}` stands for the token.",
        examples=["{token}", "Token {token}"],
    )
    expires_in: str = Field(
        "",
        description="Where the answer tells how long the token lives [s], dotted.",
        examples=["expires_in", "data.expires"],
    )
    lifetime_s: float | None = Field(
        None,
        gt=0,
        le=LONGEST_LIFE_S,
        description="How long a token lives [s] where the answer does not tell; it is renewed before.",
        examples=[900.0],
    )

    @field_validator("request")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        if not value:
            return value
        found = REQUEST.fullmatch(value)
        if found is None:
            raise ValueError(f"{value!r} is no method with a path, such as 'POST /auth/login'")
        parts = urlsplit(found[2])
        if parts.username or parts.password:
            raise ValueError("must not hold credentials")
        if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError("must be an https URL: a password is sent there")
        return value

    @field_validator("sent_as")
    @classmethod
    def _has_a_place_for_the_token(cls, value: str) -> str:
        if value.count("{token}") != 1:
            raise ValueError(f"{value!r} has no place for the token: write {{token}} where it goes")
        return value

    @model_validator(mode="after")
    def _sends_both(self) -> Login:
        missing = [place for place in PLACES if place not in self.members.values()]
        if missing:
            raise ValueError(f"members do not send {' and '.join(missing)}")
        return self

    @property
    def method(self) -> str:
        """The method of the login."""
        return self.request.partition(" ")[0]

    @property
    def path(self) -> str:
        """The path of the login below the base URL, or its whole URL."""
        return self.request.partition(" ")[2]
