"""What several clients do at once, as stories word it, and which of them may have succeeded.

Leads each phrase of the closed tables to `races` or `editors`, which send in bursts and judge what has
settled.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from support.behaviours.concurrency.races import Race
from support.errors import StoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from support.behaviours.concurrency.editors import Editors, Round
    from support.behaviours.concurrency.races import Races
    from support.cast import People

    Outcomes = Sequence[Race] | Sequence[Round]

ONE_EMAIL = "create users with one email"
DEEDS = (
    "each create a user",
    ONE_EMAIL,
    "replace all of them with one email",
    "change all of them to one email",
    "change different details of each of them",
    "change each of them while one of the clients deletes them",
    "change the email of each of them while one of the clients deletes them",
    "delete each of them",
    "replace user {Person} based on one version",
    "change user {Person} based on one version",
)
SAVE = re.compile(r"(replace|change) user (\w+) based on one version")
# What a deletion must not leave when a change crosses it.
RESTS = {"has come back": "deleted_stay_gone", "holds an email": "emails_are_free"}
WINNERS = ("user has the email", "client has saved user {Person}")


class Rounds:
    """Has clients act at once, round after round, and judges who succeeded."""

    def __init__(self, races: Races, editors: Editors, people: People) -> None:
        self._races = races
        self._editors = editors
        self._people = people

    def run(self, deed: str, clients: int, rounds: int = 1) -> Outcomes:
        """Have so many clients do a deed at once; in several rounds, which end with a find."""
        if save := SAVE.fullmatch(deed):
            whole = save[1] == "replace"
            return self._editors.save_at_once(self._people[save[2]], clients, rounds, whole=whole)
        people, races = list(self._people), self._races
        deeds: dict[str, Callable[[], Sequence[Race]]] = {
            "each create a user": lambda: [races.create_at_once(clients)],
            ONE_EMAIL: lambda: races.create_with_one_email(clients, rounds),
            "replace all of them with one email": lambda: races.move_to_one_email(people, rounds, whole=True),
            "change all of them to one email": lambda: races.move_to_one_email(people, rounds, whole=False),
            "change different details of each of them": lambda: races.change_at_once(people),
            "change each of them while one of the clients deletes them": lambda: races.delete_while_changing(
                people, "name"
            ),
            "change the email of each of them while one of the clients deletes them": lambda: (
                races.delete_while_changing(people, "email")
            ),
            "delete each of them": lambda: races.delete_at_once(people, clients),
        }
        if deed not in deeds:
            raise StoryError(f"no clients {deed!r} at once; they may {'; '.join(DEEDS)}")
        return deeds[deed]()

    def one_wins(self, winner: str, outcomes: Outcomes) -> None:
        """Require that in each round exactly one succeeded, and that what it did stands."""
        label = winner.removeprefix("client has saved user ")
        races = [each for each in outcomes if isinstance(each, Race)]
        saves = [each for each in outcomes if not isinstance(each, Race)]
        if saves:
            self._editors.exactly_one_wins(self._people[label], saves)
        elif races and races[0].email:
            self._races.one_moves_to_the_email(races)
        else:
            self._races.one_takes_the_email(races)

    def deleted_leave(self, rest: str, races: Sequence[Race]) -> None:
        """Require that a deletion left nothing of what a change that crossed it might have kept."""
        getattr(self._races, RESTS[rest])(races)
