"""What must be true of what clients saw in sessions of their own: their own changes, and never backwards.

Judges what `support.behaviours.consistency.sessions` recorded and sends nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.convergence.timelines import Seen
from support.errors import DivergedAgain, Inconclusive, NotApplicable, UnexpectedContent
from support.users.api import LATER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.behaviours.consistency.sessions import Account
    from support.convergence import Observer, PersonProbe
    from support.http import Operation

GUARANTEES = {
    "the client's own changes": "saw_own",
    "no older state after a newer one": "never_went_back",
    "the newest state": "saw_newest",
    "the first change together with the second": "saw_both",
}


class SessionGuarantees:
    """Judges what clients saw in their sessions."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._validator = observer.validator

    def require(self, guarantee: str, accounts: Sequence[Account]) -> None:
        """Require that every session kept one of the guarantees."""
        getattr(self, GUARANTEES[guarantee])(accounts)

    def saw_own(self, accounts: Sequence[Account]) -> None:
        """Require that each client was given a token for its change and saw it in every look from then on.

        Who lost the answer to a deletion has lost the token with it; the next only says that they are gone.
        No token tells of a deletion that is yet to be done.
        """
        done = [account for account in accounts if not _is_later(account.deed)]
        if accounts and not done:
            raise NotApplicable("deletions are answered before they are done (202)")
        told = [account for account in done if not account.deed.adopted]
        if not told:
            raise Inconclusive(
                "every answer to a deletion was lost, and the token with it",
                evidence=[account.deed for account in accounts],
            )
        for account in accounts:
            self._done(account)
        for account in told:
            if not account.token:
                raise UnexpectedContent(
                    "every change is answered with a token for what it did",
                    f"the answer to {account.deed.verb} {account.deed.subject} has none",
                    evidence=[account.deed],
                )
            self._all_new(account, "a client sees its own change straight away")

    def saw_newest(self, accounts: Sequence[Account]) -> None:
        """Require that every look that asked for the newest state showed the change."""
        for account in accounts:
            self._done(account)
            self._all_new(account, "a client that asks for the newest state is shown it")

    def saw_both(self, accounts: Sequence[Account]) -> None:
        """Require that a client that was told of a change also saw what had led to it."""
        for account in accounts:
            self._done(account)
        for account in accounts:
            self._all_new(account, "a client that is told of a change sees what was seen before it was made")

    def never_went_back(self, accounts: Sequence[Account]) -> None:
        """Require that no client saw an older state after a newer one, or when the bound was over."""
        token = self._observer.api.target.headers.consistency_token.lower()
        bound_s = self._observer.api.target.bounds.single_s
        for account in accounts:
            self._done(account)
            newest, shown = -1, "nobody"
            for number, (probe, look) in enumerate(account.looks, 1):
                seen, words = probe.judge(look)
                if seen is Seen.NOTHING:
                    continue
                if seen is Seen.OLD and look.operation.last.sent_at > account.deed.answered_at + bound_s:
                    raise UnexpectedContent(
                        "whatever its token, a look shows what has changed before the promised time",
                        f"look {number} showed {words}",
                        evidence=[account.deed, look.operation],
                    )
                version = self._version(probe)
                if version < newest:
                    raise DivergedAgain(
                        "in one session nobody sees an older state after a newer one",
                        f"look {number} showed {words} after {shown}",
                        evidence=[account.deed, look.operation],
                    )
                # Where reads give no token, the next one carries nothing that would tell what was seen.
                if look.operation.response and token in look.operation.response.headers:
                    newest, shown = max(version, newest), words
            self._answered(account)

    def _all_new(self, account: Account, promised: str) -> None:
        for number, (probe, look) in enumerate(account.looks, 1):
            seen, words = probe.judge(look)
            if seen not in {Seen.NEW, Seen.NOTHING}:
                after_ms = (look.operation.last.sent_at - account.deed.answered_at) * 1000
                raise UnexpectedContent(
                    promised,
                    f"{account.deed.verb} {account.deed.subject}: look {number} of {len(account.looks)} "
                    f"({probe.view}), {after_ms:.0f} ms after the answer, showed {words}",
                    evidence=[account.deed, look.operation],
                )
        self._answered(account)

    def _answered(self, account: Account) -> None:
        if all(probe.judge(look)[0] is Seen.NOTHING for probe, look in account.looks):
            raise Inconclusive(
                f"no look at {account.person.subject} was answered",
                evidence=[account.deed, *(look.operation for _, look in account.looks)],
            )

    def _done(self, account: Account) -> None:
        accepted = self._observer.api.target.accepted
        statuses = {"replace": accepted.replace, "change": accepted.change, "delete": accepted.delete}
        created = account.person.writes[0].operation
        self._validator.done(created, accepted.create)
        if account.deed is not created:
            self._validator.done(account.deed, statuses[account.deed.verb])

    def _version(self, probe: PersonProbe) -> int:
        """Return which write the last look of a probe showed, counted from 0; -1 for nobody."""
        if probe.user is None:
            return -1
        normalizer = self._observer.normalizer
        shown = normalizer.readable(probe.user)
        written = [normalizer.stored(write.details) for write in probe.person.writes]
        return max((i for i, details in enumerate(written) if details == shown), default=-1)


def _is_later(deed: Operation) -> bool:
    """Return whether a deed was answered before it was done."""
    return bool(deed.exchanges) and deed.response is not None and deed.response.status == LATER
