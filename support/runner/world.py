"""The world of a process: everything that its stories share, put together from a run.

It only wires; what the parts do is theirs. Callers are known by the variable that holds their token, and each
has connections of its own.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

from support.audit import Audit, FactLog, ListHealth, ListLog
from support.behaviours.access import Access, AnswerWatch, PasswordWatch
from support.behaviours.concurrency import Concurrency
from support.behaviours.consistency import Consistency
from support.behaviours.exploration import Exploration
from support.behaviours.exploration.newcomers import Setting
from support.behaviours.idempotency import Idempotency
from support.behaviours.openapi import Description
from support.behaviours.refusals import Refusals
from support.behaviours.strain import Strain
from support.behaviours.users import Users
from support.behaviours.users.positive_controls import CONTROLLED
from support.cast import People
from support.cleanup import Journal
from support.clock import SystemClock
from support.convergence import Convergence, Observer
from support.http import SessionClient
from support.http.authentication.credentials import credentials_for
from support.http.gates.breaker import Breaker, is_usable, probe_of
from support.http.gates.breaker_state import open_state
from support.http.gates.rate_limiter import Gates, RateLimiter, Shared
from support.http.gates.redis_pace import open_pace
from support.http.retry import FaultRetries
from support.http.transport import Transport
from support.report.reproductions.live import LiveService
from support.report.reproductions.recording.callers import Callers
from support.report.reproductions.reproducer import Reproducer
from support.runner.history_export import HistoryExport
from support.runner.run_log import RunLog, silence
from support.target.settings import ROOT, load_constants, load_tls
from support.users import Normalizer, UsersApi, Validator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.cleanup import Run
    from support.convergence import Timeline
    from support.http import Credentials, Exchange, History
    from support.users import Person

ONLY_WORKER = "gw"  # of a run without further processes
EXPLORED = ROOT / ".acceptance" / "explored"  # what explorations found, to be tried first the next time


class World:
    """What the stories of one process share; `history` and `timelines` are also the report's."""

    def __init__(self, run: Run, worker: str, history: History, timelines: list[Timeline]) -> None:
        self.run = run
        self._worker = worker
        self.history = history
        self.timelines = timelines
        self.clock = SystemClock()
        target = run.target
        self.journal = Journal(run.folder / f"journal-{worker}.jsonl")
        self.log = RunLog(
            run.folder / "run.jsonl", run=run.id, worker=worker, correlation_id=target.headers.correlation_id
        )
        history.listen(self.log.record)
        silence()
        self.export = HistoryExport(run.folder / "history.jsonl", target, run=run.id, worker=worker)
        late_s = 2 * max(target.bounds.single_s, target.bounds.list_s)
        self.people = People(
            run.id,
            worker,
            run.seed,
            with_password=target.promise("password"),
            late_s=late_s,
            limits=target.limits,
            domains=target.sending.email_domains,
        )
        self.normalizer = Normalizer(target)
        caller = target.auth.token if target.auth.scheme != "none" else ""
        credentials = credentials_for(target, run.tokens, caller, run.base_url)
        self.client = self._connect(worker, credentials)
        self.api = UsersApi(self.client, self.normalizer, self.journal, self.people, self.clock, caller)
        convergence = Convergence(self.clock, timelines)
        observer = Observer(
            self.api, Validator(target, self.normalizer), self.normalizer, convergence, self.clock
        )
        fields = target.fields
        beginning = self.people.passwords_begin
        self.passwords = PasswordWatch(run.folder, worker, beginning, fields.password, fields.masks)
        history.listen(self.passwords.listen)
        self.rules = AnswerWatch(run.folder, worker, target, self.normalizer, observer.validator)
        history.listen(self.rules.listen)
        # The service that comes along is not looked at first.
        self.users = Users(observer, self.people, CONTROLLED if run.embedded else run.controls)
        self.concurrency = Concurrency(observer, self.people, self.users)
        self.idempotency = Idempotency(observer, self.people, self.concurrency)
        self.consistency = Consistency(observer, self.people, credentials)
        self.refusals = Refusals(self.api)
        self.access = Access(observer, self.people, run.tokens, self.passwords, self.rules)
        self.strain = Strain(observer, self.people, self.access.callers)
        self.facts = FactLog(run.folder / f"facts-{worker}.jsonl", target, self.normalizer)
        self.lists = ListLog(run.folder / f"lists-{worker}.jsonl", target)
        self.list_health = ListHealth(run.folder, self.api, observer.validator, self.clock)
        self.reproducer = self._reproducer()
        self.audit = Audit(run.folder, self._viewpoint, self._api_of, self.normalizer, self.clock)

    def _reproducer(self) -> Reproducer:
        """Make what writes scripts of broken promises; its requests go beside the history."""
        run, target = self.run, self.run.target
        callers = Callers(target, run.tokens, load_constants(target))
        live = LiveService(
            run.base_url,
            target,
            Transport(target, self.clock, load_tls(target.auth)),
            self.gate,
            self.journal,
            callers,
            self.normalizer,
            self.clock,
            self.people,
        )
        return Reproducer(run.reports, target, self.normalizer, callers, live, is_embedded=run.embedded)

    def _connect(self, worker: str, credentials: Credentials | None) -> SessionClient:
        """Make the client of this process, with breaker and rate limit between it and the target."""
        run, target = self.run, self.run.careful_target
        tls = load_tls(target.auth)
        breaker, limiter = self._gates(tls, credentials)
        self.gate = Gates([breaker, limiter])
        self.require_service = breaker.require_service

        def is_given_up() -> bool:
            return breaker.has_given_up

        chance = random.Random(f"{run.seed}:{worker}")
        return SessionClient(
            run.base_url,
            target,
            transport=Transport(target, self.clock, tls, is_given_up),
            history=self.history,
            retries=FaultRetries(target.faults, self.clock, chance, target.timeouts.operation_s, is_given_up),
            credentials=credentials,
            gate=self.gate,
            constants=load_constants(target),
            sees_list=target.has_list,  # as the first look has seen
        )

    def _gates(self, tls: Mapping[str, Any], credentials: Credentials | None) -> tuple[Breaker, RateLimiter]:
        """Make the breaker and the rate limiter that all workers share."""
        run, target, clock = self.run, self.run.target, self.clock
        tell = self.log.alert
        state = open_state(run.folder, clock, redis_url=run.redis_url, scope=run.base_url, tell=tell)
        probe = probe_of(
            run.base_url + target.landmark,
            target,
            clock,
            tls,
            credentials,
            load_constants(target),
            f"{run.base_url}{target.single_landmark}",
        )
        # A service that we have brought along ourselves does not come back.
        max_outage_s = 0.0 if run.embedded else target.faults.max_outage_s

        def usable(exchange: Exchange) -> bool:
            return is_usable(exchange, target)

        breaker = Breaker(state, clock, probe, usable, max_outage_s, tell)
        limits = target.pace
        pace = open_pace(run.redis_url, run.base_url, clock, tell)
        own = limits.part(run.shard.of) if pace and run.shard else limits
        shared = Shared(pace, limits) if pace else None
        limiter = RateLimiter(run.folder, own, clock, lambda: breaker.has_given_up, shared)
        self.history.listen(limiter.heed)
        return breaker, limiter

    def explore(self, seconds: float) -> Exploration:
        """Return the exploration of a story, where the fewest other users live: in the other tenant, if any.

        Every walk through the list costs by how many live there.
        """
        run = self.run
        other = run.target.auth.other_tenant
        is_other = run.target.promise("tenants") and other in run.tokens
        observer = self.users.observer
        if is_other:
            observer = observer.as_seen_by(self._api_of(other or ""))
        place = run.target.name if run.embedded else re.sub(r"\W+", "-", run.base_url)
        setting = Setting(
            observer,
            self.people,
            self.idempotency.repeats,
            late_s=2 * max(run.target.bounds.single_s, run.target.bounds.list_s),
            other=self.api if is_other else None,
            passwords=self.passwords,
            rules=self.rules,
            seconds=seconds,
            ids_return=run.target.fields.ids_return,
            is_alone=self._worker == ONLY_WORKER and run.shard is None,
        )
        return Exploration(setting, EXPLORED / place, run.seed)

    def describe(self, requests: int) -> Description:
        """Return the service's description of itself, of which so many requests are made up an operation."""
        return Description(self.users.observer, self.people, requests, self.run.seed)

    def begin(self, story: str) -> None:
        """Begin a story, named by the id of its test."""
        self.client.start_story(story)
        self.people.start_story(story)
        self.users.setup.before.clear()
        self.consistency.all_readers.begin()
        self.idempotency.keys.begin()
        self.concurrency.versions.begin()
        self.access.callers.leave()
        self._begun = (story, len(self.people.everyone), len(self.history), len(self.timelines))

    def end(self) -> None:
        """Hand what the story has made of its people to the audit, and its exchanges to the export."""
        story, people, operations, timelines = self._begun
        if self.run.target.request_limits.live_users is not None:
            self._make_room(self.people.everyone[people:])
        done = self.history.since(operations)
        self.facts.hand_over(story, self.people.everyone[people:], done, self.timelines[timelines:])
        self.lists.hand_over(story, done)
        self.export.write(done)

    def _make_room(self, people: Sequence[Person]) -> None:
        """Delete a story's people as soon as it is over: the target has room for few."""
        for person in people:
            if person.id is not None and not person.is_deleted:
                self._api_of(person.caller).delete(person)

    def _viewpoint(self, caller: str) -> str:
        """Name the caller who sees what a caller has made: of one tenant, the one that may ask most."""
        return caller if caller == self.run.target.auth.other_tenant else self.api.caller

    def _api_of(self, caller: str) -> UsersApi:
        """Return the API as a caller sees it."""
        if caller == self.api.caller:
            return self.api
        credentials = credentials_for(self.run.target, self.run.tokens, caller, self.run.base_url)
        return self.api.with_client(self.client.as_caller(credentials), caller)

    def close(self) -> None:
        """Close what is open."""
        self.client.close()
        self.journal.close()
        self.facts.close()
        self.lists.close()
        self.export.close()
        self.log.close()
