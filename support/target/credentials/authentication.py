"""What a profile says about the way in: a scheme, and the names of the variables that hold what it needs.

It holds no secret and reads none (`support.target.settings`); what is sent is
`support.http.authentication.credentials`' part.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from support.target.credentials.login import Login
from support.target.part import LONGEST_LIFE_S, Part, Query


def _name_variable(value: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", value):
        raise ValueError(
            "must be the name of an environment variable, in capitals: a profile never holds the value itself"
        )
    return value


Variable = Annotated[str, AfterValidator(_name_variable)]


class OAuth2(Part):
    """Where access tokens come from, for scheme `oauth2` (client credentials, RFC 6749 §4.4)."""

    token_url: str = Field(
        "", description="Where tokens are asked for.", examples=["https://login.example.com/oauth/token"]
    )
    scope: str = Field("", description="The scope that is asked for.", examples=["users.write"])
    parameters: Query = Field(
        {}, description="What the issuer wants to be told beside.", examples=[{"audience": "users"}]
    )
    client_in: Literal["header", "body"] = Field(
        "header", description="Where the client's id and secret go.", examples=["body"]
    )
    lifetime_s: float = Field(
        300.0,
        gt=0,
        le=LONGEST_LIFE_S,
        description="How long a token lives whose answer does not say so [s].",
        examples=[3600],
    )

    @field_validator("token_url")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        parts = urlsplit(value)
        is_near = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if value and not (
            parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and is_near))
        ):
            raise ValueError("must be an https URL: a secret is sent there")
        if parts.username or parts.password:
            raise ValueError("must not hold credentials")
        return value


class Tls(Part):
    """Variables that hold the paths of PEM files: a private CA bundle, a client certificate and its key.

    There is no way to switch the verification of certificates off.
    """

    ca: Variable | None = Field(
        None, description="The variable with the path of a private CA bundle.", examples=["CA_BUNDLE"]
    )
    certificate: Variable | None = Field(
        None,
        description="The variable with the path of the client's certificate.",
        examples=["CLIENT_CERTIFICATE"],
    )
    key: Variable | None = Field(
        None,
        description=("The variable with the path of its key, where that is not in the certificate's file."),
        examples=["CLIENT_KEY"],
    )

    @model_validator(mode="after")
    def _key_has_certificate(self) -> Tls:
        if self.key and not self.certificate:
            raise ValueError("a key is of no use without a certificate")
        return self

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of all variables that hold a path."""
        return tuple(name for name in (self.ca, self.certificate, self.key) if name)


class Auth(Part):
    """How the client is known to the target, and which environment variables hold its tokens.

    For `basic`, `login` and `oauth2` a variable holds `id:secret`, for `api-key` the key; a colon in an OAuth
    2 id is written `%3A`. An API key goes into the header, or into the query where a parameter is named.
    """

    scheme: Literal["bearer", "basic", "api-key", "oauth2", "login", "none"] = Field(
        "bearer", description="How the client says who it is.", examples=["basic"]
    )
    word: str = Field(
        "Bearer",
        pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
        description="The word before a bearer token; Django REST framework wants another one.",
        examples=["Token"],
    )
    token: Variable = Field(
        "API_TOKEN",
        description="The variable that holds the main caller's token.",
        examples=["STAGING_TOKEN"],
    )
    other_tenant: Variable | None = Field(
        None,
        description="The variable with a token of another tenant, for the promise `tenants`.",
        examples=["OTHER_TENANT_TOKEN"],
    )
    read_only: Variable | None = Field(
        None,
        description="The variable with a token that may only read, for `read-only-token`.",
        examples=["READ_ONLY_TOKEN"],
    )
    throttled: Variable | None = Field(
        None,
        description="The variable with a token of which few requests are taken, for `rate-limit`.",
        examples=["THROTTLED_TOKEN"],
    )
    header: str = Field(
        "X-API-Key",
        pattern=r"^[A-Za-z0-9-]+$",
        description="The header that carries an API key.",
        examples=["apikey"],
    )
    query: str | None = Field(
        None,
        min_length=1,
        description="The query parameter that carries an API key, instead of the header.",
        examples=["api_key"],
    )
    oauth2: OAuth2 = OAuth2()
    login: Login = Login()
    tls: Tls = Tls()

    @model_validator(mode="after")
    def _issuer_is_known(self) -> Auth:
        if self.scheme == "oauth2" and not self.oauth2.token_url:
            raise ValueError("scheme 'oauth2' needs oauth2.token_url")
        if self.scheme == "login" and not self.login.request:
            raise ValueError("scheme 'login' needs login.request, such as 'POST /auth/login'")
        return self

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of all variables that may hold a token."""
        names = (self.token, self.other_tenant, self.read_only, self.throttled)
        return tuple(name for name in names if name) if self.scheme != "none" else ()
