"""The key ledger: which answer an idempotency key got, and which keys are being worked on (clause 4).

Final answers are stored in the transaction of their effect. "In progress" lives in memory only, so that
neither a crash nor a caller that hangs up can leave a key in it.
"""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from support.reference import problems
from support.reference.schema import answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection
    from starlette.requests import Request

    from support.reference.switches import Switches

KEY_MAX = 255
LIFETIME_S = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: enough to answer it again."""

    status: int
    headers: dict[str, str]
    body: bytes


class Ledger:
    """Remembers answers by tenant and key."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._in_progress: set[tuple[str, str]] = set()

    def read_key(self, request: Request) -> str | None:
        """Give the key of a request, or None; raises Problem 400 when it is empty or too long."""
        keys = request.headers.getlist("idempotency-key")
        if not keys:
            return None
        if len(keys) > 1 or not 1 <= len(keys[0]) <= KEY_MAX:
            raise problems.malformed_key()
        return keys[0]

    @contextmanager
    def work_on(self, tenant: str, key: str) -> Iterator[None]:
        """Hold a key while its request is worked on; raises Problem 409 when somebody else does."""
        entry = (tenant, key)
        if entry in self._in_progress:
            raise problems.key_in_progress()
        self._in_progress.add(entry)
        try:
            yield
        finally:
            self._in_progress.discard(entry)

    def recall(self, connection: Connection, tenant: str, key: str, fingerprint: bytes) -> Answer | None:
        """Give the answer that a key got, or None; raises Problem 422 when it came with another body."""
        entry = (answers.c.tenant == tenant, answers.c.key == key)
        row = connection.execute(select(answers).where(*entry)).one_or_none()
        if row is None:
            return None
        if time.time() - row.at / 1e6 >= LIFETIME_S:
            connection.execute(delete(answers).where(*entry))
            return None
        if row.fingerprint != fingerprint:
            raise problems.reused_key()
        return Answer(row.status, json.loads(row.headers), row.body)

    def remember(
        self, connection: Connection, tenant: str, key: str, fingerprint: bytes, answer: Answer
    ) -> None:
        """Store the answer of a key; the caller commits it together with the effect."""
        entry = {
            "tenant": tenant,
            "key": key,
            "fingerprint": fingerprint,
            "status": answer.status,
            "headers": json.dumps(answer.headers),
            "body": answer.body,
            "at": time.time_ns() // 1000,
        }
        connection.execute(insert(answers), entry)
