"""A list that fails for good is found at the end of the run, with the request that broke it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from support.audit.list_health import ListHealth, ListLog, oddness_of
from support.clock import FakeClock
from support.errors import Inconclusive, PersistentFault, UnexpectedAnswer
from support.http.history import Exchange, Operation, Outcome, Request, Response
from support.http.retry import classify
from support.target.profiles import load_target
from support.target.timing import Faults
from support.users import Validator
from support.users.normalizers import Normalizer

if TYPE_CHECKING:
    from pathlib import Path

    from support.target import Target

FLAKY = Faults(statuses=(429, 500, 503), max_outage_s=20.0)
STORY = "features/users/creating_a_user.feature::test_of_ada"


def mark(number: int) -> str:
    """Return the mark of a person."""
    return f"acctestrun00.gw0-{number}"


class Run:
    """What a run has sent, in a second for each request, and a service whose list is answered like `says`."""

    def __init__(self, folder: Path, *, faults: Faults | None = None) -> None:
        reference = load_target("reference")
        self.target: Target = reference.model_copy(update={"faults": faults or reference.faults})
        self.clock = FakeClock()
        self.folder = folder
        self.says: list[int] = [503]
        self.others_are_answered = True
        self.client = SimpleNamespace(control=lambda _: self.others_are_answered)
        self.done: list[Operation] = []

    def _send(self, verb: str, method: str, status: int, body: bytes = b"", shown: str = "") -> Operation:
        request = Request(method, "http://localhost/users", {"Authorization": "Bearer x"}, body)
        response = Response(status, {"content-type": "application/json"}, shown.encode())
        sent_at = self.clock.monotonic()
        self.clock.advance(1.0)
        outcome = classify(self.target.faults, response)
        exchange = Exchange(request, 1, sent_at, self.clock.monotonic(), self.clock.now(), outcome, response)
        return Operation(verb, "user Ada", STORY, [exchange])

    def create(self, number: int, name: str, status: int = 201) -> None:
        body = json.dumps(
            {"name": name, "email": f"ada.{mark(number)}@example.com", "password": "open sesame"}
        )
        self.done.append(self._send("create", "POST", status, body.encode()))

    def list(self, status: int, *shown: int) -> None:
        self.done.append(self._send("list", "GET", status, shown=" ".join(map(mark, shown))))

    def list_page(self, _query: Any) -> tuple[Operation, None]:
        """Answer as the API does that looks at the end."""
        return self._send("list", "GET", self.says.pop(0) if len(self.says) > 1 else self.says[0]), None

    def judge(self) -> None:
        log = ListLog(self.folder / "lists-gw0.jsonl", self.target)
        log.hand_over(STORY, self.done)
        log.close()
        api: Any = self
        validator = Validator(self.target, Normalizer(self.target))
        ListHealth(self.folder, api, validator, self.clock).judge()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a run whose list breaks with the third user."""
    made = Run(tmp_path)
    made.create(1, "Ada")
    made.list(200, 1)
    made.create(2, "<b>Ada</b>")
    made.list(200, 1, 2)
    made.create(3, "Ada \\ Lovelace")
    made.create(4, "Grace")
    for _ in range(25):
        made.list(503)
    return made


def test_the_request_before_which_a_list_was_answered_last_is_told(run: Run) -> None:
    with pytest.raises(PersistentFault, match=r"whatever the details(?s:.*)failed in a row") as found:
        run.judge()
    told = str(found.value)
    assert told.index("Ada \\\\\\\\ Lovelace") < told.index("Grace")  # the odder one first
    assert "<b>" not in told  # which a list has shown
    assert "test_of_ada" in told
    assert "sesame" not in told


def test_what_lists_have_failed_for_shortly_is_waited_for(run: Run) -> None:
    """A run may end while an outage might still pass: then the list is asked for as long as one lasts."""
    run.done = run.done[:7]
    with pytest.raises(PersistentFault):
        run.judge()
    assert run.clock.monotonic() - run.done[-1].sent_at >= run.target.faults.max_outage_s


def test_a_list_that_comes_back_accuses_nobody(run: Run) -> None:
    run.done = run.done[:7]
    run.says = [503, 503, 503, 200]
    run.judge()


def test_a_list_that_is_answered_is_not_looked_into(run: Run) -> None:
    run.says = [200]
    run.judge()


def test_an_outage_of_everything_accuses_nobody(run: Run) -> None:
    run.others_are_answered = False
    with pytest.raises(Inconclusive, match="neither the list nor other requests"):
        run.judge()


def test_a_rate_limit_of_lists_accuses_nobody(run: Run) -> None:
    run.says = [429]
    with pytest.raises(Inconclusive):
        run.judge()


def test_a_fault_that_is_no_weather_needs_no_waiting(run: Run) -> None:
    run.done = run.done[:6]
    run.list(500)
    run.says = [500]
    begun = run.clock.monotonic()
    with pytest.raises(PersistentFault, match="Lovelace"):
        run.judge()
    assert run.clock.monotonic() - begun < run.target.faults.max_outage_s


def test_a_list_that_was_never_answered_is_a_fault_without_a_cause(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.create(1, "Ada")
    run.list(500)
    run.says = [500]
    with pytest.raises(UnexpectedAnswer, match="answered 500"):
        run.judge()


def test_a_service_that_may_answer_so_in_passing_is_convicted_by_time(tmp_path: Path) -> None:
    """Where 500 counts as weather, every story about lists was inconclusive, and the run was."""
    run = Run(tmp_path, faults=FLAKY)
    run.list(200)
    run.create(1, "Ada \\ Lovelace")
    run.list(500)
    run.says = [500]
    begun = run.clock.monotonic()
    with pytest.raises(PersistentFault, match="Lovelace"):
        run.judge()
    assert run.clock.monotonic() - begun >= FLAKY.max_outage_s - 2


def test_a_refused_creation_broke_nothing(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.list(200)
    run.create(1, "Ada \\ Lovelace", status=422)
    run.list(500)
    run.says = [500]
    with pytest.raises(PersistentFault, match="nothing that this run wrote"):
        run.judge()


@pytest.mark.parametrize(("body", "oddness"), [
    (b'{"name": "Ada King", "email": "ada.x+y@example.com"}', 0),
    (b'{"name": "Ada \\\\ King"}', 1),
    ('{"name": "李小龍"}'.encode(), 3),
    (b"no JSON", 7),
])  # fmt: skip
def test_rare_characters_count(body: bytes, oddness: int) -> None:
    assert oddness_of(body) == oddness


def test_a_torn_line_is_left_out(run: Run) -> None:
    (run.folder / "lists-gw1.jsonl").write_text('[{"caller": "', encoding="utf-8")
    with pytest.raises(PersistentFault, match="Lovelace"):
        run.judge()


def test_outcomes_that_may_have_happened_count(tmp_path: Path) -> None:
    """A creation whose answer was lost can break the list as well."""
    run = Run(tmp_path)
    run.list(200)
    run.create(1, "Ada \\ Lovelace", status=502)
    assert run.done[-1].outcome is Outcome.UNKNOWN
    run.list(500)
    run.says = [500]
    with pytest.raises(PersistentFault, match="Lovelace"):
        run.judge()
