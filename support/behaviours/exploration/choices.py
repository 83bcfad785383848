"""What may be drawn for a target: texts, addresses, orders and members, as its profile promises them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from support.behaviours.exploration.addresses import addresses, pairs, spellings
from support.behaviours.exploration.manners import OWNERS, Address
from support.behaviours.exploration.texts import Sample, names
from support.cast.variations import CHOSEN

if TYPE_CHECKING:
    from support.target import Target

# What is no text; a detail is sent as one of them now and then.
NO_TEXTS: tuple[Any, ...] = (42, 0, True, ["Ada"], {"first": "Ada"}, None)
STRANGE_MEMBERS: dict[str, Any] = {"$where": "1==1", "__proto__": {"isAdmin": True}, "unknown": None}


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
        self.own_address = Address(Sample(f"ada.{{mark}}@{target.sending.email_domains[0]}", "an address"))
        mine = st.just(0)
        one = st.builds(Address, spellings(target), mine)
        any_ = st.builds(Address, addresses(target, flawed=False), mine)
        self.family = st.tuples(one, one, any_, any_)
        self.pairs = st.tuples(pairs(target), mine).map(
            lambda drawn: tuple(Address(sample, drawn[1]) for sample in drawn[0])
        )
        orders = sorted(target.lists.sort_keys) if target.promise("sorting") else []
        self.orders = st.sampled_from(["", *orders])
        own = {
            name: value
            for name, value in CHOSEN.items()
            if getattr(target.fields, name) in target.server_fields
        }
        self.members = st.sampled_from(
            [{name: value} for name, value in (*own.items(), *own.items(), *STRANGE_MEMBERS.items())]
        )

    def is_no_text_for(self, detail: str, value: object) -> bool:
        """Return whether a value has to be refused for a detail because of what it is."""
        is_allowed = value is None and detail in self.target.fields.nullable
        is_mapped = getattr(self.target.fields, detail) is not None
        return self.target.promise("validation") and is_mapped and not is_allowed
