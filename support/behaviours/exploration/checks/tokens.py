"""Consistency tokens: each look that carries the newest one shows the newest state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.exploration.texts import SORTABLE, Sample
from support.errors import CameBack, DivergedAgain, UnexpectedContent
from support.http import Outcome
from support.users.validators import clip

if TYPE_CHECKING:
    from support.behaviours.exploration.model import Known
    from support.behaviours.exploration.sequence import Sequence
    from support.http import Operation

LOOKS = 4  # after each write: one of several replicas may be behind


def look_with_token(sequence: Sequence, known: Known | None, number: int) -> None:
    """Change or delete a user and look at once, with the token of that write and then of each look."""
    target = sequence.target
    is_deletion = number % 4 == 3
    if known is None or not known.is_there or not target.promise("consistency-token"):
        return
    if not (is_deletion or target.promise("patch")):
        return
    person = known.person
    if is_deletion:
        sequence.delete(known)
        operation = person.deletion
    else:
        sequence.change(known, {"name": Sample(SORTABLE[number % len(SORTABLE)], "order")}, None)
        operation = person.writes[-1].operation
    header = target.headers.consistency_token
    token = _token(operation, header)
    if (
        operation is None
        or operation.outcome is not Outcome.OK
        or not known.is_settled_by(operation.answered_at)
    ):
        return
    for _ in range(LOOKS if token else 0):
        look = sequence.api.look_up(person.id, person.subject, headers={header: token})
        sequence.tell(f"looks up {person.subject} with the newest token", look)
        if not sequence.looks.answered(look):
            return
        _require_newest(sequence, known, look)
        token = _token(look, header)
        if not token:
            return


def _token(operation: Operation | None, header: str) -> str:
    response = operation.response if operation is not None else None
    return response.headers.get(header.lower(), "") if response is not None else ""


def _require_newest(sequence: Sequence, known: Known, look: Operation) -> None:
    """Require that a look shows what was acknowledged last."""
    validator, subject = sequence.observer.validator, known.person.subject
    promised = f"a look with the newest token shows the newest state of {subject}"
    is_gone = validator.answered(look).status in sequence.target.accepted.gone or sequence.api.is_gone(look)
    shown = None if is_gone else sequence.observer.normalizer.readable(validator.user(look))
    if known.allows(shown):
        return
    if shown is None:
        raise UnexpectedContent(promised, "nobody is found", evidence=[look])
    words = ", ".join(f"{name} {clip(value)}" for name, value in shown.items())
    raise (CameBack if known.is_gone else DivergedAgain)(promised, f"it shows {words}", evidence=[look])
