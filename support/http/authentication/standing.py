"""What a refusal of credentials means that have let the client in before.

A token may expire or be withdrawn in the middle of a run. That is a matter of set-up and no defect, and is
told apart from a service that refuses one request of many: credentials are renewed where that is possible;
otherwise a request of another kind has to tell whether they still let anybody in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.http.authentication.credentials import Credentials
    from support.http.history import Exchange


class Standing:
    """Whether one caller's credentials have worked in this process; shared by all of its clients."""

    def __init__(self, *, sees_list: bool = False) -> None:
        self._has_worked = False
        self.sees_list = sees_list

    def note(self, exchange: Exchange, *, is_list: bool) -> None:
        """Take note of how an attempt with the credentials ended."""
        if exchange.response is not None and exchange.response.status < 400:
            self._has_worked = True
            self.sees_list |= is_list

    def is_doubtful(self, exchange: Exchange) -> bool:
        """Return whether an attempt was refused although the credentials had worked before."""
        return self._has_worked and exchange.response is not None and exchange.response.status == 401

    def settle(
        self,
        refused: Exchange,
        credentials: Credentials,
        again: Callable[[], Exchange],
        control: Callable[[], Exchange],
    ) -> Exchange:
        """Return the attempt that counts: with renewed credentials, or the refused one if they still work.

        Raises Inconclusive when the credentials do not let the client in any more.
        """
        if credentials.renew(refused.request.headers):
            refused = again()
            if not self.is_doubtful(refused):
                return refused
        looked = control()
        if looked.response is not None and looked.response.status != 401:
            return refused
        raise Inconclusive(
            "the credentials have let the client in before and do not any more (401): "
            "have they expired, or been withdrawn?"
        )
