"""Watches every answer that a process receives for the rules that hold of all of them.

What breaks a rule is written into the run's folder, for the stories at the end that judge the whole run.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

from support.behaviours.access.answer_rules import RULES, TOO_OFTEN, Answer
from support.errors import UnexpectedContent
from support.http import Outcome
from support.http.retry import is_fault
from support.secrets import REDACTOR
from support.target.sending.operations import OperationName

if TYPE_CHECKING:
    from pathlib import Path

    from support.behaviours.access.answer_rules import Rule
    from support.http import Exchange, Operation
    from support.target import Target
    from support.users import Normalizer
    from support.users.validators import Validator

FILES = "broken-rules-*.jsonl"
MOST_WRITTEN = 20  # of each rule, by each process


class AnswerWatch:
    """Listens to the history of one process; judges that of all."""

    def __init__(
        self, folder: Path, worker: str, target: Target, normalizer: Normalizer, validator: Validator
    ) -> None:
        self._folder = folder
        self._file = folder / FILES.replace("*", worker)
        self._target = target
        self._normalizer = normalizer
        self._validator = validator
        promised = {name: rule for name, rule in RULES.items() if all(map(target.promise, rule.promises))}
        self._rules = promised
        self._offered = _paths_of(target)
        self._public = tuple(filter(None, (target.health, target.openapi)))
        self._deleted: set[str] = set()
        self._written: Counter[str] = Counter()
        self.broken: list[tuple[Rule, Operation, str]] = []  # by this process, with what was seen

    def listen(self, operation: Operation, exchange: Exchange) -> None:
        """Look at an attempt; called for each."""
        response = exchange.response
        url = exchange.request.url
        path = urlsplit(url).path
        # At any other path a gateway may answer that leads nowhere from there.
        is_about_users = self._offered.search(path) is not None and not path.endswith(self._public)
        if response is None or exchange.page is not None or not is_about_users:
            return
        # To whoever wants to get on, 429 is weather; it is a refusal of the service's own all the same.
        if is_fault(exchange, self._target.faults) and response.status != TOO_OFTEN:
            return
        is_again = url in self._deleted
        if operation.verb == "delete" and exchange.outcome is Outcome.OK:
            self._deleted.add(url)
        answer = Answer(
            operation, exchange, response, self._target, self._normalizer, self._validator, is_again
        )
        for name, rule in self._rules.items():
            if seen := rule.find_fault(answer):
                self.broken.append((rule, operation, REDACTOR.text(seen)))
                if self._written[name] < MOST_WRITTEN:
                    self._write(name, operation, seen)

    def _write(self, name: str, operation: Operation, seen: str) -> None:
        self._written[name] += 1
        about = {"story": operation.story, "verb": operation.verb, "subject": operation.subject}
        fact = {"rule": name, **about, "seen": REDACTOR.text(seen)}
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(fact) + "\n")

    def judge(self, name: str) -> None:
        """Require that no answer of the whole run, in whatever process, broke a rule."""
        facts = [fact for fact in self._read() if fact["rule"] == name]
        if facts:
            first = facts[0]
            more = f", and {len(facts) - 1} more" if len(facts) > 1 else ""
            raise UnexpectedContent(
                RULES[name].promised,
                f"the answer to {first['verb']} {first['subject']}: {first['seen']} ({first['story']}){more}",
            )

    def _read(self) -> list[dict[str, str]]:
        facts = []
        for file in sorted(self._folder.glob(FILES)):
            for line in file.read_text(encoding="utf-8").splitlines():
                try:
                    facts.append(json.loads(line))
                except ValueError:
                    continue  # torn by a crash
        return facts


def _paths_of(target: Target) -> re.Pattern[str]:
    """Return what the path of an operation that the profile names ends like."""
    names: tuple[OperationName, ...] = get_args(OperationName)
    routes = [target.operations.route(name, target.collection) for name in names]
    shapes = {re.escape(route.path.rstrip("/")).replace(r"\{id\}", "[^/]+") for route in routes if route}
    return re.compile(rf"(?:{'|'.join(sorted(shapes))})/?\Z")
