"""Details that are no text, missing, the service's own or unknown to it, and passwords of every length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.behaviours.exploration.manners import (
    PASSWORDS,
    PLAINLY,
    REFUSED_PASSWORDS,
    Address,
    Manner,
    own_address,
)
from support.behaviours.exploration.texts import AT_THE_LIMIT, COUNTED_ALIKE, Fate, Sample
from support.cast.variations import CHOSEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.behaviours.exploration.model import Known
    from support.behaviours.exploration.sequence import Sequence
    from support.target import Target

# What is no text; a detail is sent as one of them now and then.
NO_TEXTS: tuple[Any, ...] = (42, ["Ada"], True, None, 0, {"first": "Ada"})
STRANGE_MEMBERS: dict[str, Any] = {"$where": "1==1", "__proto__": {"isAdmin": True}, "unknown": None}
DETAILS = ("name", "email", "nickname")
VERBS = ("create", "change", "replace")
NAME = {"name": Sample("Grace", "order")}


def send_no_text(sequence: Sequence, known: Known | None, number: int) -> None:
    """Send what is no text for a detail: it is refused, and never converted."""
    value = NO_TEXTS[number % len(NO_TEXTS)]
    verb = VERBS[number // len(NO_TEXTS) % len(VERBS)]
    detail = DETAILS[(number + number // len(NO_TEXTS)) % len(DETAILS)]
    if is_no_text_for(sequence.target, detail, value):
        write(sequence, verb, known, {**NAME, detail: value}, PLAINLY)


def is_no_text_for(target: Target, detail: str, value: object) -> bool:
    """Return whether a value has to be refused for a detail because of what it is."""
    is_allowed = value is None and detail in target.fields.nullable
    is_mapped = getattr(target.fields, detail) is not None
    return target.promise("validation") and is_mapped and not is_allowed


def send_strange_member(sequence: Sequence, known: Known | None, number: int) -> None:
    """Send a member that only the service writes, or that nobody knows."""
    fields = sequence.target.fields
    own = [name for name in CHOSEN if getattr(fields, name) in sequence.target.server_fields]
    members = {**{name: CHOSEN[name] for name in own}, **STRANGE_MEMBERS}
    name = list(members)[number % len(members)]
    verb = VERBS[number // len(members) % len(VERBS)]
    write(sequence, verb, known, NAME, Manner(also={name: members[name]}))


def send_text_at_limit(sequence: Sequence, known: Known | None, number: int) -> None:
    """Send texts that are as long as details may be, or one that is by a character too long."""
    target = sequence.target
    verb, too_long = VERBS[number % len(VERBS)], ("", "name", "nickname")[number // len(VERBS) % 3]
    limits = {
        name: getattr(target.limits, name)
        for name in ("name", "nickname")
        if getattr(target.fields, name) is not None
    }
    if too_long and not (too_long in limits and target.promise("validation")):
        return
    unit = COUNTED_ALIKE[number % len(COUNTED_ALIKE)]
    details = {name: Sample(unit * limit, AT_THE_LIMIT) for name, limit in limits.items()}
    if too_long:
        details[too_long] = Sample(unit * (limits[too_long] + 1), "too long", Fate.REFUSED)
    write(sequence, verb, known, {**NAME, **details}, PLAINLY)


def write_the_same(sequence: Sequence, known: Known | None, number: int) -> None:
    """Write a user as they are, now and then but for the nickname, which is left out and so cleared."""
    target = sequence.target
    if known is None or known.certain is None:
        return
    same = {"name": Sample(str(known.certain["name"]), "the same", Fate.EITHER)}
    if number % 3 == 0 and target.promise("patch"):
        sequence.change(known, same, None)
    elif target.promise("put") and target.fields.nickname is not None:
        nickname = {"nickname": Sample("Countess", "order")}
        sequence.replace(known, {**same, **nickname}, None)
        sequence.replace(known, {**same, **(nickname if number % 3 == 1 else {})}, None)


def give_up_address(sequence: Sequence, _known: Known | None, number: int) -> None:
    """Have a user move to another address after some changes: that one is taken, the old one free again."""
    target = sequence.target
    if not (sequence.has_room and target.promise("patch")):
        return
    domain = target.sending.email_domains[0]
    left, taken = (
        Address(Sample(f"{local}.{{mark}}@{domain}", "an address"), owner)
        for owner, local in enumerate(("left", "taken"))
    )
    holder = sequence.create(NAME, left)
    if holder is None:
        return
    for turn in range(number % 4):
        sequence.change(holder, {"name": Sample(f"Grace {turn}", "order")}, None)
    sequence.change(holder, {}, taken)
    for address in (taken, left):
        if sequence.has_room:
            sequence.create(NAME, address)
    sequence.delete(holder)
    for address in (left, taken):
        if sequence.has_room:
            sequence.create(NAME, address)


def clear_nickname(sequence: Sequence, known: Known | None, number: int) -> None:
    """Clear a nickname, and replace the user without one: no older one comes back."""
    target = sequence.target
    if known is None or "nickname" not in target.fields.nullable or not target.fields.nickname:
        return
    sequence.change(known, {"nickname": Sample("Countess", "a nickname")}, None)
    for _ in range(1 + number):
        sequence.change(known, {"nickname": None}, None)
    sequence.replace(known, NAME, None)


def leave_out_name(sequence: Sequence, known: Known | None, number: int) -> None:
    """Create or replace a user without a name, which is refused."""
    if sequence.target.fields.name is not None:
        write(sequence, "replace" if number % 2 else "create", known, {}, PLAINLY)


def send_password(sequence: Sequence, known: Known | None, number: int) -> None:
    """Create or replace a user with a password at a limit, from either side."""
    target = sequence.target
    if not target.promise("password"):
        return
    kind = list(PASSWORDS)[number % len(PASSWORDS)]
    if kind in REFUSED_PASSWORDS and not target.promise("validation"):
        return
    # Too short to be told from other text, or from nothing.
    if PASSWORDS[kind](target.limits) < SHORTEST_PASSWORD:
        return
    verb = "replace" if number // len(PASSWORDS) % 2 else "create"
    write(sequence, verb, known, NAME, Manner(password=kind))


SHORTEST_PASSWORD = 6


def write(
    sequence: Sequence, verb: str, known: Known | None, details: Mapping[str, Any], manner: Manner
) -> None:
    """Write details of a user as the verb says, where the target promises that."""
    if verb == "create":
        if sequence.has_room:
            sequence.create(details, own_address(sequence.target), manner)
    elif known is None:
        return
    elif verb == "change" and sequence.target.promise("patch"):
        sequence.change(known, details, None, manner)
    elif verb == "replace" and sequence.target.promise("put"):
        sequence.replace(known, details, None, manner)
