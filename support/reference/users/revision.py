"""The next version of a user: what a change makes of the old one (clauses 1.4, 2.5, 2.6)."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from support.reference.store.schema import User
from support.reference.users.addresses import key_of

if TYPE_CHECKING:
    from support.reference.faults.switches import Switches
    from support.reference.users.validation import Action, Fields

_A_MILLISECOND, _A_SECOND = 1000, 1_000_000


@dataclass(frozen=True, slots=True)
class Revision:
    """What a request wants changed: checked fields, the hash of a new password, and how it was asked."""

    fields: Fields
    password_hash: str | None
    action: Action


class Revisions:
    """Makes new versions of old ones; it stores nothing."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    def apply(self, old: User, revision: Revision) -> User:
        """Return the next version of a user, or the old one when the fields say what it says already."""
        on, fields = self._switches.on, revision.fields
        email = fields.get("email") or old.email
        nickname = fields.get("nickname", old.nickname)
        if on("M35", revision.action == "change" and "nickname" not in fields and nickname):
            nickname = None
        is_same = fields.get("name") == old.name and email == old.email
        if on("N137", revision.action == "replace" and is_same and nickname is None):
            nickname = old.nickname
        if on("N138", revision.action == "change" and len(fields) > 1 and nickname is None):
            nickname = old.nickname
        new = replace(
            old,
            id=fields.get("id") or old.id,
            name=fields.get("name") or old.name,
            email=email,
            email_key=key_of(email, self._switches),
            nickname=nickname,
            role=fields.get("role") or old.role,
            password_hash=revision.password_hash if "password" in fields else old.password_hash,
        )
        if new == old and on("M96", fields and nickname and now() - old.updated_at < _A_SECOND):
            new = replace(new, nickname=None)
        if new == old and not on("B35"):
            return old
        return self._stamp(old, new)

    def touch(self, user: User) -> User:
        """Return the next version of a user with nothing changed."""
        return self._stamp(user, user)

    def take_half(self, old: User, revision: Revision) -> User | None:
        """Return the version with only half of a change, if a defect wants it so."""
        named = [name for name in ("name", "nickname") if name in revision.fields]
        if not self._switches.on("M153", len(named) == 2, chance=0.05):
            return None
        return self._stamp(old, replace(old, name=revision.fields["name"] or old.name))

    def infect(self, neighbour: User, user: User, detail: str = "nickname") -> User:
        """Return the neighbour of a user with one of that one's details."""
        return self._stamp(neighbour, replace(neighbour, **{detail: getattr(user, detail)}))

    def revive(self, ghost: User) -> User:
        """Return a deleted user as a living one whose address is to be claimed again."""
        return replace(ghost, version=-ghost.version, email_key="")

    def invent(self, tenant: str, user_id: str, revision: Revision) -> User:
        """Return a user for an id that there is not."""
        fields, moment = revision.fields, now()
        name, email = fields["name"] or "", fields["email"] or ""
        key = key_of(email, self._switches)
        password, nickname = revision.password_hash, fields["nickname"]
        return User(
            user_id, tenant, name, email, key, nickname, "member", password, 1, moment, moment
        )  # fmt: skip

    def read_instant(self, text: str | None) -> int | None:
        """Return an instant [us since 1970] of a text in RFC 3339, or None."""
        try:
            return int(datetime.fromisoformat(text).timestamp() * 1e6) if text else None
        except ValueError:
            return None

    def _stamp(self, old: User, new: User) -> User:
        on = self._switches.on
        # Representations with whole milliseconds must be able to tell one change from the next.
        step = _A_MILLISECOND if self._switches.has("B07") else 1
        updated_at = old.updated_at if on("M34") else max(now(), old.updated_at + step)
        created_at = updated_at if on("M12") else old.created_at
        return replace(new, version=old.version + 1, created_at=created_at, updated_at=updated_at)


def now() -> int:
    """Return the present moment [us since 1970]."""
    return time.time_ns() // 1000
