"""Everything that a story needs in one process, put together from a run: one stage for a worker.

It only wires; what the parts do is theirs. Callers are known by the variable that holds their token, and
each has connections of its own.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from support.arrangement import Arrangement
from support.audit import Audit
from support.breaker import Breaker, probe_of
from support.bursts import Bursts
from support.cast import Cast
from support.circuits import open_circuit
from support.client import SessionClient
from support.clock import SystemClock
from support.credentials import credentials_for
from support.crossings import Crossings
from support.crowds import Crowds
from support.detours import Detours
from support.editors import Editors
from support.everybody import Everybody
from support.everyday import Everyday
from support.export import HistoryExport
from support.facts import FactTaker
from support.findings import Findings
from support.halves import Halves
from support.haste import Haste
from support.journal import Journal
from support.keys import Keys
from support.listing import ListWitness
from support.logs import RunLog, silence
from support.misuse import Misuse
from support.normalizers import Normalizer
from support.passwords import PasswordWatch
from support.politeness import Gates, Pace
from support.polling import Convergence
from support.privacy import Privacy
from support.repeats import Repeats
from support.retry import FaultRetries
from support.session_findings import SessionFindings
from support.sessions import Sessions
from support.settings import load_tls
from support.shapes import Views
from support.traces import Traces
from support.transport import Transport
from support.users import UsersApi
from support.validators import Judge
from support.variations import Variations
from support.versions import Versions
from support.visitors import Visitors
from support.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.cast import Person
    from support.exchange import History
    from support.run import Run


class Stage:
    """The parts of one process; `history` is shared by all of them."""

    def __init__(self, run: Run, worker: str, history: History) -> None:
        self.run = run
        self.history = history
        self.clock = SystemClock()
        target = run.target
        self.journal = Journal(run.folder / f"journal-{worker}.jsonl")
        self.log = RunLog(
            run.reports / "run.jsonl", run=run.id, worker=worker, correlation_id=target.headers.correlation_id
        )
        history.listen(self.log.record)
        silence()
        late_s = 2 * max(target.bounds.single_s, target.bounds.list_s)
        self.cast = Cast(run.id, worker, run.seed, with_password=target.promise("password"), late_s=late_s)
        self.normalizer = Normalizer(target)
        self.judge = Judge(target, self.normalizer)
        self.retries = FaultRetries(
            target.faults, self.clock, random.Random(f"{run.seed}:{worker}"), target.timeouts.operation_s
        )
        caller = target.auth.token if target.auth.scheme != "none" else ""
        tls = load_tls(target.auth)
        self.client = SessionClient(
            run.base_url,
            target,
            transport=Transport(target, self.clock, tls),
            history=history,
            retries=self.retries,
            credentials=credentials_for(target.auth, run.tokens, caller),
            gate=self._gate(tls),
        )
        self.api = UsersApi(self.client, self.normalizer, self.journal, self.cast, self.clock, caller)
        convergence = Convergence(self.clock, history)
        self.witness = Witness(self.api, self.judge, self.normalizer, convergence, self.clock)
        self.lists = ListWitness(self.witness)
        self.everybody = Everybody(self.witness, convergence, self.clock)
        self.crowds = Crowds(self.api, self.cast, self.witness, self.clock)
        self.sessions = Sessions(
            self.api,
            self.cast,
            self.witness,
            credentials_for(target.auth, run.tokens, caller),
            self.clock,
        )
        self.session_findings = SessionFindings(self.witness)
        self.export = HistoryExport(run.reports / "history.jsonl", target, run=run.id, worker=worker)
        self.facts = FactTaker(run.folder / f"facts-{worker}.jsonl", target, self.normalizer)
        self.audit = Audit(run.folder, self._viewpoint, self._eyes, self.normalizer, self.clock)
        self.variations = Variations(self.cast, target.limits)
        self.findings = Findings(self.api, self.cast, self.judge, self.witness)
        self.misuse = Misuse(self.api)
        self.arrangement = Arrangement(
            self.api, self.cast, self.judge, self.witness, self.lists, self.variations
        )
        bursts = Bursts(self.api, self.clock)
        self.detours = Detours(self.api, self.clock)
        self.keys = Keys(self.api, self.cast, bursts)
        self.repeats = Repeats(self.api, self.cast, self.keys, self.judge, self.witness)
        self.versions = Versions(self.api, self.judge, self.witness)
        self.editors = Editors(self.api, self.versions, bursts, self.judge, self.witness, self.clock)
        self.crossings = Crossings(self.api, self.cast, bursts, self.judge, self.witness, self.findings)
        watch = PasswordWatch(run.folder, worker, self.cast.passwords_begin, target.fields.password)
        history.listen(watch.listen)
        self.privacy = Privacy(self.api, self.judge, history, watch)
        self.visitors = Visitors(self.api, self.cast, self.witness, run.tokens)
        self.haste = Haste(self.api, self.visitors, self.cast, self.clock)
        self.halves = Halves(self.api, self.judge, self.witness)
        self.everyday = Everyday(self.api, self.judge, self.witness, self.clock)
        self.traces = Traces(self.api, self.judge, self.witness)
        self.views = Views(self.api, self.judge, self.witness)

    def _gate(self, tls: Mapping[str, Any]) -> Gates:
        """Put the abort switch and the pace between the client and the target, for all workers together."""
        run, target, clock = self.run, self.run.target, self.clock
        pace = Pace(run.folder, target.politeness, clock)
        self.history.listen(pace.heed)
        tell = self.log.alert
        circuit = open_circuit(run.folder, clock, redis_url=run.redis_url, scope=run.base_url, tell=tell)
        probe = probe_of(run.base_url + target.collection, target, clock, tls)
        return Gates([Breaker(circuit, clock, probe, tell), pace])

    def begin(self, story: str) -> None:
        """Set the stage for a story, named by the id of its test."""
        self.client.start_story(story)
        self.cast.start_story(story)
        self.arrangement.before.clear()
        self.everybody.begin()
        self.keys.begin()
        self.versions.begin()
        self.visitors.leave()
        self._begun = (story, len(self.cast.everyone), len(self.history), len(self.history.timelines))

    def end(self) -> None:
        """Hand over to the audit what the story has made of its people, and to others how it went."""
        story, people, operations, timelines = self._begun
        if self.run.target.politeness.live_users is not None:
            self._make_room(self.cast.everyone[people:])
        done = self.history.since(operations)
        self.facts.hand_over(story, self.cast.everyone[people:], done, self.history.timelines[timelines:])
        self.export.write(done)

    def _make_room(self, people: Sequence[Person]) -> None:
        """Delete a story's people as soon as it is over: the target has room for few."""
        for person in people:
            if person.id is not None and not person.is_deleted:
                self._eyes(person.caller).delete(person)

    def other_tenant(self) -> UsersApi:
        """Give the API as the other tenant of the profile sees it, over connections of its own."""
        return self._eyes(self.run.target.auth.other_tenant or "")

    def lists_as(self, api: UsersApi) -> ListWitness:
        """Give what finds out the truth about the list, as another caller sees it."""
        return ListWitness(self.witness.as_seen_by(api))

    def arrangement_as(self, api: UsersApi) -> Arrangement:
        """Give what brings a story's beginning about, at another caller's."""
        lists = self.lists_as(api)
        witness = self.witness.as_seen_by(api)
        return Arrangement(api, self.cast, self.judge, witness, lists, self.variations)

    def _viewpoint(self, caller: str) -> str:
        """Name the caller who sees what a caller has made: of one tenant, the one that may ask most."""
        return caller if caller == self.run.target.auth.other_tenant else self.api.caller

    def _eyes(self, caller: str) -> UsersApi:
        """Give the API as a caller sees it."""
        if caller == self.api.caller:
            return self.api
        credentials = credentials_for(self.run.target.auth, self.run.tokens, caller)
        return self.api.with_client(self.client.as_caller(credentials), caller)

    def close(self) -> None:
        """Close what is open."""
        self.client.close()
        self.journal.close()
        self.facts.close()
        self.export.close()
        self.log.close()
