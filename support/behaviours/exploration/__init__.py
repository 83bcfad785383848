"""Exploration: what clients do is drawn by chance, and judged by what may be true of the users.

Responsible for finding what no example thought of: texts that services spoil, and orders of requests that
they do not expect. It holds only what the contract decides against a service, and asks only for what is
promised. Hypothesis is loaded when something is explored, and not before.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from support.errors import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.behaviours.exploration.choices import Choices
    from support.behaviours.exploration.newcomers import Setting
    from support.behaviours.exploration.search import Findings, Found
    from support.behaviours.exploration.sequence import Sequence
    from support.errors import Failure
    from support.users import Person

__all__ = ["EXPLORATIONS", "KNOWN_ADDRESSES", "KNOWN_TEXTS", "Exploration"]

# What clients do by chance: the machine that draws it, and its share of the time.
EXPLORATIONS = {
    "create, change and replace users with texts of every kind": ("texts", 0.4),
    "create, change, replace, delete and look in any order": ("sequences", 0.6),
}
# Texts that services are known to get wrong, as stories call some kinds of them; none is left to chance.
_WRITE = "create, change and replace users with"
KNOWN_TEXTS = {
    f"{_WRITE} names in many letters": (
        "letter case alone", "composition", "look-alikes", "scripts", "right to left", "joiners",
        "beyond the first plane", "one letter", "as long as allowed",
    ),
    f"{_WRITE} names that look like something else": (
        "numbers", "truth values", "nothing in disguise", "dates", "database words",
    ),
    f"{_WRITE} names with signs that software interprets": (
        "formulas", "quotes", "markup", "escapes", "templates", "structures",
    ),
    f"{_WRITE} names with odd blanks and invisible signs": ("blanks inside", "outer blanks", "delicate"),
}  # fmt: skip
KNOWN_ADDRESSES = {
    f"{_WRITE} {kind}": kind
    for kind in (
        "emails in other letters",
        "emails with dots, tags and wildcards",
        "emails that differ in one character",
        "emails with quotes, and long ones",
    )
}
CHECKED = 0.6  # of the time for sequences, in which no check is left to chance
HANDED_OVER = 40  # people of the last sequences, whom the audit at the end of the run looks at as well
LONGEST_STORY = 12  # steps that a summary in one line tells of


class Exploration:
    """Explores the service in a setting; `folder` keeps what is found for the next run."""

    def __init__(self, setting: Setting, folder: Path, seed: int) -> None:
        self._setting = setting
        self._observer = setting.observer
        self._folder = folder
        self._seed = seed

    def explore(self, wording: str) -> Findings:
        """Have clients do what a story words; return what came of it."""
        from support.behaviours.exploration.choices import Choices  # noqa: PLC0415
        from support.behaviours.exploration.every_text import (  # noqa: PLC0415
            AT_ONCE,
            BriefSequence,
            CheckedSequence,
            EveryAddress,
            EveryText,
            FoundSequence,
        )
        from support.behaviours.exploration.sequence import Sequence  # noqa: PLC0415

        target = self._observer.api.target
        last: deque[Sequence] = deque(maxlen=HANDED_OVER)

        make = {
            **dict.fromkeys(KNOWN_TEXTS, BriefSequence),
            **dict.fromkeys(KNOWN_ADDRESSES, FoundSequence),
        }.get(wording, Sequence)

        def begin(*is_over: Callable[[], bool], make: type[Sequence] = make) -> Sequence:
            last.append(make(self._setting, *is_over))
            return last[-1]

        choices = Choices(target)
        if wording in KNOWN_TEXTS:
            findings = EveryText(begin, choices, self._observer.api.fit(AT_ONCE)).run(KNOWN_TEXTS[wording])
        elif wording in KNOWN_ADDRESSES:
            findings = EveryAddress(begin, choices).run(KNOWN_ADDRESSES[wording])
        else:
            findings = self._search(wording, begin, partial(begin, make=CheckedSequence), choices)
        people: list[Person] = [known.person for sequence in last for known in sequence.users]
        self._setting.people.everyone += people[-HANDED_OVER:]
        return findings

    def _search(
        self,
        wording: str,
        begin: Callable[..., Sequence],
        begin_checked: Callable[..., Sequence],
        choices: Choices,
    ) -> Findings:
        """Have clients do by chance what a story words, for their share of the time."""
        from support.behaviours.exploration.checks.every_check import EveryCheck  # noqa: PLC0415
        from support.behaviours.exploration.machines import MACHINES  # noqa: PLC0415
        from support.behaviours.exploration.search import Search  # noqa: PLC0415

        kind, share = EXPLORATIONS[wording]
        machine = type(kind, (MACHINES[kind],), {"choices": choices})
        clock, seconds = self._observer.clock, self._setting.seconds * share
        search = Search(begin, clock, self._folder / kind, self._seed)
        if search.try_again(machine, seconds).found:
            return search.findings
        if kind == "sequences":
            until = clock.monotonic() + seconds * CHECKED
            folder = self._folder / kind
            checks = EveryCheck(begin_checked, choices.target, search.findings.note, folder, self._seed)
            checks.run(lambda: clock.monotonic() >= until)
            seconds -= max(0.0, seconds * CHECKED - (until - clock.monotonic()))
        return search.findings if len(search.findings.found) > 1 else search.run(machine, seconds)

    @staticmethod
    def held(findings: Findings) -> None:
        """Require that no promise was broken; a finding that could not be shown twice is no verdict."""
        if len(findings.found) > 1:
            raise _told(findings.shortest)
        if findings.found:
            only = findings.found[0]
            raise Inconclusive(
                f"a promise seemed broken once and in no sequence since: {_told(only)}",
                evidence=only.failure.evidence,
            )
        if len(findings.doubts) >= findings.sequences:
            reason = findings.doubts[-1] if findings.doubts else "there was no time for a single step"
            raise Inconclusive(f"nothing could be explored: {reason}")


def _told(found: Found) -> Failure:
    """Return the failure with the sequence that led to it, in one line and step by step."""
    failure, words = found.failure, list(found.words)
    brief = words if len(words) <= LONGEST_STORY else ["…", *words[-LONGEST_STORY:]]
    told = type(failure)(
        failure.promised,
        f"{failure.seen}; after {len(words)} steps: {'; '.join(brief)}",
        evidence=failure.evidence,
        timeline=failure.timeline,
        statuses=failure.statuses,
        check=failure.check,
        since=found.since,
    )
    keywords = ["When", *["And"] * (len(words) - 1)]
    steps = [f"    {keyword} {step}" for keyword, step in zip(keywords, words, strict=True)]
    told.add_note("\n".join(["  the shortest sequence that showed it:", *steps]))
    return told
