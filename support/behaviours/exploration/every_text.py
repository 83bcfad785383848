"""Every text that services are known to get wrong, by every way in: created, replaced and changed.

Chance finds what nobody thought of; what is known is not left to it.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from support.behaviours.exploration.search import Findings
from support.behaviours.exploration.sequence import Sequence
from support.behaviours.exploration.texts import known_texts
from support.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.behaviours.exploration.choices import Choices
    from support.behaviours.exploration.model import Known
    from support.behaviours.exploration.texts import Sample

AT_ONCE = 24  # users of one sequence
Pair = tuple["Sample", "Sample"]


class BriefSequence(Sequence):
    """A sequence of many users, each of whom is only looked up after a step."""

    most_users = most_creations = AT_ONCE

    def look_at(self, known: Known) -> None:
        """Look a user up."""
        self.looks.by_id(known)


class EveryText:
    """Has users called by every text of some kinds; `begin` gives a sequence for `room` of them."""

    def __init__(self, begin: Callable[[], Sequence], choices: Choices, room: int) -> None:
        self._begin = begin
        self._room = room
        self._choices = choices
        self._target = choices.target
        self.findings = Findings()

    def run(self, kinds: tuple[str, ...]) -> Findings:
        """Have each text sent in each way; the first that is spoilt is sent once more, alone."""
        pairs = iter(self._pairs(kinds))
        while batch := list(islice(pairs, self._room)):
            spoilt = self._send(batch)
            if spoilt is not None:
                self._send([spoilt])
                break
        return self.findings

    def _pairs(self, kinds: tuple[str, ...]) -> Iterator[Pair]:
        """Give two texts of one kind to each user, so that each follows the other as name and as nickname."""
        target = self._target
        limit = min(target.limits.name, target.limits.nickname)
        for kind in kinds:
            texts = known_texts(kind, limit, trims=target.text.trims)
            if kind == "delicate" or not target.fields.nickname:
                yield from zip(texts, texts, strict=True)  # what one is refused for tells nothing of another
            else:
                yield from zip(texts[::2], texts[1::2] + texts[: len(texts) % 2], strict=True)

    def _send(self, pairs: list[Pair]) -> Pair | None:
        """Send some texts; return those with which a promise was broken."""
        sequence, last = self._begin(), pairs[0]
        try:
            for last in pairs:
                self._write(sequence, *last)
            sequence.act(sequence.look_around)
            sequence.act(sequence.let_time_pass)
        except Failure:
            pass  # taken down by the sequence
        finally:
            sequence.clean_up()
        self.findings.note(sequence)
        return last if sequence.failure is not None else None

    def _write(self, sequence: Sequence, one: Sample, other: Sample) -> None:
        details = {"name": one, "nickname": other}
        known = sequence.act(lambda: sequence.create(details, self._choices.own_address))
        if known is None:
            return
        if self._target.promise("put"):
            swapped = {"name": other, "nickname": one}
            sequence.act(lambda: sequence.replace(known, swapped, None))
        if self._target.promise("patch"):
            sequence.act(lambda: sequence.change(known, details, None))
