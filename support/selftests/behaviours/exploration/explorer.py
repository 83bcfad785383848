"""An exploration of a reference service in this process, and answers that get lost on the way.

Its time is counted in requests, so that how much is explored depends on no machine.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from support.behaviours.access import AnswerWatch, PasswordWatch
from support.behaviours.access.callers import Fixed
from support.behaviours.exploration import Exploration
from support.behaviours.exploration.newcomers import Setting
from support.behaviours.exploration.sequence import Sequence
from support.behaviours.idempotency.repeats import Repeats
from support.cast.people import People
from support.clock import FakeClock
from support.convergence.observer import Observer
from support.convergence.polling import Convergence
from support.http.client import SessionClient
from support.http.history import Exchange, History, Outcome, Request, Response
from support.http.retry import FaultRetries, classify
from support.selftests.reference.probe import MAIN, OTHER
from support.target.profiles import load_target
from support.users.api import UsersApi
from support.users.normalizers import Normalizer
from support.users.validators import Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from support.selftests.reference.probe import Probe
    from support.target import Target

ATTEMPT_S = 0.05
BASE_URL = "http://127.0.0.1/api/v1"


class Passage:
    """The way to a service in this process; every so many-th attempt is lost before it or after it."""

    def __init__(self, probe: Probe, target: Target, clock: FakeClock, losses: float) -> None:
        self.tls: Mapping[str, Any] = {}
        self._probe = probe
        self._target = target
        self._clock = clock
        self._losses = losses
        self._chance = random.Random(1)

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str | bytes], body: bytes | None, attempt: int
    ) -> Exchange:
        sent = {name: value if isinstance(value, str) else value.decode() for name, value in headers.items()}
        request = Request(method, url, sent, body or b"")
        sent_at, at = self._clock.monotonic(), datetime.now(UTC)
        self._clock.advance(ATTEMPT_S)
        fate = self._chance.random()
        reply = None
        if fate >= self._losses / 2:
            path = url.removeprefix("http://127.0.0.1")
            token = None if "Authorization" in request.headers else MAIN
            reply = self._probe.send(method, path, body=body, headers=dict(request.headers), token=token)
        ended = self._clock.monotonic()
        if reply is None or fate < self._losses:
            return Exchange(request, attempt, sent_at, ended, at, Outcome.UNKNOWN, None, "reset")
        response = Response(reply.status, reply.headers, reply.body)
        outcome = classify(self._target.faults, response)
        return Exchange(request, attempt, sent_at, ended, at, outcome, response)

    def twin(self) -> Any:
        return self

    def close(self) -> None:
        """Keep the service: others may still want it."""


class Notebook:
    """A journal that only counts."""

    def __init__(self) -> None:
        self.intents: list[str] = []

    def intend(self, details: Mapping[str, Any], caller: str) -> int:
        self.intents.append(f"{caller}{details.get('email')}")
        return len(self.intents)

    def created(self, user_id: object, caller: str) -> None: ...

    def deleted(self, user_id: object, caller: str) -> None: ...

    def settle(self, numbers: Any) -> None: ...


class Explorer:
    """Everything that an exploration needs, over a service in this process."""

    def __init__(
        self,
        probe: Probe,
        folder: Path,
        *,
        losses: float = 0.0,
        without: tuple[str, ...] = (),
        beside: tuple[str, ...] = (),
        has_list: bool = True,
        ids_return: bool = False,
        has_nickname: bool = True,
        is_exclusive: bool = True,
        is_alone: bool = True,
        text: Mapping[str, bool] | None = None,
    ) -> None:
        whole = load_target("reference")
        bounds = whole.bounds.model_copy(update={"single_s": 0.05, "list_s": 0.05})
        promises = (whole.promises - set(without)) | set(beside)
        routes = whole.operations.model_copy(update={} if has_list else {"list": "none"})
        has = {} if has_nickname else {"nickname": None}
        fields = whole.fields.model_copy(update={"ids_return": ids_return, **has})
        kept = whole.text.model_copy(update=text or {})
        self.target = whole.model_copy(
            update={
                "bounds": bounds,
                "promises": promises,
                "exclusive": is_exclusive,
                "operations": routes,
                "fields": fields,
                "text": kept,
            }
        )
        self.folder = folder
        self.journal = Notebook()
        self.clock = FakeClock()
        self.people = People("accm00000aa", "gw0", 1, with_password=True, late_s=0.1)
        normalizer = Normalizer(self.target)
        retries = FaultRetries(self.target.faults, self.clock, random.Random(1))
        client = SessionClient(
            BASE_URL,
            self.target,
            transport=Passage(probe, self.target, self.clock, losses),
            history=History(),
            retries=retries,
        )
        api = UsersApi(client, normalizer, self.journal, self.people, self.clock)
        validator = Validator(self.target, normalizer)
        self.observer = Observer(api, validator, normalizer, Convergence(self.clock, []), self.clock)
        keys: Any = None
        repeats = Repeats(self.observer, self.people, keys)
        self.setting = Setting(
            self.observer,
            self.people,
            repeats,
            0.1,
            is_alone=is_alone,
            **self._watches(client),
        )

    def _watches(self, client: SessionClient) -> dict[str, Any]:
        """Return what else an exploration has: another tenant, and what watches every answer."""
        target, worker = self.target, "gw0"
        passwords = PasswordWatch(
            self.folder, worker, self.people.passwords_begin, target.fields.password, target.fields.masks
        )
        rules = AnswerWatch(self.folder, worker, target, self.observer.normalizer, self.observer.validator)
        client.history.listen(passwords.listen)
        client.history.listen(rules.listen)
        other = client.as_caller(Fixed("Authorization", f"Bearer {OTHER}"))
        return {
            "other": self.observer.api.with_client(other, "other"),
            "passwords": passwords,
            "rules": rules,
            "ids_return": target.fields.ids_return,
        }

    def exploration(self, seconds: float, seed: int = 1) -> Exploration:
        self.setting.seconds = seconds
        return Exploration(self.setting, self.folder, seed)

    def sequence(self, *is_over: Callable[[], bool]) -> Sequence:
        return Sequence(self.setting, *is_over)
