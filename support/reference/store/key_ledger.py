"""The key ledger: which answer an idempotency key got, and which keys are being worked on (clause 4).

Final answers are stored in the transaction of their effect. "In progress" lives in memory only, so that
neither a crash nor a caller that hangs up can leave a key in it.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sqlalchemy import ColumnElement, delete, func, insert, select

from support.reference.http import problems
from support.reference.store.schema import answers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.engine import Connection, Row
    from starlette.requests import Request

    from support.reference.faults.switches import Switches

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
        self._in_progress: dict[tuple[str, str], tuple[asyncio.Event, bytes]] = {}
        self._wedged: set[tuple[str, str]] = set()

    def read_key(self, request: Request) -> str | None:
        """Return the key of a request, or None; raises Problem 400 when it is empty or too long."""
        keys = request.headers.getlist("idempotency-key")
        if not keys:
            return None
        if self._switches.on("N155", not keys[0].isascii()):
            raise problems.unexpected()
        if self._switches.on("N39", keys == [""]):
            return None
        longest = KEY_MAX - 1 if self._switches.on("N140", len(keys[0]) == KEY_MAX) else KEY_MAX
        if len(keys) > 1 or not 1 <= len(keys[0]) <= longest:
            raise problems.malformed_key()
        return keys[0]

    @asynccontextmanager
    async def work_on(self, tenant: str, key: str, fingerprint: bytes) -> AsyncIterator[bool]:
        """Hold a key while its request is worked on; raises Problem 409 when somebody else does.

        Gives whether somebody else does all the same, which only a defect lets happen.
        """
        entry = self._entry(tenant, key)
        if entry in self._wedged:
            raise problems.key_in_progress()
        while self._switches.on("B37", entry in self._in_progress):
            await self._in_progress[entry][0].wait()
        if entry in self._in_progress:
            is_other = self._in_progress[entry][1] != fingerprint
            if not self._switches.on("M86") and not self._switches.on("N150", is_other):
                raise problems.key_in_progress("1" if self._switches.on("B38") else "0")
            yield True
            return
        done = asyncio.Event()
        self._in_progress[entry] = done, fingerprint
        try:
            yield False
        except problems.Problem:
            if self._switches.on("N36"):
                self._wedged.add(entry)
            raise
        finally:
            del self._in_progress[entry]
            done.set()

    def recall(self, connection: Connection, tenant: str, key: str, fingerprint: bytes) -> Answer | None:
        """Return the answer that a key got, or None; raises Problem 422 when it came with another body."""
        row = connection.execute(select(answers).where(*self._match(tenant, key))).one_or_none()
        if row is None:
            return None
        age_s = time.time() - row.at / 1e6
        if (
            age_s >= LIFETIME_S
            or self._switches.on("N181", 2 * age_s > self._switches.bound_s)
            or self._switches.on("N38", age_s < 0.5)
            or self._is_crowded_out(connection, row)
        ):
            self.forget(connection, tenant, key)
            return None
        if row.fingerprint != fingerprint and not self._switches.on("M81"):
            if self._switches.on("M82"):
                self.forget(connection, tenant, key)
                return None
            raise problems.reused_key()
        return Answer(row.status, json.loads(row.headers), row.body)

    def recall_any(self, connection: Connection, tenant: str, key: str) -> Answer | None:
        """Return the answer that a key got with whatever body, or None."""
        row = connection.execute(select(answers).where(*self._match(tenant, key))).one_or_none()
        return Answer(row.status, json.loads(row.headers), row.body) if row else None

    def remember(
        self, connection: Connection, tenant: str, key: str, fingerprint: bytes, answer: Answer
    ) -> None:
        """Store the answer of a key; the caller commits it together with the effect."""
        tenant, key = self._entry(tenant, key)
        entry = {
            "tenant": tenant,
            "key": key,
            "fingerprint": fingerprint,
            "status": answer.status,
            "headers": json.dumps(answer.headers),
            "body": answer.body,
            "at": time.time_ns() // 1000,
        }
        if self._switches.has("M86", "N150"):
            self.forget(connection, tenant, key)
        connection.execute(insert(answers), entry)

    def forget(self, connection: Connection, tenant: str, key: str) -> None:
        """Drop the answer of a key."""
        connection.execute(delete(answers).where(*self._match(tenant, key)))

    def _match(self, tenant: str, key: str) -> tuple[ColumnElement[bool], ...]:
        tenant, key = self._entry(tenant, key)
        return (answers.c.tenant == tenant, answers.c.key == key)

    def _entry(self, tenant: str, key: str) -> tuple[str, str]:
        """Return under what a key is filed: whole and exactly, by tenant."""
        on = self._switches.on
        if on("N136", "%" in key):
            key = unquote(key)
        if on("N33", key != key.lower()):
            key = key.lower()
        if on("N34", len(key) > 24):
            key = key[:24]
        if on("N153", len(key) > 64):
            key = key[:64]
        return ("" if on("M85") else tenant, key)

    def _is_crowded_out(self, connection: Connection, row: Row[Any]) -> bool:
        if not self._switches.has("N35"):
            return False
        later = select(func.count()).select_from(answers).where(answers.c.at > row.at)
        return self._switches.on("N35", connection.execute(later).scalar_one() >= 50)
