"""Other people who use the same tenant meanwhile: only an oddity, and never in anybody's way."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from support.reference.http.conditions import Conditions

if TYPE_CHECKING:
    from support.reference.faults.switches import Switches
    from support.reference.store.schema import User
    from support.reference.users.users import Users

_AT_MOST = 8


class OtherTraffic:
    """Lets users appear and disappear that the caller does not know."""

    def __init__(self, users: Users, switches: Switches) -> None:
        self._users = users
        self._switches = switches
        self._present: deque[User] = deque()
        self._count = 0

    async def come_and_go(self, tenant: str) -> None:
        """Let somebody come or go now and then."""
        if not self._switches.has("B65") or not self._switches.on("B65", chance=0.3):
            return
        self._count += 1
        name, email = f"Stranger {self._count}", f"stranger{self._count}@example.net"
        fields = {"name": name, "email": email, "nickname": None, "password": None}
        user = self._users.compose(tenant, fields)
        await self._users.create(user, remember=lambda *_: None)
        self._present.append(user)
        if len(self._present) > _AT_MOST:
            gone = self._present.popleft()
            self._users.delete(gone.tenant, gone.id, Conditions())
