"""Runs cases side by side: for each a service of its own and the suite against it, each in a fresh process.

Processes are forked from one that has the libraries in memory already: starting them anew would take longer
than most runs. A run writes into a folder of its own, and what it says there is all that counts.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import runpy
import secrets
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from ci.proof.catalogue import LAGGY, as_data, profile_for
from ci.proof.mutation import import_mutated
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ci.proof.catalogue import Case, Oddity

STARTS_WITHIN_S = 60.0
RESIDENTS_IN_A_SECOND = 500
LONGEST_RUN_S = 900.0
CONTRACT_BOUND_S = 2.0
STEPS = sorted(f"steps.{file.stem}" for file in (ROOT / "steps").glob("[a-z]*.py"))
# Stories that nobody asks for without an option: how many requests they make up of each operation.
DESCRIBED, DESCRIBED_REQUESTS = "OAS-01", 60
TOKENS = ("API_TOKEN", "OTHER_TENANT_TOKEN", "READ_ONLY_TOKEN", "THROTTLED_TOKEN")
# Loaded once, before anything is forked: libraries and the project's own modules, which a process would
# otherwise compile anew. They are named, not imported here: only a process of its own runs the service.
PRELOADED = [
    "pytest", "pytest_bdd.plugin", "allure_pytest.plugin", "faker.providers.person.en_US",
    "support.runner.world", "support.report.allure.bridge", "support.report.summary",
    "support.runner.controller", "support.runner.plugin", *STEPS,
    "support.reference.server", "support.reference.service", "sqlalchemy.dialects.sqlite", "uvloop",
    "httptools", "ci.proof.loaded",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """How cases are run: the promised time [s], how many at once, odd manners' profiles, foreign users."""

    bound_s: float
    at_once: int
    oddities: Mapping[str, Oddity]
    residents: int = 0

    def bound_of(self, case: Case) -> float:
        """Return the promised time of a case [s]: the contract's, where the defect is to be late.

        What is a third of the bound too late can be seen for a third of it, and that is too short for a
        shorter one where many runs at once make reads slow.
        """
        return max(self.bound_s, CONTRACT_BOUND_S) if case.defect and case.weather == LAGGY else self.bound_s


def run_cases(cases: Sequence[Case], plan: Plan) -> Iterator[dict[str, Any]]:
    """Run cases and return each one's result as soon as it is there."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with ProcessPoolExecutor(plan.at_once, mp_context=context, max_tasks_per_child=1) as pool:
        futures = {pool.submit(run_case, case, plan): case for case in cases}
        for future in as_completed(futures):
            yield future.result()


def run_case(case: Case, plan: Plan) -> dict[str, Any]:
    """Run one case and return its result as plain data; a run that fails to run says so in `error`."""
    begun = time.monotonic()
    result: dict[str, Any] = {"case": as_data(case), "name": case.name}
    with tempfile.TemporaryDirectory(prefix="proof-") as name:
        folder = Path(name)
        tokens = {variable: secrets.token_urlsafe(24) for variable in TOKENS}
        context = multiprocessing.get_context("fork")
        service = context.Process(target=serve, args=(case, plan, tokens, folder))
        service.start()
        try:
            base_url = read_base_url(folder, service, plan.residents)
            profile = folder / "profile.toml"
            shape = profile_for([plan.oddities[oddity] for oddity in case.oddities], plan.bound_of(case))
            profile.write_text(to_toml(shape), encoding="utf-8")
            suite = context.Process(target=judge, args=(case, base_url, profile, tokens, folder))
            suite.start()
            suite.join(LONGEST_RUN_S)
            if suite.is_alive():
                suite.kill()
                result["error"] = f"did not end within {LONGEST_RUN_S:g} s"
            result["hits"] = hits_of(base_url, case.defect)
            result |= _read_summary(folder)
        except (OSError, ValueError) as error:
            result["error"] = f"{error}: {_tail(folder / 'suite.txt') or _tail(folder / 'service.txt')}"
        finally:
            service.terminate()
            service.join(10)
            if service.is_alive():
                service.kill()
    result["seconds"] = round(time.monotonic() - begun, 2)
    return result


def to_toml(data: Mapping[str, Any]) -> str:
    """Write plain data as TOML; what is null is left out, as TOML has no word for it."""
    lines = [f"{json.dumps(key)} = {_value(value)}" for key, value in data.items() if value is not None]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inner = (f"{json.dumps(key)} = {_value(item)}" for key, item in value.items() if item is not None)
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def serve(case: Case, plan: Plan, tokens: Mapping[str, str], folder: Path) -> None:
    """Be the service of a case."""
    _speak_into(folder / "service.txt")
    os.environ.update(tokens)
    os.chdir(ROOT)
    options = ["--weather", case.weather, "--seed", str(case.seed), "--bound", str(plan.bound_of(case))]
    options += ["--inspect", "--residents", str(plan.residents)]
    if case.defect:
        options += ["--defect", case.defect]
    if case.oddities:
        options += ["--oddity", ",".join(case.oddities)]
    if case.mutant:
        import_mutated(*case.mutant)
    sys.argv = ["support.reference", *options]
    runpy.run_module("support.reference", run_name="__main__", alter_sys=False)


def judge(
    case: Case,
    base_url: str,
    profile: Path,
    tokens: Mapping[str, str],
    folder: Path,
    listeners: Sequence[object] = (),
) -> None:
    """Be the suite of a case; `listeners` are plugins of pytest that hear of each story."""
    _speak_into(folder / "suite.txt")
    os.environ.update(tokens, BASE_URL=base_url, TARGET=str(profile))
    os.chdir(ROOT)
    import pytest  # noqa: PLC0415 - in memory already

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:unraisableexception", "-W", "ignore"]
    arguments += ["-p", "pytest_bdd.plugin", "-p", "allure_pytest.plugin"]
    arguments += ["-o", "addopts=", "--seed", str(case.seed), f"--reports={folder / 'reports'}"]
    if case.defect or case.explore_s:
        arguments += ["--explore", str(case.explore_s)]
    if DESCRIBED in case.stories:
        arguments += ["--openapi", str(DESCRIBED_REQUESTS)]
    if case.stories:
        arguments += ["-m", " or ".join(case.stories)]
    plugins = [*listeners, *([StopAtBroken()] if case.defect or case.mutant else [])]
    raise SystemExit(int(pytest.main(arguments, plugins=plugins)))


class StopAtBroken:
    """Ends a run at the first broken story: a defect is caught then. What is inconclusive does not count."""

    def pytest_sessionstart(self, session: Any) -> None:
        """Remember what there is to stop."""
        self._session = session

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Look at the story's verdict."""
        story = getattr(report, "story", None)
        if story and story["verdict"] == "broken":
            self._session.shouldstop = "a promise was broken"


def _speak_into(file: Path) -> None:
    """Send everything that this process says into a file."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", closefd=False)


def read_base_url(folder: Path, service: Any, residents: int) -> str:
    """Return where the service says that it is; raises ValueError when it does not start."""
    deadline = time.monotonic() + STARTS_WITHIN_S + residents / RESIDENTS_IN_A_SECOND
    file = folder / "service.txt"
    while time.monotonic() < deadline:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        if text.startswith("http") and "\n" in text:
            return text.split("\n", 1)[0].strip()
        service.join(0.05)
        if not service.is_alive():
            break
    raise ValueError("the service does not start")


def hits_of(base_url: str, defect: str) -> int:
    """Ask the service how often its defect acted."""
    if not defect:
        return 0
    root = base_url.split("/api/", 1)[0]
    with contextlib.suppress(OSError), urlopen(f"{root}/inspect", timeout=10) as answer:  # noqa: S310
        return int(json.load(answer)["switches"].get(defect, 0))
    return 0


def _read_summary(folder: Path) -> dict[str, Any]:
    summary = json.loads((folder / "reports" / "summary.json").read_text(encoding="utf-8"))
    told = [
        {name: story[name] for name in ("ids", "title", "example", "verdict", "reason", "clauses")}
        for story in summary["scenarios"]
        if story["verdict"] in {"broken", "inconclusive"}
    ]
    return {
        "counts": summary["counts"],
        "told": told,
        "requests": summary["requests"],
        "users": summary["users"],
    }


def _tail(file: Path) -> str:
    return " / ".join(file.read_text(encoding="utf-8").strip().splitlines()[-3:]) if file.exists() else ""
