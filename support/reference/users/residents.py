"""Residents: users who were there long before anybody who calls, as many as a crowded service has.

They look like people of everyday life: nothing about them tells who put them there.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from support.reference.store.schema import User
from support.reference.users.addresses import key_of
from support.reference.users.revision import now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.reference.faults.switches import Switches
    from support.reference.users.identifiers import Identifiers

_FIRST = (
    "Aisha Alma Amir Anna Bruno Carla Chen Daniel Élodie Emil Fatima Felix Grace Hannah Ibrahim Ines Jakub "
    "James Jürgen Kofi Lena Liam Mara Mateo Mei Nadia Noah Olga Omar Pilar Quinn Rosa Samir Sofia Søren Tara "
    "Thomas Uma Viktor Wanda Xavier Yusuf Zoë"
)
_LAST = (
    "Abbott Bauer Cohen Costa Dubois Eriksen Fischer Gómez Haddad Ito Jansen Kim Kowalska Larsen Li Mbeki "
    "Meyer Müller Nakamura Novák O'Brien Okafor Patel Petrov Quist Rossi Sato Schmidt Silva Singh Smith "
    "Tanaka Ueda Varga Weber Wu Yilmaz Zhang"
)
_DOMAINS = ("mail.example", "post.example", "office.example", "school.example")
# They came one by one over the last two years, the last of them a day ago [us].
_DAY_US = 24 * 3600 * 1_000_000
_FIRST_CAME_US, _LAST_CAME_US = 730 * _DAY_US, _DAY_US


def make_residents(
    count: int, tenant: str, identifiers: Identifiers, switches: Switches, seed: int
) -> Iterator[User]:
    """Make so many users of a tenant, the oldest first; the same seed gives the same names and emails."""
    chance = random.Random(f"residents:{seed}")
    first_names, last_names = _FIRST.split(), _LAST.split()
    begin_us = now() - _FIRST_CAME_US
    for number in range(count):
        first, last = chance.choice(first_names), chance.choice(last_names)
        email = f"{first}.{last}.{number + 1}@{chance.choice(_DOMAINS)}".replace("'", "").lower()
        came_us = begin_us + (_FIRST_CAME_US - _LAST_CAME_US) * number // count
        yield User(
            id=identifiers.make_distinct(),
            tenant=tenant,
            name=f"{first} {last}",
            email=email,
            email_key=key_of(email, switches),
            nickname=chance.choice((None, first.lower())),
            role="member",
            password_hash=None,
            version=1,
            created_at=came_us,
            updated_at=came_us,
        )
