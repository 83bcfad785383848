"""What can be done with users: create, replace, patch and delete, on the newest state.

Values come in checked; each operation is one transaction. It gives users back, not answers.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from typing import TYPE_CHECKING

from support.reference.http import problems
from support.reference.store.schema import User
from support.reference.store.views import Listing
from support.reference.users.addresses import key_of
from support.reference.users.revision import Revision, Revisions, now

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.reference.faults.switches import Switches
    from support.reference.http.conditions import Conditions
    from support.reference.store.primary import Store, Transaction
    from support.reference.store.replicas import Copies
    from support.reference.users.identifiers import Identifiers
    from support.reference.users.representation import Representation
    from support.reference.users.validation import Action, Fields

AT_ONCE_S = 0.1  # between two deletions, for a defect of those that cross


class Users:
    """The operations on users that write."""

    def __init__(
        self,
        store: Store,
        replicas: Copies,
        representation: Representation,
        identifiers: Identifiers,
        switches: Switches,
    ) -> None:
        self._store = store
        self._replicas = replicas
        self._representation = representation
        self._identifiers = identifiers
        self._revisions = Revisions(switches)
        self._switches = switches
        self._deleted: dict[tuple[str, str], float] = {}  # when, monotonic [s]
        self._unlistable: set[str] = set()  # tenants; only a defect uses this
        self._given_up: dict[tuple[str, str], str] = {}

    def was_deleted(self, tenant: str, user_id: str) -> bool:
        """Return whether a tenant had a user of this id, as far as this process remembers."""
        return (tenant, user_id) in self._deleted

    def has_broken_list(self, tenant: str) -> bool:
        """Return whether a name was stored that breaks a tenant's list for good, as a defect has it."""
        return tenant in self._unlistable

    def former_owner(self, tenant: str, email_key: str) -> str | None:
        """Return the id of a user whose address a replacement has changed, as a defect remembers it."""
        return self._given_up.get((tenant, email_key))

    def compose(self, tenant: str, fields: Fields) -> User:
        """Make a new user of checked fields, without storing it."""
        moment = self._revisions.read_instant(fields.get("createdAt")) or now()
        return User(
            id=fields.get("id") or self._identifiers.make(),
            tenant=tenant,
            name=fields["name"] or "",
            email=fields["email"] or "",
            email_key=key_of(fields["email"] or "", self._switches),
            nickname=fields["nickname"],
            role=fields.get("role") or "member",
            password_hash=_hash(fields.get("password")),
            version=1,
            created_at=moment,
            updated_at=moment,
        )

    async def create(
        self, user: User, *, remember: Callable[[Transaction, User], None], overlooks: str = ""
    ) -> None:
        """Store a new user; `remember` is called in the same transaction. Raises Problem 409.

        `overlooks` is the defect that does not mind that the address is taken, if any.
        """
        if self._switches.on("M01") or self._switches.on("N06", chance=1 / 40):
            return
        overlooks = overlooks or await self._look_ahead(user)
        with self._store.transaction() as transaction:
            transaction.create(user, overlooks)
            remember(transaction, user)
        if self._switches.has("N90") and "\\" in user.name:
            self._unlistable.add(user.tenant)

    async def change(
        self, tenant: str, user_id: str, fields: Fields, conditions: Conditions, action: Action
    ) -> User:
        """Set the fields that are named and keep the others; raises Problem 404, 409 or 412.

        A change that changes nothing leaves the version as it is.
        """
        revision = Revision(fields, _hash(fields.get("password")), action)
        if self._switches.has("M103", "N15", "N16"):
            return await self._change_later(tenant, user_id, revision, conditions)
        overlooks = "M70" if action == "change" else ""
        if "email" in fields and self._switches.has("M69", "M72"):
            wanted = key_of(fields["email"] or "", self._switches)
            overlooks = await self._look_ahead_for(tenant, wanted, user_id)
        half = None
        with self._store.transaction() as transaction:
            old = transaction.find(tenant, user_id) or self._stand_in(transaction, tenant, user_id, revision)
            self._check(old, conditions, revision)
            new = self._revisions.apply(old, revision)
            if self._is_confused(transaction, old, new, action):
                raise problems.email_in_use()
            is_own = new.email_key == old.email_key
            meets_itself = self._switches.on("M71", action == "replace" and is_own)
            if meets_itself or self._switches.on("N119", is_own and new.email != old.email):
                raise problems.email_in_use()
            half = self._revisions.take_half(old, revision)
            if self._is_kept(old, new, revision):
                transaction.update(old, half or new, overlooks)
                self._spill(transaction, old, new)
                if self._switches.has("N79") and action == "replace" and new.email_key != old.email_key:
                    self._given_up[tenant, old.email_key] = old.id
                if self._switches.on("N32", action == "change" and new.email_key != old.email_key):
                    transaction.release(new)
        if half:
            raise problems.unavailable()
        return new

    def delete(
        self, tenant: str, user_id: str, conditions: Conditions, *, only_checked: bool = False
    ) -> None:
        """Remove a user, or only check whether that may be done; raises Problem 404 or 412."""
        on = self._switches.on
        with self._store.transaction() as transaction:
            user = transaction.find(tenant, user_id)
            if user is None and self._switches.has("N49"):
                user = transaction.view.find_anywhere(user_id)
                on("N49", user)
            if user is None:
                deleted_at = self._deleted.get((tenant, user_id))
                is_at_once = deleted_at is not None and time.monotonic() - deleted_at < AT_ONCE_S
                if on("M41", deleted_at is not None) or on("N149", is_at_once):
                    raise problems.unexpected()
                raise problems.unknown_user()
            if not on("M105", conditions.match) and not on("N135", conditions.match and user.version > 2):
                self._check(user, conditions, None)
            if only_checked or on("M40") or on("M49", chance=1 / 15) or on("N75", user.version > 3):
                return
            if self._switches.has("M44"):
                for namesake in transaction.find_namesakes(user):
                    on("M44")
                    transaction.delete(namesake)
            transaction.delete(user)
        self._deleted[tenant, user_id] = time.monotonic()
        self._identifiers.give_back(user_id)

    def delete_all(self, tenant: str) -> None:
        """Remove everyone of a tenant, as a defect does."""
        with self._store.transaction() as transaction:
            for user in transaction.view.page(Listing(tenant, limit=1_000_000)):
                transaction.delete(user)

    def touch(self, user: User) -> None:
        """Count a look-up as a change, as a defect does."""
        with self._store.transaction() as transaction:
            newest = transaction.find(user.tenant, user.id)
            if newest:
                transaction.update(newest, self._revisions.touch(newest))

    def _check(self, user: User, conditions: Conditions, revision: Revision | None) -> None:
        """Raise Problem 412 when the conditions of a request are not met."""
        if self._switches.on("M100", revision and conditions.match):
            return
        tag, asked = self._representation.entity_tag(user).strip('"'), (conditions.match or "").strip('"')
        if self._switches.on("N58", asked and asked != tag and asked.startswith(tag[:-1])):
            return
        judged = user
        if self._switches.has("N19") and conditions.match:
            with self._replicas.read(0) as (view, _):
                judged = view.find(user.tenant, user.id) or user
            self._switches.on("N19", judged != user)
        try:
            conditions.check(self._representation.entity_tag(judged))
        except problems.Problem:
            # RFC 9110 section 13.1.1 allows success where the change has been made already.
            has_happened = revision and self._revisions.apply(user, revision) == user
            if not self._switches.on("B30", has_happened):
                raise

    def _is_confused(self, transaction: Transaction, old: User, new: User, action: Action) -> bool:
        """Return whether a replacement takes an address for somebody else's, as a defect does."""
        local, at, domain = new.email_key.partition("@")
        if not self._switches.has("N78") or action != "replace":
            return False
        # With the usual tag or without any: enough for a defect.
        other = (local.partition("+")[0] if "+" in local else f"{local}+tag") + at + domain
        found = transaction.view.page(Listing(old.tenant, email_key=other, limit=1))
        return self._switches.on("N78", any(user.id != old.id for user in found))

    def _stand_in(self, transaction: Transaction, tenant: str, user_id: str, revision: Revision) -> User:
        """Return whom to change when there is no such user; raises Problem 404."""
        on = self._switches.on
        if self._switches.has("N48"):
            foreign = transaction.view.find_anywhere(user_id)
            if on("N48", foreign) and foreign:
                return foreign
        ghost = transaction.view.find_ghost(tenant, user_id) if self._switches.has("M45") else None
        if ghost:
            on("M45")
            return self._revisions.revive(ghost)
        if revision.action == "replace" and on("M27"):
            user = self._revisions.invent(tenant, user_id, revision)
            transaction.create(user)
            return user
        raise problems.unknown_user()

    def _is_kept(self, old: User, new: User, revision: Revision) -> bool:
        """Return whether a change is stored: if there is one."""
        if new is old:
            return False
        if self._switches.on("M28", revision.action == "replace"):
            return False
        return not self._switches.on("N17", chance=1 / 25)

    def _spill(self, transaction: Transaction, old: User, new: User) -> None:
        """Let a change run over into others, as some defects do."""
        if self._switches.has("N176") and old.nickname:
            for namesake in transaction.find_namesakes(old, by="nickname"):
                self._switches.on("N176")
                transaction.update(namesake, self._revisions.infect(namesake, new, "name"))
        if self._switches.has("M33") and sum(new.id.encode()) % 7 == 0:
            for neighbour in transaction.find_neighbours(old)[:1]:
                self._switches.on("M33")
                transaction.update(neighbour, self._revisions.infect(neighbour, new))

    async def _change_later(
        self, tenant: str, user_id: str, revision: Revision, conditions: Conditions
    ) -> User:
        """Read, think and write in three steps instead of one, as some defects do."""
        on = self._switches.on
        with self._store.transaction() as transaction:
            old = transaction.find(tenant, user_id)
            if old is None:
                raise problems.unknown_user()
            self._check(old, conditions, revision)
        await asyncio.sleep(self._switches.random.uniform(0.004, 0.015))
        with self._store.transaction() as transaction:
            current = transaction.find(tenant, user_id)
            if current is None:
                if not on("N16"):
                    raise problems.unknown_user()
                transaction.create(old)
                current = old
            if not on("M103", current != old and conditions.match):
                self._check(current, conditions, revision)
            base = old if on("N15", current != old) else current
            new = self._revisions.apply(base, revision)
            if new is not base:
                transaction.update(current, new)
        return new

    async def _look_ahead(self, user: User) -> str:
        """Decide about an address before the transaction, as some defects do; return the defect."""
        if not self._switches.has("M69", "M72"):
            return ""
        return await self._look_ahead_for(user.tenant, user.email_key, user.id)

    async def _look_ahead_for(self, tenant: str, email_key: str, user_id: str) -> str:
        listing = Listing(tenant, email_key=email_key)
        if self._switches.has("M69"):
            with self._store.read() as view:
                holders = view.page(listing)
            await asyncio.sleep(self._switches.random.uniform(0.005, 0.03))
        else:
            with self._replicas.read(0) as (view, _):
                holders = view.page(listing)
        if any(holder.id != user_id for holder in holders):
            raise problems.email_in_use()
        return "M69" if self._switches.has("M69") else "M72"


def _hash(password: str | None) -> str | None:
    """Hash a password, and lightly: each is made up for one run, and every creation pays for it."""
    if password is None:
        return None
    salt = secrets.token_bytes(16)
    key = hashlib.scrypt(password.encode(), salt=salt, n=16, r=8, p=1)
    return f"{salt.hex()}:{key.hex()}"
