"""The requests of a story as steps that can be sent again.

Each operation is one step, as its last attempt went; what met weather and was never answered is left out.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from support.http.history import HUNG_UP
from support.report.reproductions.recording.steps import Step
from support.report.reproductions.recording.substitution import Substitution
from support.report.reproductions.script.answers import Answer
from support.report.reproductions.script.symbols import SYMBOL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.http import Operation
    from support.report.reproductions.recording.callers import Callers
    from support.target import Target
    from support.users import Normalizer


class Recording:
    """Turns the operations of a story into steps; `symbols` holds what their templates stand for."""

    def __init__(self, target: Target, base_url: str, callers: Callers, normalizer: Normalizer) -> None:
        self._target = target
        self._normalizer = normalizer
        self.symbols = Substitution(target, base_url, callers)
        self.steps: list[Step] = []

    def take(self, operations: Iterable[Operation]) -> list[Step]:
        """Take operations down in their order; those of controls, and what was never sent, are left out."""
        for operation in operations:
            if operation.exchanges and operation.verb != "control":
                self._take(operation)
        return self.steps

    def _take(self, operation: Operation) -> None:
        exchange, name = operation.last, f"a{len(self.steps) + 1}"
        request, response = exchange.request, exchange.response
        if response is None and exchange.fault != HUNG_UP:
            return  # weather: nobody knows what came of it
        answer = Answer(0, {})
        if response is not None:
            answer = Answer(response.status, response.headers, response.body)
        data: dict[str, Any] = {
            "name": name,
            "what": f"{operation.verb} {operation.subject}",
            "send": f"{request.method} {self.symbols.path(request.url)}",
            "status": answer.status,
        }
        who, own = self.symbols.headers(request.headers)
        data |= {"as": who} if who else {}
        data |= {"headers": own} if own else {}
        if request.body:
            data["body"], coding = self.symbols.body(request.body)
            data |= {"coding": coding} if coding != "utf-8" else {}
        step = Step(name, operation, exchange, data, answer, operation.verb, key=self.symbols.key_in(own))
        if request.method == "POST":
            data["creates"] = True
            data["again"] = bool(step.key)
        if response is None:
            data["hang_up"] = True
        if operation.persists:
            data["again"] = data["controls"] = True
        found = SYMBOL.findall(json.dumps(data, ensure_ascii=False))
        step.symbols = {f"{kind} {what}" for kind, what, _ in found}
        step.user = next((s.partition(" ")[2] for s in step.symbols if s.startswith("id ")), "")
        step.is_newest = self._target.headers.strong_read in own
        self.steps.append(step)
        self._learn(step)

    def _learn(self, step: Step) -> None:
        """Note what an answer tells that later requests may carry."""
        response = step.exchange.response
        if response is None:
            return
        if step.exchange.request.method == "POST" and step.is_done:
            user_id = self._normalizer.created_id(response)
            if user_id is not None and self.symbols.learn_id(step.name, user_id):
                step.user = step.user or step.name
        self.symbols.learn_headers(step.name, response.headers)
        if step.verb in {"list", "find"}:
            with contextlib.suppress(ValueError):
                following = self._normalizer.page(step.exchange).next or {}
                self.symbols.learn_cursor(step.name, str(following.get(self._target.lists.position, "")))
