"""The steps of a recorded story: one request each, or one walk through the list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.http import Outcome
from support.report.reproductions.script.answers import Answer
from support.users.forms.packing import query_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.http import Exchange, Operation
    from support.users import Normalizer

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(slots=True)
class Step:
    """One request of a story: `name` as scripts call it, `data` as they send it, `answer` as it was then.

    `user` is the step that created whom it is about, `key` what stands for its idempotency key, `symbols` all
    that its template holds, `pages` the operations of a walk. `is_settled`: it had to show the newest state.
    """

    name: str
    operation: Operation
    exchange: Exchange
    data: dict[str, Any]
    answer: Answer
    verb: str
    user: str = ""
    key: str = ""
    is_newest: bool = False
    is_settled: bool = True
    ends: bool = False
    ends_list: bool = False
    is_crossed: bool = False
    symbols: set[str] = field(default_factory=set)
    pages: list[Operation] = field(default_factory=list)

    @property
    def is_write(self) -> bool:
        """Whether it may change something."""
        return self.exchange.request.method in WRITES

    @property
    def is_of_whole_id(self) -> bool:
        """Whether it names its user by the id as it was given, and not by one that is like it."""
        return re.search(rf"[/=]\u00abid {self.user}\u00bb(?=[/?&]|$)", self.data["send"]) is not None

    @property
    def is_done(self) -> bool:
        """Whether it was answered that it has happened."""
        return self.exchange.outcome is Outcome.OK

    @property
    def marks(self) -> set[str]:
        """The numbers of the marks that it bears."""
        return {symbol.partition(" ")[2] for symbol in self.symbols if symbol.lower().startswith("mark ")}

    @property
    def needs(self) -> set[str]:
        """The names of the steps whose answers it needs."""
        named = (symbol.partition(" ")[2].split(" ")[0] for symbol in self.symbols)
        return {name for name in named if re.fullmatch(r"a\d+", name)}


def joined_walks(steps: Sequence[Step], normalizer: Normalizer) -> list[Step]:
    """Return the steps with the pages of each walk as one step."""
    joined: list[Step] = []
    for step in steps:
        last = joined[-1] if joined else None
        if last is not None and last.verb == step.verb == "list" and _follows(last, step, normalizer):
            last.answer.pages = last.answer.pages or [_page(last.answer)]
            last.answer.pages.append(step.answer)
            last.pages.append(step.operation)
            last.data["walk"] = True
            last.exchange = step.exchange
            continue
        joined.append(step)
    for step in joined:
        step.ends_list = bool(step.pages) and _leads_nowhere(step, normalizer)
        step.ends = step.ends_list or (bool(step.pages) and step.pages[-1].is_end)
    _note_crossings(joined)
    return joined


def _note_crossings(steps: Sequence[Step]) -> None:
    """Note which steps were on their way while another one wrote to the same user."""
    of_user: dict[str, list[Step]] = {}
    for step in steps:
        of_user.setdefault(step.user, []).append(step)
    for same in (same for user, same in of_user.items() if user):
        writes = [step for step in same if step.is_write]
        for step in same:
            step.is_crossed = any(write is not step and _overlap(write, step) for write in writes)


def _overlap(one: Step, other: Step) -> bool:
    spans = [(step.operation.exchanges[0].sent_at, step.exchange.answered_at) for step in (one, other)]
    return max(sent for sent, _ in spans) < min(answered for _, answered in spans)


def _page(answer: Answer) -> Answer:
    return Answer(answer.status, answer.headers, answer.body)


def _leads_nowhere(step: Step, normalizer: Normalizer) -> bool:
    try:
        return normalizer.page(step.exchange).next is None
    except ValueError:
        return False


def _follows(last: Step, step: Step, normalizer: Normalizer) -> bool:
    try:
        page = normalizer.page(last.exchange)
    except ValueError:
        return False
    return page.next is not None and query_of(step.exchange.request.url) == page.next
