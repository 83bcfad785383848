"""Idempotency keys as a target wants them: in which header, in what form, and whether there must be one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from support.target import Target


def key_headers(target: Target, key: str | None) -> dict[str, str]:
    """Return the header that carries an idempotency key, none for None."""
    if key is None:
        return {}
    idempotency = target.idempotency
    return {idempotency.header: f'"{key}"' if idempotency.quoted else key}


def own_key(target: Target, *, is_of_use: bool = False) -> str | None:
    """Return a key for a creation that names none: where the target wants one, or it is of use there."""
    is_taken = is_of_use and target.promise("idempotency-key")
    return str(uuid4()) if is_taken or target.promise("key-required") else None
