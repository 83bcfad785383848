"""What may be drawn for a target: texts and addresses, as its profile promises them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from support.behaviours.exploration.addresses import addresses, pairs, spellings
from support.behaviours.exploration.checks.table import checks_for
from support.behaviours.exploration.manners import OWNERS, Address, own_address
from support.behaviours.exploration.texts import names

if TYPE_CHECKING:
    from support.target import Target


class Choices:
    """The strategies for one target."""

    def __init__(self, target: Target) -> None:
        limits, trims = target.limits, target.text.trims
        self.target = target
        validates = target.promise("validation")
        self.names = names(limits.name, trims=trims, validates=validates)
        self.nicknames = names(limits.nickname, least=0, trims=trims, validates=validates)
        owners = st.sampled_from([None, *range(OWNERS), *range(OWNERS)])
        self.addresses = st.builds(Address, addresses(target), owners)
        self.own_address = own_address(target)
        mine = st.just(0)
        one = st.builds(Address, spellings(target), mine)
        any_ = st.builds(Address, addresses(target, flawed=False), mine)
        self.family = st.tuples(one, one, any_, any_)
        self.pairs = st.tuples(pairs(target), mine).map(
            lambda drawn: tuple(Address(sample, drawn[1]) for sample in drawn[0])
        )
        self.checks = st.lists(st.sampled_from(checks_for(target)), min_size=1, max_size=3)
