"""What can be done with users: create, replace, patch and delete, on the newest state.

Values come in checked; each operation is one transaction. It gives users back, not answers.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from support.reference import problems
from support.reference.schema import User
from support.reference.validation import key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.reference.conditions import Conditions
    from support.reference.representation import Representation
    from support.reference.store import Store, Transaction
    from support.reference.switches import Switches
    from support.reference.validation import Fields


class Users:
    """The operations on users that write."""

    def __init__(self, store: Store, representation: Representation, switches: Switches) -> None:
        self._store = store
        self._representation = representation
        self._switches = switches

    async def create(
        self, tenant: str, fields: Fields, *, remember: Callable[[Transaction, User], None]
    ) -> User:
        """Add a user; `remember` is called in the same transaction. Raises Problem 409."""
        hashed = await _hash(fields.get("password"))
        now = _now()
        user = User(
            id=_new_id(),
            tenant=tenant,
            name=fields["name"] or "",
            email=fields["email"] or "",
            email_key=key_of(fields["email"] or ""),
            nickname=fields["nickname"],
            role="member",
            password_hash=hashed,
            version=1,
            created_at=now,
            updated_at=now,
        )
        with self._store.transaction() as transaction:
            transaction.create(user)
            remember(transaction, user)
        return user

    async def change(self, tenant: str, user_id: str, fields: Fields, conditions: Conditions) -> User:
        """Set the fields that are named and keep the others; raises Problem 404, 409 or 412.

        A change that changes nothing leaves the version as it is.
        """
        hashed = await _hash(fields.get("password"))
        with self._store.transaction() as transaction:
            old = self._find(transaction, tenant, user_id, conditions)
            new = _revise(old, fields, hashed)
            if new is not old:
                transaction.update(old, new)
        return new

    def delete(self, tenant: str, user_id: str, conditions: Conditions) -> None:
        """Remove a user; raises Problem 404 or 412."""
        with self._store.transaction() as transaction:
            transaction.delete(self._find(transaction, tenant, user_id, conditions))

    def _find(self, transaction: Transaction, tenant: str, user_id: str, conditions: Conditions) -> User:
        user = transaction.find(tenant, user_id)
        if user is None:
            raise problems.unknown_user()
        conditions.check(self._representation.entity_tag(user))
        return user


def _revise(old: User, fields: Fields, hashed: str | None) -> User:
    """Give the next version of a user, or the old one when the fields say what it says already."""
    email = fields.get("email") or old.email
    new = replace(
        old,
        name=fields.get("name") or old.name,
        email=email,
        email_key=key_of(email),
        nickname=fields.get("nickname", old.nickname),
        password_hash=hashed if "password" in fields else old.password_hash,
    )
    if new == old:
        return old
    return replace(new, version=old.version + 1, updated_at=max(_now(), old.updated_at + 1))


def _now() -> int:
    return time.time_ns() // 1000


def _new_id() -> str:
    return "u_" + base64.b32encode(secrets.token_bytes(10)).decode().lower()


async def _hash(password: str | None) -> str | None:
    """Hash a password, in a thread because it takes milliseconds on purpose."""
    if password is None:
        return None
    salt = secrets.token_bytes(16)
    key = await asyncio.to_thread(hashlib.scrypt, password.encode(), salt=salt, n=1024, r=8, p=1)
    return f"{salt.hex()}:{key.hex()}"
