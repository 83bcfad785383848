"""Refusals: one exception with what a problem document says (RFC 9457), and the closed list of them.

A detail is written here and never made from an exception, a query or a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, in words that a caller can act on."""

    field: str
    message: str


class Problem(Exception):
    """A request that is refused: status, kind (the last part of `type`), title and detail."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        super().__init__(f"{status} {kind}")

    def document(self) -> dict[str, object]:
        """Return the problem document as JSON values."""
        document: dict[str, object] = {
            "type": f"/problems/{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = [{"field": e.field, "message": e.message} for e in self.errors]
        return document


def unknown_path() -> Problem:
    """Refuse a path that leads nowhere."""
    return Problem(404, "not-found", "Not found", "There is nothing at this address.")


def unknown_user() -> Problem:
    """Refuse an id that does not exist for this caller."""
    return Problem(404, "user-not-found", "User not found", "There is no user with this id.")


def missing_credentials(status: int) -> Problem:
    """Refuse a request without a token."""
    headers = {"WWW-Authenticate": 'Bearer realm="users"'}
    return Problem(status, "unauthorized", "Unauthorized", "A bearer token is needed.", headers=headers)


def wrong_credentials(shown: str = "") -> Problem:
    """Refuse a token that nobody was given; only a defect says what was `shown`."""
    headers = {"WWW-Authenticate": 'Bearer realm="users", error="invalid_token"'}
    detail = f"The token {shown} is not accepted." if shown else "The token is not accepted."
    return Problem(401, "unauthorized", "Unauthorized", detail, headers=headers)


def read_only() -> Problem:
    """Refuse a write with a token that may only read."""
    return Problem(403, "forbidden", "Forbidden", "This token may only read.")


def too_many_requests(retry_after: str) -> Problem:
    """Refuse a request that came too soon; `retry_after` is the header value."""
    return Problem(
        429,
        "too-many-requests",
        "Too many requests",
        "This token asks too often; come back later.",
        headers={"Retry-After": retry_after},
    )


def method_not_offered(offered: Sequence[str]) -> Problem:
    """Refuse a method that a resource does not have, and name those it has."""
    headers = {"Allow": ", ".join(offered)}
    detail = "This resource does not offer the method; see the Allow header."
    return Problem(405, "method-not-allowed", "Method not allowed", detail, headers=headers)


def unknown_media_type(accepted: Sequence[str]) -> Problem:
    """Refuse a body in another format."""
    detail = f"The body must be sent as {' or '.join(accepted)}."
    return Problem(415, "unsupported-media-type", "Unsupported media type", detail)


def body_too_large(limit: int, *, closes: bool) -> Problem:
    """Refuse a body over the limit [bytes], perhaps without reading it to its end."""
    headers = {"Connection": "close"} if closes else None
    detail = f"A body may have up to {limit} bytes."
    return Problem(413, "body-too-large", "Body too large", detail, headers=headers)


def length_required() -> Problem:
    """Refuse a body that comes in chunks."""
    return Problem(411, "length-required", "Length required", "Say how long the body is.")


def not_acceptable() -> Problem:
    """Refuse to answer in another format."""
    return Problem(406, "not-acceptable", "Not acceptable", "Answers are JSON.")


def quota_reached() -> Problem:
    """Refuse one more user than there may be."""
    return Problem(400, "quota-reached", "Quota reached", "Max number of elements reached for this resource!")


def not_json(detail: str) -> Problem:
    """Refuse a body that is not strict JSON."""
    return Problem(400, "malformed-json", "Malformed JSON", detail)


def invalid(errors: Sequence[FieldError]) -> Problem:
    """Refuse values that break the rules, naming every bad field."""
    return Problem(
        422, "validation-failed", "Validation failed", "Some fields are not acceptable.", errors=errors
    )


def email_in_use() -> Problem:
    """Refuse an address that another user of the tenant has."""
    return Problem(409, "email-in-use", "Email in use", "Another user has this email address.")


def outdated() -> Problem:
    """Refuse a condition that the newest state does not meet."""
    return Problem(
        412, "precondition-failed", "Precondition failed", "The user has changed since you read it."
    )


def malformed_key() -> Problem:
    """Refuse an idempotency key that is empty, too long or given twice."""
    detail = "An Idempotency-Key has 1 to 255 characters and is given once."
    return Problem(400, "invalid-idempotency-key", "Invalid idempotency key", detail)


def missing_key() -> Problem:
    """Refuse a creation that could not be repeated without harm."""
    detail = "A creation needs an Idempotency-Key."
    return Problem(400, "idempotency-key-missing", "Idempotency key missing", detail)


def missing_version() -> Problem:
    """Refuse a write that does not say which version it is based on (RFC 6585 section 3)."""
    detail = "Say in If-Match which version of the user you have read."
    return Problem(428, "precondition-required", "Precondition required", detail)


def removed_user() -> Problem:
    """Refuse the id of a user who was deleted."""
    return Problem(410, "user-gone", "User gone", "The user with this id was deleted.")


def foreign_user() -> Problem:
    """Refuse the id of another tenant's user, and admit that it exists."""
    return Problem(403, "forbidden", "Forbidden", "This user belongs to another tenant.")


def reused_key() -> Problem:
    """Refuse a key that came with another body before."""
    detail = "This Idempotency-Key was used with another body."
    return Problem(422, "idempotency-key-reused", "Idempotency key reused", detail)


def key_in_progress(retry_after: str = "0") -> Problem:
    """Refuse a repeat while the first request is still being worked on."""
    return Problem(
        409,
        "request-in-progress",
        "Request in progress",
        "The first request with this Idempotency-Key is not finished; ask again.",
        headers={"Retry-After": retry_after},
    )


def unavailable() -> Problem:
    """Turn a request away for a moment."""
    detail = "The service takes no requests for a moment."
    return Problem(503, "unavailable", "Service unavailable", detail, headers={"Retry-After": "0"})


def no_answer() -> Problem:
    """Admit that a server behind this one has gone; what was asked for was done wholly or not at all."""
    return Problem(502, "bad-gateway", "Bad gateway", "A part of the service did not answer.")


def unexpected() -> Problem:
    """Admit a fault of our own without saying anything about it."""
    return Problem(500, "internal-error", "Internal error", "Something went wrong on our side.")
