"""What the caller chose: options over environment over `.env`, read once and checked at once.

Tokens are looked up by the variable names that the profile gives, kept as they are and registered for
redaction before anybody else sees them. No other module reads the environment.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from support.errors import ConfigurationError
from support.redaction import REDACTOR

if TYPE_CHECKING:
    from support.target import Target

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "reports"


class Settings(BaseSettings):
    """The variables that the suite knows, whatever the target. Environment wins over `.env`."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore", env_ignore_empty=True)

    target: str = "reference"
    base_url: str | None = None
    seed: int | None = Field(None, ge=0)
    redis_url: str | None = None


def load_settings() -> Settings:
    """Read the settings; raises ConfigurationError with the variable and the reason."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        variable = "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(f"{variable}: {first['msg'].lower()}") from None
    if settings.redis_url and "@" in settings.redis_url:
        REDACTOR.register(settings.redis_url.rpartition("@")[0].rpartition(":")[2], "REDIS_URL")
    return settings


def load_tokens(target: Target) -> dict[str, str]:
    """Give the tokens by variable name, as far as they are set, and register each for redaction.

    Raises ConfigurationError when the profile wants a token and its variable is not set.
    """
    values = {**dotenv_values(ROOT / ".env"), **os.environ}
    tokens = {name: values.get(name) or "" for name in target.auth.variables}
    for name, token in tokens.items():
        if token:
            REDACTOR.register(token, name)
    if target.auth.scheme != "none" and not tokens[target.auth.token]:
        raise ConfigurationError(
            f"{target.auth.token} is not set: target {target.name!r} wants a token; "
            f"put it into the environment or into .env"
        )
    return {name: token for name, token in tokens.items() if token}


def resolve_base_url(target: Target, given: str | None) -> str:
    """Give the URL that stands before the collection, without a slash at its end.

    A URL that names only a host gets the profile's base path; one that already ends with the
    collection loses it. Raises ConfigurationError when there is none or it is no HTTP URL.
    """
    url = (given or target.base_url or "").strip().rstrip("/")
    if not url:
        raise ConfigurationError(
            f"target {target.name!r} has no base URL: set BASE_URL, in the environment or in .env"
        )
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(f"BASE_URL {url!r} is not an http or https URL")
    if parts.username or parts.password:
        REDACTOR.register(parts.password or parts.username or "", "BASE_URL")
        raise ConfigurationError("BASE_URL must not hold credentials: give the token in its own variable")
    if parts.path in {"", "/"}:
        url += target.base_path
    return url.removesuffix(target.collection)
