"""What speaks for the verdict on a clause, in sentences for people who do not read requests."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from support.report.contract import read_promises
from support.report.record import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from support.report.promises.clauses import ClauseResult, Scenario

_UNPROMISED = re.compile(r"does not promise ([a-z-]+)")
_ASIDE = re.compile(r" \(.*\)$")


def tell(clause: ClauseResult, target: str, known: Sequence[dict[str, Any]]) -> str:
    """Return the evidence on a clause; `known` are the deviations as the summary has them."""
    return " ".join(_sentences(clause, target, known))


def _sentences(clause: ClauseResult, target: str, known: Sequence[dict[str, Any]]) -> Iterator[str]:
    if not clause.stories:
        yield "No story of this run asked for it."
        return
    asked = len(clause.stories) - len(clause.of_verdict(Verdict.NOT_APPLICABLE))
    broken, undecided, deviating, kept = (
        len(clause.of_verdict(verdict))
        for verdict in (Verdict.BROKEN, Verdict.INCONCLUSIVE, Verdict.KNOWN, Verdict.KEPT)
    )
    if broken:
        yield f"{_of(broken, asked)} saw it broken."
    if undecided:
        yield f"{_of(undecided, asked)} could not decide it."
    for entry in known if deviating else ():
        covered = [story for story in clause.of_verdict(Verdict.KNOWN) if _covers(entry, story)]
        if covered:
            seen = f"saw it deviate as known until {entry['expires']}: {entry['reason'].rstrip('.')}."
            yield f"{_of(len(covered), asked)} {seen}"
    if kept:
        yield f"{_of(kept, asked)} saw it kept."
    reasons = Counter(
        put_plainly(story["reason"], target) for story in clause.of_verdict(Verdict.NOT_APPLICABLE)
    )
    for reason, count in reasons.items():
        yield f"{_stories(count)} {'was' if count == 1 else 'were'} not asked, since {reason}."


def put_plainly(reason: str, target: str) -> str:
    """Return why a story was not asked of a target, without the names that only a profile uses."""
    if " is not set, and " in reason:
        return "the access token for it was missing"
    said = _ASIDE.sub("", reason.replace(f"target {target} ", "the service "))
    if match := _UNPROMISED.fullmatch(said.removeprefix("the service ")):
        promise = read_promises().get(match[1], match[1])
        return f"this service does not promise it ({promise.partition(': ')[2] or promise})"
    return said


def _covers(entry: dict[str, Any], story: Scenario) -> bool:
    return entry["name"] in story["ids"] or entry["name"] in story["clauses"]


def _of(count: int, asked: int) -> str:
    if count == asked:
        return {1: "The one story", 2: "Both stories"}.get(count, f"All {count} stories")
    return f"{count} of {asked} stories"


def _stories(count: int) -> str:
    return "1 story" if count == 1 else f"{count} stories"
