"""Ids that belong to nobody: never given, like somebody's, or of somebody who was deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.behaviours.exploration.addresses import write_out
from support.behaviours.exploration.manners import Address, Manner
from support.behaviours.exploration.texts import Sample
from support.behaviours.exploration.verdicts import NOBODY
from support.behaviours.users.unknown_ids import unknown_id_like
from support.http import Call

if TYPE_CHECKING:
    from support.behaviours.exploration.model import Known
    from support.behaviours.exploration.sequence import Sequence
    from support.target.sending.operations import OperationName

# Like the id of somebody. What is odd in itself may be refused for that, and not as the id of nobody.
LIKENESSES = (
    "an unknown user",
    "an id that is cut short",
    "an id that has one character more",
    "an id that is in the other case",
    "an id that has leading zeros",
)
ODD = (
    "an id that has a null character at the end",
    "an id that has a blank at the end",
    "an id that is very long",
    "an id that is a percent sign",
)
CHANGES_AT_ONCE = 4
ALAN = {"name": Sample("Alan", "order")}


def look_for_unknown(sequence: Sequence, known: Known | None, number: int) -> None:
    """Look for an id that is like one of somebody's, and belongs to nobody."""
    if known is None:
        return
    api = sequence.api
    ways = (*((likeness, False) for likeness in (*LIKENESSES, *ODD)), *((like, True) for like in LIKENESSES))
    likeness, checks = ways[number % len(ways)]
    if checks and not sequence.target.promise("head"):
        return
    user_id = _like(sequence, known, likeness)
    operation = (api.check if checks else api.look_up)(user_id, likeness)
    # A reader who does not know the real user yet cannot take this id for theirs.
    if not checks and api.is_gone(operation) and sequence.target.promise("strong-read"):
        operation = api.look_up(user_id, likeness, strong=True)
    sequence.tell(f"{'checks for' if checks else 'looks up'} {likeness}", operation)
    if likeness in ODD:
        validator = sequence.observer.validator
        sequence.verdicts.answered(operation, lambda: validator.refused_cleanly(operation))
    else:
        sequence.verdicts.refused(operation, NOBODY)


def write_to_unknown(sequence: Sequence, known: Known | None, number: int) -> None:
    """Replace or change nobody, which is refused and creates nobody."""
    target, api = sequence.target, sequence.api
    verbs: list[OperationName] = [
        *(("replace",) if target.promise("put-known-only") else ()),
        *(("change",) if target.promise("patch") else ()),
    ]
    # Where a version must be named, leaving it out is the reason for refusing.
    if known is None or not verbs or target.promise("precondition-required"):
        return
    verb = verbs[number % len(verbs)]
    likeness = LIKENESSES[number // len(verbs) % 4]
    person = sequence.cast.introduce()
    unused = Address(Sample(f"nobody{number}.{{mark}}@{sequence.people.domains[0]}", "an address"), 0)
    email = write_out(unused.sample, sequence.cast.owners[0])
    person.details = {"name": "Nobody", "email": email, **sequence.secret(person)}
    api.intend(person.details)
    call = api.attempt(verb, _like(sequence, known, likeness), person.details)
    operation = api.send(call, verb, likeness)
    sequence.tell(f"{verb}s {likeness}", operation)
    sequence.verdicts.refused(operation, NOBODY)
    sequence.look_around()
    if sequence.has_room:  # what was refused has reserved nothing
        sequence.create(ALAN, unused)


def write_to_deleted(sequence: Sequence, known: Known | None, number: int) -> None:
    """Delete a user, and write or delete once more: nobody comes back."""
    if known is None:
        return
    sequence.delete(known)
    if not known.person.has_place(sequence.target):
        return
    if number % 3 == 0 and sequence.target.promise("put-known-only"):
        sequence.replace(known, ALAN, None)
    elif number % 3 == 1 and sequence.target.promise("patch"):
        sequence.change(known, ALAN, None)
    else:
        sequence.delete(known)


def change_often_and_delete(sequence: Sequence, known: Known | None, number: int) -> None:
    """Change a user several times in a row, and delete them, on top of an older version first."""
    if known is None or not sequence.target.promise("patch"):
        return
    for turn in range(2 + number % (CHANGES_AT_ONCE - 1)):
        sequence.change(known, {"name": Sample(f"Ada {turn}", "order")}, None)
    if sequence.target.promise("etag"):
        sequence.delete(known, Manner(guard="outdated"))
    sequence.delete(known)


def delete_everybody(sequence: Sequence, _known: Known | None, _number: int) -> None:
    """Try to delete all users at once, where the target may be put at risk, and its users are ours.

    Whoever loses their users by it is accused of nothing: not while other stories are under way.
    """
    target = sequence.target
    if not (target.destructive and target.exclusive and sequence.setting.is_alone) or target.production:
        return
    operation = sequence.api.send(Call("DELETE", target.collection), "delete", "all users at once")
    sequence.tell("tries to delete all users at once", operation)
    sequence.verdicts.refused(operation, "the action is not offered")
    sequence.look_around()


def _like(sequence: Sequence, known: Known, likeness: str) -> Any:
    return unknown_id_like(likeness, known.person.id, ignores_case=sequence.target.fields.ids_ignore_case)
