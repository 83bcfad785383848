"""What the caller chose: options over environment over `.env`, read once and checked at once.

Tokens are looked up by the variable names that the profile gives, kept as they are and registered for
redaction before anybody else sees them. No other module reads the environment.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from support.errors import ConfigurationError
from support.secrets import REDACTOR
from support.secrets.urls import TELLING, secrets_in
from support.target.credentials.certificates import check_certificates

if TYPE_CHECKING:
    from support.target.alerting import Alert
    from support.target.credentials.authentication import Auth
    from support.target.profile import Target

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / "reports"
# With a scheme or a port.
LIKE_AN_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:/|[\w.-]+:\d+(/|$)", re.IGNORECASE)
_NOT_SENT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
LONGEST_SHOWN = 200  # characters of an address that is none
_ADDRESS = re.compile(r".*(URL|URI|DSN|PROXY|ENDPOINT)", re.IGNORECASE)


class Settings(BaseSettings):
    """The variables that the suite knows, whatever the target. Environment wins over `.env`."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", env_file_encoding="utf-8-sig", extra="ignore", env_ignore_empty=True
    )

    target: str = "reference"
    base_url: str | None = None
    seed: int | None = Field(None, ge=0)
    redis_url: str | None = None
    run_id: str | None = None


def load_settings() -> Settings:
    """Read the settings; raises ConfigurationError with each variable that is wrong, and the reason."""
    hide_addresses()
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [(str(each["loc"][0]).upper(), str(each["msg"]).lower()) for each in error.errors()]
        raise ConfigurationError("; ".join(f"{name}: {reason}" for name, reason in wrong)) from None
    _check_redis_url(settings.redis_url)
    return settings


def _check_redis_url(url: str | None) -> None:
    """Raise ConfigurationError for what is no Redis URL, without repeating it: it may hold a password."""
    if not url:
        return
    try:
        parts = urlsplit(url)
        # Without a host it is this machine.
        is_place = parts.port != 0 if parts.scheme in {"redis", "rediss"} else bool(parts.path)
        is_url = (
            parts.scheme in {"redis", "rediss", "unix"} and url.startswith(f"{parts.scheme}://") and is_place
        )
    except ValueError:
        is_url = False
    if not is_url or not url.isprintable():
        raise ConfigurationError("REDIS_URL is no URL such as redis://host:6379/0")


def hide_addresses() -> None:
    """Register what is secret in the address that any variable holds: of a proxy, of Redis, of the target."""
    for name, value in _variables().items():
        if value and ("://" in value or _ADDRESS.fullmatch(name)):
            for secret in secrets_in(value):
                REDACTOR.register(secret, name)


def hide_variables(target: Target) -> None:
    """Register what is secret in the variables that a profile names, before code of a team's own runs."""
    values = _variables()
    for name in filter(None, (*target.auth.variables, *target.sending.variables, target.alert.webhook)):
        # Of `id:secret`, either may be shown without the other.
        for secret in (value := values.get(name, ""), value.partition(":")[2]):
            REDACTOR.register(secret, name)


def hide_telling_variables() -> None:
    """Register what any variable holds whose name tells of a secret.

    For words of code that reads variables which no profile names; in other words it would hide too much.
    """
    for name, value in _variables().items():
        if TELLING.fullmatch(name):
            REDACTOR.register(value, name)


def load_tokens(target: Target) -> dict[str, str]:
    """Return the tokens by variable name, as far as they are set, and register each for redaction.

    Raises ConfigurationError when the variable is not set without which the client cannot get in, and where
    somebody else's token is the main caller's own. Without any other only the stories that take it are left
    out (`support.runner.applicability`).
    """
    values = _variables()
    auth = target.auth
    tokens = {name: values.get(name) or "" for name in auth.variables}
    for name, token in tokens.items():
        if any("\ud800" <= char <= "\udfff" for char in token):
            raise ConfigurationError(f"{name} is not UTF-8")
        if token:
            REDACTOR.register(token, name)
    if auth.token in tokens and not tokens[auth.token]:
        raise ConfigurationError(
            f"{auth.token} is not set: target {target.name!r} wants a token; "
            f"put it into the environment or into .env"
        )
    for name in filter(None, (auth.other_tenant, auth.read_only)):
        if name != auth.token and tokens.get(name) and tokens[name] == tokens[auth.token]:
            what = "another tenant" if name == auth.other_tenant else "somebody who may only read"
            raise ConfigurationError(f"{name} holds the token in {auth.token}: it has to be that of {what}")
    return {name: token for name, token in tokens.items() if token}


def require_sendable(value: str, variable: str) -> str:
    """Return what a variable holds; raises ConfigurationError for what no header carries (RFC 9110 §5.5).

    A byte order mark comes of a file that was read as it stands.
    """
    if _NOT_SENT.search(value) or value != value.strip().strip("\ufeff"):
        raise ConfigurationError(
            f"{variable} has a line break, a control character or an outer blank: it cannot be sent like that"
        )
    return value


@dataclass(frozen=True, slots=True)
class Constants:
    """What goes into every request whoever sends it: headers and query parameters, secret ones included."""

    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def load_constants(target: Target) -> Constants:
    """Return the constant headers and query parameters, and register the secret ones for redaction.

    Raises ConfigurationError when a variable is not set, or holds what cannot be sent.
    """
    values, sending, secrets = _variables(), target.sending, {}
    for variable in sending.variables:
        secrets[variable] = value = values.get(variable) or ""
        if not value:
            raise ConfigurationError(f"{variable} is not set: the profile's [sending] wants a value in it")
        REDACTOR.register(require_sendable(value, variable), variable)
    for header in sending.secret_headers:
        REDACTOR.hide_header(header)
    return Constants(
        {**sending.headers, **{name: secrets[variable] for name, variable in sending.secret_headers.items()}},
        {**sending.query, **{name: secrets[variable] for name, variable in sending.secret_query.items()}},
    )


def load_alert(alert: Alert) -> tuple[str, str]:
    """Return where a team is told, and the link to the report; both empty where nobody says.

    The URL of a webhook is a secret as a whole. Raises ConfigurationError for one that is no URL.
    """
    values = _variables()
    url, link = (values.get(name, "").strip() if name else "" for name in (alert.webhook, alert.report))
    if not url:
        return "", link
    REDACTOR.register(url, alert.webhook)
    if len(path := urlsplit(url).path if _is_http_url(url) else "") > 1:
        REDACTOR.register(path, alert.webhook)
    if not _is_http_url(url):
        raise ConfigurationError(f"{alert.webhook} is not an http or https URL")
    return url, link


def load_tls(auth: Auth) -> dict[str, Any]:
    """Return what `requests` wants to know about certificates, as far as the profile names variables for it.

    Certificates of the service are verified whatever the profile says. Raises ConfigurationError when a
    variable is not set or its file cannot be used.
    """
    values, paths = _variables(), {}
    for variable in auth.tls.variables:
        path = values.get(variable) or ""
        if not path:
            raise ConfigurationError(f"{variable} is not set: the profile wants the path of a PEM file in it")
        if "-----BEGIN" in path:
            raise ConfigurationError(f"{variable} holds the content of a PEM file: give the file's path")
        try:
            paths[variable] = str(Path(path).resolve())
            content = Path(path).read_text(encoding="ascii", errors="replace")
        except OSError as error:
            # Not the path: what stands there by mistake may be a password.
            raise ConfigurationError(
                f"{variable} names a file that cannot be read ({error.strerror})"
            ) from None
        except ValueError:
            raise ConfigurationError(f"{variable} holds no path of a file") from None
        if "PRIVATE KEY-----" in content:
            REDACTOR.register(content[content.index("PRIVATE KEY-----") :], variable)
    return check_certificates(auth.tls, paths)


def _variables() -> dict[str, str]:
    """Return the variables that are set, those of the environment before those of `.env`.

    An empty variable counts as not set, as pipelines have it that know a secret only on some branches. Raises
    ConfigurationError where `.env` cannot be read, and for text that is none.
    """
    here = {name: value for name, value in os.environ.items() if value}
    return {**{name: value for name, value in _read_dotenv(ROOT / ".env").items() if value}, **here}


def _read_dotenv(file: Path) -> dict[str, str | None]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigurationError(f"{file}: is not UTF-8 (line {line})") from None
    wrong = [str(each.original.line) for each in parse_stream(StringIO(text)) if each.error]
    if wrong:
        # The lines are not repeated: they may hold a secret.
        raise ConfigurationError(f"{file}: line {', '.join(wrong)} is no NAME=value")
    return dotenv_values(stream=StringIO(text))


def resolve_base_url(target: Target, given: str | None) -> str:
    """Return the URL that stands before the collection, without a slash at its end.

    A URL that names only a host gets the profile's base path; one that already ends with the
    collection loses it. Raises ConfigurationError when there is none or it is no HTTP URL.
    """
    name = "BASE_URL" if given else f"base_url of target {target.name!r}"
    url = (given or target.base_url or "").strip().rstrip("/")
    if not url:
        raise ConfigurationError(
            f"target {target.name!r} has no base URL: set BASE_URL, in the environment or in .env"
        )
    for secret in (secrets := secrets_in(url)):  # of the probe's argument or a profile's own, too
        REDACTOR.register(secret, "BASE_URL")
    # Nothing is repeated in a message that may hold a password, whatever else is wrong with it.
    if "@" in url.partition("?")[0] or secrets:
        raise ConfigurationError(
            f"{name} must not hold credentials: give the token in its own variable (an @ of a path is %40)"
        )
    if not _is_http_url(url):
        # What looks like none may be the token that belongs into another variable.
        if given and not LIKE_AN_ADDRESS.match(url):
            raise ConfigurationError(f"{name} is not an http or https URL")
        shown = re.split("[?#]", url)[0]
        if len(shown) > LONGEST_SHOWN:
            shown = f"{shown[:LONGEST_SHOWN]}…"  # there is no secret in it, or it was refused above
        raise ConfigurationError(f"{name} {shown!r} is not an http or https URL")
    parts = urlsplit(url)
    if parts.query or parts.fragment:
        raise ConfigurationError(f"{name} must not have a query or a fragment: the collection follows it")
    if parts.path in {"", "/"}:
        url += target.base_path.rstrip("/")
    return url.removesuffix(target.collection)


def _is_http_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        host.encode("idna")  # no label is empty or too long
    except ValueError:
        return False
    is_text = url.isprintable() and not re.search(r"[\s\\]", url)
    try:
        return parts.scheme in {"http", "https"} and bool(host) and parts.port != 0 and is_text
    except ValueError:  # no port
        return False
