"""Machines that draw what clients do: Hypothesis chooses the steps and the values, a sequence does them.

Values are drawn again from earlier ones, so that A, B, A happens by itself, and a few addresses are shared by
all users of a sequence, so that conflicts, moves and returns are frequent. What may be drawn next never
depends on what the service answered, so that a sequence can be drawn again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, precondition, rule

from support.behaviours.exploration.manners import GUARDS, KEYS, PLAINLY, Address, Manner
from support.behaviours.exploration.texts import SORTABLE, Fate, Sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.behaviours.exploration.checks.table import Check
    from support.behaviours.exploration.choices import Choices
    from support.behaviours.exploration.manners import Keyed
    from support.behaviours.exploration.model import Known
    from support.behaviours.exploration.sequence import Sequence


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a user: what is known of them, None where the creation made nobody."""

    known: Known | None


class Machine(RuleBasedStateMachine):
    """A machine that has one sequence done; a subclass gives `choices` and `make_sequence`."""

    choices: Choices
    make_sequence: Callable[[], Sequence]

    def __init__(self) -> None:
        super().__init__()
        self.sequence = self.make_sequence()

    def promises(self, name: str) -> bool:
        """Return whether the target makes a promise."""
        return self.choices.target.promise(name)

    def create(self, details: dict[str, Any], email: Address | None, manner: Manner = PLAINLY) -> Slot:
        """Have a user created, if there is room for one more."""
        sequence = self.sequence
        if not sequence.has_room:
            return Slot(None)
        return Slot(sequence.act(lambda: sequence.create(details, email, manner)))

    def on(self, slot: Slot, deed: Callable[[Known], None]) -> None:
        """Do something to the user of a slot, if there is one, and no other user has, or may have, the id."""
        known = self.own(slot)
        if known is not None:
            self.sequence.act(lambda: deed(known))

    def own(self, slot: Slot) -> Known | None:
        """Return the user of a slot, if there is one, and no other user has, or may have, the id."""
        known = slot.known
        is_own = known is not None and not known.is_succeeded and known.person.has_place(self.choices.target)
        return known if is_own else None

    def keyed(self, number: int) -> Keyed | None:
        """Return one of the creations under a key."""
        keyed = self.sequence.keyed
        return keyed[number % len(keyed)] if keyed else None

    def key_of_creation(self, number: int) -> str | None:
        """Return the key of a creation, now and then."""
        keyed = self.keyed(number) if number in {1, 2} else None
        return None if keyed is None else keyed.key

    def teardown(self) -> None:
        """Look once more at what only time can tell, and delete the users of the sequence."""
        try:
            if sys.exc_info()[0] is None:
                self.sequence.act(self.sequence.let_time_pass)
        finally:
            self.sequence.clean_up()


FRESH_NAMES = st.runner().flatmap(lambda machine: machine.choices.names)
FRESH_NICKNAMES = st.runner().flatmap(lambda machine: machine.choices.nicknames)
FRESH_EMAILS = st.runner().flatmap(lambda machine: machine.choices.addresses)
FAMILY = st.runner().flatmap(lambda machine: machine.choices.family)
CHECKS = st.runner().flatmap(lambda machine: machine.choices.checks)
PAIRS = st.runner().flatmap(lambda machine: machine.choices.pairs)
# The last two are alike, and none are in the order of their creation.
FIRST_NAMES = st.sampled_from([(*SORTABLE[5:3:-1], SORTABLE[2], SORTABLE[2]), (*SORTABLE[2:4], SORTABLE[0])])
NOW_AND_THEN = st.integers(0, 7)
SELDOM = 5  # of those, not one of the ends, which are drawn more often
VERSIONS = st.sampled_from(tuple(GUARDS))
SLOTS = Bundle("slots")
NAMES = Bundle("names")
NICKNAMES = Bundle("nicknames")
EMAILS = Bundle("emails")
ANY_NAME = st.one_of(NAMES, FRESH_NAMES)
ANY_EMAIL = st.one_of(EMAILS, EMAILS, FRESH_EMAILS)
ANY_NICKNAME = st.one_of(NICKNAMES, FRESH_NICKNAMES)


class Texts(Machine):
    """Clients create, change and replace users with texts of every kind."""

    slots, names, nicknames, emails = SLOTS, NAMES, NICKNAMES, EMAILS

    @initialize(target=NAMES, drawn=st.lists(FRESH_NAMES, min_size=3, max_size=3))
    def think_of_names(self, drawn: list[Sample]) -> Any:
        """Have some names to choose from again and again."""
        return multiple(*drawn, *(Sample(word, "order") for word in SORTABLE[:3]))

    @initialize(target=NICKNAMES, drawn=st.lists(FRESH_NICKNAMES, min_size=2, max_size=2))
    def think_of_nicknames(self, drawn: list[Sample]) -> Any:
        """Have some nicknames to choose from again and again."""
        return multiple(*drawn)

    @initialize(target=EMAILS, drawn=FAMILY)
    def think_of_emails(self, drawn: tuple[Address, ...]) -> Any:
        """Have some addresses of one owner, alike and different, for users to take from one another."""
        return multiple(*drawn)

    @rule(target=SLOTS, name=ANY_NAME, nickname=ANY_NICKNAME, email=ANY_EMAIL, left_out=NOW_AND_THEN)
    def create_user(self, name: Sample, nickname: Sample, email: Address, left_out: int) -> Slot:
        """Create a user, now and then without a nickname."""
        details = {"name": name} if left_out == 1 else {"name": name, "nickname": nickname}
        return self.create(details, email)

    @precondition(lambda self: self.promises("patch"))
    @rule(slot=SLOTS, which=st.integers(1, 3), name=ANY_NAME, nickname=ANY_NICKNAME)
    def change_texts(self, slot: Slot, which: int, name: Sample, nickname: Sample) -> None:
        """Change the name, the nickname or both."""
        details = {**({"name": name} if which & 1 else {}), **({"nickname": nickname} if which & 2 else {})}
        self.on(slot, lambda known: self.sequence.change(known, details, None))

    @precondition(lambda self: self.promises("put"))
    @rule(slot=SLOTS, name=ANY_NAME, nickname=ANY_NICKNAME, email=st.one_of(st.none(), ANY_EMAIL))
    def replace_texts(self, slot: Slot, name: Sample, nickname: Sample, email: Address | None) -> None:
        """Replace a user."""
        details = {"name": name, "nickname": nickname}
        self.on(slot, lambda known: self.sequence.replace(known, details, email))


class Sequences(Texts):
    """Clients create, change, replace, delete and look, in whatever order.

    A few users are there from the start: two whose addresses are easily taken for one another, and two of one
    name, so that lists, searches and conflicts have something to show.
    """

    @initialize(target=SLOTS, pair=PAIRS, names=FIRST_NAMES, under=st.booleans())
    def meet_first_users(self, pair: tuple[Address, Address], names: tuple[str, ...], under: bool) -> Any:  # noqa: FBT001
        """Have some users, one of them created under a key."""
        slots: list[Slot] = []
        for number, name in enumerate(names):
            # The second address of a pair means something only where the first one was taken.
            is_paired = number == 0 or (number == 1 and slots[0].known is not None)
            email = pair[number] if is_paired else self.choices.own_address
            is_keyed = under and number == 0 and self.promises("idempotency-key")
            key = self.sequence.new_key(None, "") if is_keyed else None
            details = {"name": Sample(name, "order"), "nickname": Sample(f"<{name}>", "markup")}
            slots.append(self.create(details, email, Manner(key=key)))
        return multiple(*slots)

    @precondition(lambda self: self.promises("idempotency-key"))
    @rule(target=SLOTS, name=NAMES, email=ANY_EMAIL, like=NOW_AND_THEN, how=st.sampled_from(tuple(KEYS)))
    def create_under_key(self, name: Sample, email: Address, like: int, how: str) -> Slot:
        """Create a user under a key, now and then under one that is like another."""
        key = self.sequence.new_key(self.keyed(like) if like < 4 else None, how)
        return self.create({"name": name}, email, Manner(key=key))

    @precondition(lambda self: self.promises("idempotency-key"))
    @rule(which=NOW_AND_THEN)
    def send_again(self, which: int) -> None:
        """Send a creation again under its key, or now and then one that is refused each time."""
        keyed = self.keyed(which)
        if which == SELDOM and self.promises("validation"):
            self.sequence.act(self.sequence.repeat_refusal)
        elif keyed is not None:
            self.sequence.act(lambda: self.sequence.send_again(keyed))

    @precondition(lambda self: self.promises("idempotency-key"))
    @rule(which=NOW_AND_THEN, name=NAMES)
    def reuse_key(self, which: int, name: Sample) -> None:
        """Use the key of a creation for another one."""
        keyed = self.keyed(which)
        if keyed is not None and name.fate is Fate.TAKEN:
            self.sequence.act(lambda: self.sequence.reuse_key(keyed, {"name": name}))

    @precondition(lambda self: self.promises("patch"))
    @rule(
        slot=SLOTS,
        email=st.one_of(st.none(), ANY_EMAIL),
        name=st.one_of(st.none(), NAMES),
        nickname=st.one_of(st.just("as it is"), st.just("none"), NICKNAMES),
        guard=VERSIONS,
        under=NOW_AND_THEN,
    )
    def change(
        self, slot: Slot, email: Address | None, name: Sample | None, nickname: Any, guard: str, under: int
    ) -> None:
        """Change some details, now and then on top of a version, or with a key that is not for changes."""
        details: dict[str, Any] = {} if name is None else {"name": name}
        if isinstance(nickname, Sample):
            details["nickname"] = nickname
        elif nickname == "none" and "nickname" in self.choices.target.fields.nullable:
            details["nickname"] = None
        manner = Manner(guard=guard, key=self.key_of_creation(under))
        self.on(slot, lambda known: self.sequence.change(known, details, email, manner))

    @precondition(lambda self: self.promises("put"))
    @rule(
        slot=SLOTS,
        email=st.one_of(st.none(), ANY_EMAIL),
        name=NAMES,
        nickname=st.one_of(st.none(), NICKNAMES),
        guard=VERSIONS,
        under=NOW_AND_THEN,
    )
    def replace(
        self,
        slot: Slot,
        email: Address | None,
        name: Sample,
        nickname: Sample | None,
        guard: str,
        under: int,
    ) -> None:
        """Replace a user, now and then on top of a version, or with a key that is not for replacements."""
        details = {"name": name} if nickname is None else {"name": name, "nickname": nickname}
        manner = Manner(guard=guard, key=self.key_of_creation(under))
        self.on(slot, lambda known: self.sequence.replace(known, details, email, manner))

    @rule(slot=SLOTS, guard=VERSIONS, under=NOW_AND_THEN)
    def delete(self, slot: Slot, guard: str, under: int) -> None:
        """Delete a user, who may be gone already."""
        manner = Manner(guard=guard, key=self.key_of_creation(under))
        self.on(slot, lambda known: self.sequence.delete(known, manner))

    @rule(slot=SLOTS, checks=CHECKS)
    def run_checks(self, slot: Slot, checks: list[tuple[Check, int]]) -> None:
        """Do some small things that services are known to get wrong."""
        for check, number in checks:
            self.sequence.act(partial(check, self.sequence, self.own(slot), number))


MACHINES: dict[str, type[Machine]] = {"texts": Texts, "sequences": Sequences}
