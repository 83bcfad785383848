"""Several editors of one user at once: who saves on top of what, and whose work is there in the end.

Each round begins with the newest version; all editors save on top of it at once. For work that nobody may
lose, each editor adds letters of their own, so that what stands in the end tells whose work was kept, also of
attempts whose answer was lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.errors import Disagreement, DuplicateEffect, Inconclusive, UnexpectedAnswer
from support.http import Outcome
from support.http.retry import is_fault
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from support.behaviours.concurrency.bursts import Bursts, Deed
    from support.behaviours.concurrency.versions import Versions
    from support.convergence import Observer
    from support.http import Operation
    from support.users import Person, UsersApi

LETTERS = "abcdefgh"
RELOAD_PAUSE_S = 0.01
LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Round:
    """One round: what each editor wanted to save on top of one version, and what was there afterwards."""

    wanted: Sequence[Mapping[str, Any]]
    saves: Sequence[Operation]
    look: Operation
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(slots=True)
class Count:
    """What editors who reload and try again have added: letters by editor, and what stands in the end."""

    added: dict[str, int]
    stands: str
    look: Operation


class Editors:
    """Lets several editors save at once, and judges what came of it."""

    def __init__(self, observer: Observer, versions: Versions, bursts: Bursts) -> None:
        self._observer = observer
        self._api = observer.api
        self._validator = observer.validator
        self._clock = observer.clock
        self._versions = versions
        self._bursts = bursts

    def save_at_once(self, person: Person, editors: int, rounds: int, *, whole: bool) -> list[Round]:
        """Have so many editors save a person on top of one version, round after round; stop at a find.

        They replace the `whole`, or change one detail.
        """
        done: list[Round] = []
        look, user, tag = self._versions.look(person)
        for _ in range(rounds):
            before = self._observer.normalizer.readable(user)
            versions = [person.next_version() for _ in range(self._bursts.fit(editors))]
            wanted = versions if whole else [{**before, "name": each["name"]} for each in versions]
            saves = self._bursts.at_once([self._save(person, each, tag, whole=whole) for each in wanted])
            look, user, tag = self._versions.look(person)
            after = self._observer.normalizer.readable(user)
            done.append(Round(wanted, saves, look, before, after))
            self._settle_writes(person, after)
            if len(_winners(saves)) > 1:
                break
        return done

    def exactly_one_wins(self, person: Person, rounds: Sequence[Round]) -> None:
        """Require that of each round's editors one succeeded, and that what they saved stands."""
        promised = f"of several who save {person.subject} on top of one version at once, exactly one succeeds"
        stored = self._observer.normalizer.stored
        for each in rounds:
            winners = _winners(each.saves)
            evidence = [each.saves[i] for i in winners] or list(each.saves)
            if len(winners) > 1:
                seen = f"{len(winners)} of {len(each.saves)} succeeded"
                raise DuplicateEffect(promised, seen, evidence=evidence)
            for save in each.saves:
                if save.outcome is Outcome.REFUSED:
                    self._versions.refused(save)
                elif save.response is not None and not is_fault(save.last, self._api.target.faults):
                    self._observer.validator.answered(save)
            lost = [i for i, save in enumerate(each.saves) if _may_have_happened(save)]
            if not winners and not lost:
                seen = f"all {len(each.saves)} were refused"
                raise UnexpectedAnswer(promised, seen, evidence=evidence)
            allowed = [stored(each.wanted[i]) for i in winners or lost]
            if each.after not in allowed and (winners or each.after != each.before):
                raise Disagreement(
                    f"what the only one saved who succeeded stands ({person.subject})",
                    f"a look-up shows {clip(each.after.get('name'))}",
                    evidence=[*evidence, each.look],
                )

    def count_together(self, person: Person, editors: int, times: int) -> Count:
        """Have so many editors each add a letter so many times, reloading whenever somebody was faster."""
        detail = "nickname" if self._api.target.fields.nickname else "name"
        start = f"{person.mark} "
        tag = self._versions.look(person)[2]
        self._save(person, {**person.current, detail: f"{start}-"}, tag, whole=True)(self._api)

        def edit(letter: str) -> Callable[[UsersApi], int]:
            return lambda api: self._add_letters(person, detail, letter, times, api)

        letters = LETTERS[: self._bursts.fit(editors)]
        added = self._bursts.side_by_side([edit(letter) for letter in letters])
        look, user, _ = self._versions.look(person)
        after = self._observer.normalizer.readable(user)
        self._settle_writes(person, after)
        stands = str(after[detail]).rpartition("-")[2]
        return Count(dict(zip(letters, added, strict=True)), stands, look)

    def nothing_is_lost(self, person: Person, count: Count) -> None:
        """Require that every letter that an editor knows to be saved stands there, and no other."""
        stands = Counter(count.stands)
        if dict(stands) != {letter: number for letter, number in count.added.items() if number}:
            raise Disagreement(
                f"nobody's work on {person.subject} is lost: {sum(count.added.values())} additions",
                f"{sum(stands.values())} are there ({clip(count.stands)}, saved were {count.added})",
                evidence=[count.look],
            )

    def _save(self, person: Person, details: Mapping[str, Any], tag: str, *, whole: bool) -> Deed:
        headers = {"If-Match": tag}
        if whole and self._api.target.promise("put-writes"):
            return lambda api: api.replace(person, details, headers=headers)
        return lambda api: api.change(
            person, {"name": details["name"]} if not whole else details, headers=headers
        )

    def _add_letters(self, person: Person, detail: str, letter: str, times: int, api: UsersApi) -> int:
        """Add a letter so many times; after an attempt without an answer one's own letters tell."""
        added = 0
        deadline = self._clock.monotonic() + LONGEST_S
        while added < times:
            if self._clock.monotonic() > deadline:
                raise Inconclusive(f"an editor of {person.subject} did not get through in {LONGEST_S:g} s")
            _, user, tag = self._versions.glance(person, api)
            text = str(self._observer.normalizer.readable(user)[detail])
            mine = text.rpartition("-")[2].count(letter)
            if mine > added:
                added = mine
                continue
            save = self._save(person, {**person.current, detail: text + letter}, tag, whole=True)(api)
            if save.outcome is Outcome.OK:
                added += 1
            elif save.outcome is Outcome.REFUSED:
                self._versions.refused(save)
                self._clock.sleep(RELOAD_PAUSE_S)
        return added

    @staticmethod
    def _settle_writes(person: Person, after: Mapping[str, Any]) -> None:
        """Put the write that stands last: where writes crossed, the order of their answers tells nothing."""
        for write in list(person.writes):
            if all(write.details.get(name) == value for name, value in after.items()):
                person.writes.remove(write)
                person.writes.append(write)
                return


def _winners(saves: Sequence[Operation]) -> list[int]:
    return [i for i, save in enumerate(saves) if save.outcome is Outcome.OK]


def _may_have_happened(save: Operation) -> bool:
    return any(exchange.outcome is Outcome.UNKNOWN for exchange in save.exchanges)
