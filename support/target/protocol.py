"""The statuses and headers by which a target says what it did."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from support.target.part import LONGEST_LIFE_S, HeaderName, HeaderValue, Part, Statuses

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
    "the version is missing": (400, 412, 428),
    "the key belongs to another request": (400, 409, 422),
    "the key is not valid": (400, 422),
    "the key is missing": (400, 422, 428),
    "the cursor is unknown": (400, 404, 422),
    "the credentials are missing": (401,),
    "the credentials are not accepted": (401,),
    "the client may only read": (403,),
    "the user belongs to another tenant": (403, 404),
    "the client asks too often": (429,),
}
UNKNOWN = frozenset({"there is no such user", "the user belongs to another tenant"})

# What keys and reasons were called in older profiles, which still load.
OLD_NAMES = {"politeness": "request_limits"}
OLD_MISMATCH = "the key belongs to another request"
OLD_REASONS = {"the page mark is unknown": "the cursor is unknown"}


def take_old_names(raw: Any) -> Any:
    """Return a profile as it was read, with the names that keys and reasons have today."""
    if not isinstance(raw, dict):
        return raw
    renamed = {OLD_NAMES.get(key, key): value for key, value in raw.items()}
    keys = renamed.get("idempotency")
    if isinstance(keys, dict) and "mismatch" in keys:
        # It said once more what a reason of the closed list says.
        renamed["idempotency"] = {key: value for key, value in keys.items() if key != "mismatch"}
        others = renamed.get("refusals", {})
        if isinstance(others, dict):
            renamed["refusals"] = {OLD_MISMATCH: keys["mismatch"], **others}
    if isinstance(renamed.get("refusals"), dict):
        reasons = renamed["refusals"].items()
        renamed["refusals"] = {OLD_REASONS.get(key, key): value for key, value in reasons}
    return renamed


class Accepted(Part):
    """The statuses that say that an operation was done."""

    create: Statuses = Field((201,), description="A creation was done.", examples=[[200, 201]])
    look_up: Statuses = Field((200,), description="A look-up found the user.")
    replace: Statuses = Field((200, 204), description="A replacement was done.", examples=[[200]])
    change: Statuses = Field((200, 204), description="A change was done.", examples=[[200]])
    delete: Statuses = Field((200, 202, 204), description="A deletion was done.", examples=[[200]])
    delete_again: Statuses = Field(
        (200, 202, 204, 404, 410),
        description="A user was deleted who no longer existed; a refusal counts too.",
        examples=[[404]],
    )
    list: Statuses = Field((200,), description="A list or search was answered.", examples=[[200, 206]])
    gone: Statuses = Field((404, 410), description="A look-up of a user who was deleted.", examples=[[404]])


class Idempotency(Part):
    """How the target treats idempotency keys; `unspecified` asks only for what every provider keeps."""

    header: HeaderName = Field(
        "Idempotency-Key", description="The header that carries the key.", examples=["X-Request-Id"]
    )
    quoted: bool = Field(
        default=False,
        description="Whether the key is sent in double quotes, as a structured field.",
        examples=[True],
    )
    in_flight: Literal["refuse", "wait", "either"] = Field(
        "either",
        description=(
            "What happens to a repeat while the first request is still worked on; where it is said to `wait`,"
            " one that is refused is a broken promise."
        ),
        examples=["wait"],
    )
    replay_errors: Literal["none", "4xx", "all", "unspecified"] = Field(
        "unspecified",
        description=(
            "Which refusals a repeat gets again as they were; `unspecified` asks only for what every "
            "provider keeps."
        ),
        examples=["4xx"],
    )
    replay_body: Literal["stored", "current", "unspecified"] = Field(
        "unspecified",
        description="Whether a repeat shows the user as first answered or as the user is now.",
        examples=["stored"],
    )
    marker: HeaderName | None = Field(
        None,
        description="The header by which the service says that an answer is a repeat.",
        examples=["Idempotency-Replayed"],
    )
    marker_value: HeaderValue = Field("true", description="What that header says.", examples=["1"])
    key_max: int | None = Field(
        None, ge=1, le=65536, description="The longest key that is accepted [characters].", examples=[255]
    )
    lifetime_s: float | None = Field(
        None,
        gt=0,
        le=LONGEST_LIFE_S,
        description="How long a key is remembered [s]; a repeat that comes later is not judged.",
        examples=[86400],
    )


class Headers(Part):
    """Names of headers that targets choose freely."""

    consistency_token: HeaderName = Field(
        "Consistency-Token",
        description=(
            "The header of the token that a write gives and a read sends, so that it shows the write."
        ),
        examples=["X-Write-Token"],
    )
    strong_read: HeaderName = Field(
        "Consistency", description="The header that asks for the newest state.", examples=["X-Read"]
    )
    strong_value: HeaderValue = Field("strong", description="What that header says.", examples=["latest"])
    correlation_id: HeaderName = Field(
        "X-Correlation-ID",
        description="The header of the id by which an answer is found in the logs.",
        examples=["X-Request-ID"],
    )
