"""Every text and every address that services are known to get wrong, by every way in.

Users are created with them, replaced and changed. Chance finds what nobody thought of; what is known is not
left to it.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from support.behaviours.exploration.addresses import known_pairs
from support.behaviours.exploration.manners import Address
from support.behaviours.exploration.search import Findings
from support.behaviours.exploration.sequence import Sequence
from support.behaviours.exploration.texts import AT_THE_LIMIT, Sample, known_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.behaviours.exploration.choices import Choices
    from support.behaviours.exploration.model import Known

AT_ONCE = 24  # users of one sequence
Pair = tuple[Sample, Sample]


class BriefSequence(Sequence):
    """A sequence of many users, each of whom is only looked up after a step."""

    most_users = most_creations = AT_ONCE

    def look_at(self, known: Known) -> None:
        """Look a user up."""
        self.looks.by_id(known)


def broke(sequence: Sequence, findings: Findings, write: Callable[[Sequence], object]) -> bool:
    """Return whether what is written breaks a promise, at once or when its time has passed; it is noted."""
    is_broken = sequence.breaks_promise(write)
    findings.note(sequence)
    return is_broken


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
            if kind == AT_THE_LIMIT and not target.promise("validation-lengths"):
                continue
            texts = known_texts(kind, limit, trims=target.text.trims)
            if kind == "delicate" or not target.fields.nickname:
                yield from zip(texts, texts, strict=True)  # what one is refused for tells nothing of another
            else:
                yield from zip(texts[::2], texts[1::2] + texts[: len(texts) % 2], strict=True)

    def _send(self, pairs: list[Pair]) -> Pair | None:
        """Send some texts; return those with which a promise was broken."""
        sent: list[Pair] = []

        def write(sequence: Sequence) -> None:
            for pair in pairs:
                sent.append(pair)
                self._write(sequence, *pair)

        return sent[-1] if broke(self._begin(), self.findings, write) else None

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


class CheckedSequence(BriefSequence):
    """A sequence of many checks, after each step of which its user is looked up, and otherwise asked for."""

    def look_at(self, known: Known) -> None:
        """Look a user up, and ask for them without being shown them."""
        super().look_at(known)
        self.look_otherwise(known)


class FoundSequence(BriefSequence):
    """A sequence whose users are looked up and searched by all their emails after each step."""

    def look_at(self, known: Known) -> None:
        """Look a user up, check for them where they have just come or gone, and search for them."""
        super().look_at(known)
        has_come_or_gone = known.is_gone or len(known.moments) == 1
        if has_come_or_gone and self.target.promise("head") and self.looks.is_newest:
            self.looks.own.without_body(known)
        if self.target.promise("filter-by-email"):
            self.looks.by_email(known)
            self.looks.by_former_email(known)


class EveryAddress:
    """Has users take addresses that services confuse with one that is taken; `begin` gives a sequence."""

    def __init__(self, begin: Callable[[], Sequence], choices: Choices) -> None:
        self._begin = begin
        self._choices = choices
        self._target = choices.target
        self.findings = Findings()

    def run(self, kind: str) -> Findings:
        """Have each pair of a kind met by every way in; the first that breaks a promise is met once more."""
        for pair in known_pairs(self._target, kind):
            if self._meet(pair):
                self._meet(pair)
                break
        return self.findings

    def _meet(self, pair: Pair) -> bool:
        """Have one address taken, another one met by every way in, and the first given up and taken again."""
        taken, met = (Address(sample, 0) for sample in pair)
        return broke(self._begin(), self.findings, lambda it: it.act(lambda: self._write(it, taken, met)))

    def _write(self, sequence: Sequence, taken: Address, met: Address) -> None:
        name = {"name": Sample("Ada", "a name")}
        holder = sequence.create(name, taken)
        for way in self._ways(sequence, name):
            if known := way(met):
                sequence.delete(known)
        if holder is not None:
            self._move(sequence, holder, name, pair=(taken, met))
            sequence.delete(holder)
        sequence.create(name, taken)

    def _move(
        self, sequence: Sequence, known: Known, name: dict[str, Sample], pair: tuple[Address, Address]
    ) -> None:
        """Have the holder of the one address, in whatever letters, take the other one, and that one again.

        Each time somebody tries to have the one that was given up, which is the same in other letters or not.
        """
        moves: list[Callable[[Address], object]] = []
        if self._target.promise("patch"):
            moves.append(partial(sequence.change, known, {}))
        if self._target.promise("put"):
            moves.append(partial(sequence.replace, known, name))
        given_up, address = pair
        for move in moves:
            move(address)
            if newcomer := sequence.create(name, given_up):
                sequence.delete(newcomer)
            given_up, address = address, given_up

    def _ways(
        self, sequence: Sequence, name: dict[str, Sample]
    ) -> Iterator[Callable[[Address], Known | None]]:
        """Return what brings somebody to an address: to be created with it, replaced or changed."""

        def replace(met: Address) -> Known | None:
            known = sequence.create(name, self._choices.own_address)
            if known is not None:
                sequence.replace(known, name, met)
            return known

        def change(met: Address) -> Known | None:
            known = sequence.create(name, self._choices.own_address)
            if known is not None:
                sequence.change(known, {}, met)
            return known

        yield lambda met: sequence.create(name, met)
        if self._target.promise("put"):
            yield replace
        if self._target.promise("patch"):
            yield change
