"""Idempotency keys: repeats long after, without a key, by another tenant; and versions that must be named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.exploration.manners import GUARDS, KEYS, Manner, own_address
from support.behaviours.exploration.texts import Sample
from support.users import Person
from support.users.forms.versions import NO_VERSION

if TYPE_CHECKING:
    from support.behaviours.exploration.manners import Keyed
    from support.behaviours.exploration.model import Known
    from support.behaviours.exploration.sequence import Sequence

NAME = {"name": Sample("Radia", "order")}
OTHER_NAME = {"name": Sample("Donald", "order")}


def repeat_later(sequence: Sequence, _known: Known | None, number: int) -> None:
    """Send a creation again under its key when the user was changed, replaced or deleted meanwhile."""
    keyed = _create_under_key(sequence)
    if keyed is None:
        return
    if number % 3 == 0:
        sequence.delete(keyed.known)
    elif number % 3 == 1 and sequence.target.promise("patch"):
        sequence.change(keyed.known, OTHER_NAME, None)
    elif sequence.target.promise("put"):
        sequence.replace(keyed.known, OTHER_NAME, None)
    sequence.send_again(keyed)


def use_key_elsewhere(sequence: Sequence, _known: Known | None, number: int) -> None:
    """Use the key of a creation for a write of another kind, where it counts for nothing."""
    keyed = _create_under_key(sequence)
    if keyed is None:
        return
    manner = Manner(key=keyed.key)
    if number % 3 == 0 and sequence.target.promise("patch"):
        sequence.change(keyed.known, OTHER_NAME, None, manner)
    elif number % 3 == 1 and sequence.target.promise("put"):
        sequence.replace(keyed.known, OTHER_NAME, None, manner)
    else:
        sequence.delete(keyed.known, manner)


def create_under_like_key(sequence: Sequence, _known: Known | None, number: int) -> None:
    """Create another user under a key that is like one of before, and is another."""
    keyed = _create_under_key(sequence)
    if keyed is not None and sequence.has_room:
        key = sequence.new_key(keyed, list(KEYS)[number % len(KEYS)])
        sequence.create(OTHER_NAME, own_address(sequence.target), Manner(key=key))


def create_without_key(sequence: Sequence, _known: Known | None, _number: int) -> None:
    """Create a user without a key where there must be one, which is refused."""
    if not sequence.target.promise("key-required"):
        return
    person = sequence.cast.introduce()
    person.details = {"name": "Radia", "email": f"keyless.{person.mark}@{sequence.people.domains[0]}"}
    person.details.update(sequence.secret(person))
    operation = sequence.api.create(person, without_key=True)
    sequence.tell(f"creates {person.subject} without a key", operation)
    sequence.verdicts.refused(operation, "the key is missing")
    sequence.look_around()


def repeat_as_other_tenant(sequence: Sequence, _known: Known | None, _number: int) -> None:
    """Have another tenant send a creation, key and all, which makes a user of their own."""
    other, target = sequence.setting.other, sequence.target
    if other is None or not (target.promise("idempotency-key") and target.shows_user("create")):
        return
    keyed = _create_under_key(sequence)
    if keyed is None:
        return
    first = keyed.known.person
    person = Person(first.label, sequence.people.next_mark(), dict(first.writes[0].details))
    operation = other.create(person, key=keyed.key)
    sequence.tell(f"is another tenant, and sends the creation of {first.subject} under its key", operation)
    if person.id is not None and person.id != first.id:
        other.delete(person)
    sequence.verdicts.answered(operation, lambda: sequence.repeats.own_effect(keyed.operation, operation))
    sequence.look_at(keyed.known)


def look_as_other_tenant(sequence: Sequence, known: Known | None, number: int) -> None:
    """Have another tenant look for a user of ours, who does not exist for them."""
    other, target = sequence.setting.other, sequence.target
    if other is None or known is None or not known.is_there:
        return
    person, strong = known.person, target.promise("strong-read")
    if number % 2 and target.promise("filter-by-email"):
        operation, items = other.find(person.email, person.subject, strong=strong)
        sequence.tell(f"is another tenant, and searches for the email of {person.subject}", operation)
        sequence.verdicts.finds_no(person, operation, items)
    else:
        operation = other.look_up(person.id, person.subject, strong=strong)
        sequence.tell(f"is another tenant, and looks up {person.subject}", operation)
        sequence.verdicts.refused(operation, "the user belongs to another tenant")


def write_on_top(sequence: Sequence, known: Known | None, number: int) -> None:
    """Change, replace or delete a user on top of a version, or of none where there must be one."""
    target = sequence.target
    if known is None or not known.is_there:
        return
    guards = [guard for guard in GUARDS if guard]
    guard = guards[number % len(guards)]
    verb = ("change", "replace", "delete")[number // len(guards) % 3]
    if target.promise("precondition-required") and number % 2:
        _write_without_version(sequence, known, verb)
    elif not target.promise("etag"):
        return
    elif verb == "change" and target.promise("patch"):
        sequence.change(known, OTHER_NAME, None, Manner(guard=guard))
    elif verb == "replace" and target.promise("put"):
        sequence.replace(known, OTHER_NAME, None, Manner(guard=guard))
    elif verb == "delete":
        sequence.delete(known, Manner(guard=guard))


def _write_without_version(sequence: Sequence, known: Known, verb: str) -> None:
    person, api = known.person, sequence.api
    if verb == "change" and sequence.target.promise("patch"):
        operation = api.change(person, {"name": "Donald"}, headers=NO_VERSION)
    elif verb == "replace" and sequence.target.promise("put"):
        details = {"name": "Donald", "email": person.email, **sequence.secret(person)}
        operation = api.replace(person, details, headers=NO_VERSION)
    else:
        operation = api.delete(person, headers=NO_VERSION)
    sequence.tell(f"{operation.verb}s {person.subject} without a version", operation)
    sequence.verdicts.refused(operation, "the version is missing")
    sequence.look_at(known)


def _create_under_key(sequence: Sequence) -> Keyed | None:
    """Create a user under a key; None where none may be created, or it is open whether one was."""
    if not sequence.has_room or not sequence.target.promise("idempotency-key"):
        return None
    manner = Manner(key=sequence.new_key(None, ""))
    known = sequence.create(NAME, own_address(sequence.target), manner)
    keyed = sequence.keyed[-1] if sequence.keyed else None
    return keyed if keyed is not None and keyed.known is known else None
