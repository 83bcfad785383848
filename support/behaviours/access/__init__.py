"""Who may do what, what an answer gives away, and what every answer must say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.access.answer_watch import AnswerWatch
from support.behaviours.access.callers import Callers
from support.behaviours.access.password_watch import PasswordWatch
from support.behaviours.access.privacy import Privacy
from support.behaviours.users import Users
from support.behaviours.users.positive_controls import CONTROLLED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.cast import People
    from support.convergence import Observer

__all__ = ["Access", "AnswerWatch", "Callers", "PasswordWatch", "Privacy"]


class Access:
    """What stories about access and privacy do and expect; `tokens` are by the profile's variable names."""

    def __init__(
        self,
        observer: Observer,
        people: People,
        tokens: Mapping[str, str],
        watch: PasswordWatch,
        rules: AnswerWatch,
    ) -> None:
        self._observer = observer
        self._people = people
        self.callers = Callers(observer, people, tokens)
        self.privacy = Privacy(observer, watch, rules)

    def users_of(self, caller: str) -> Users:
        """Return what stories do and expect of users, as a caller sees them; `the client` is one of them."""
        return Users(self._observer.as_seen_by(self.callers.api_of(caller)), self._people, CONTROLLED)
