"""Workers are forks of a process that has imported everything, and end as any process does."""

from __future__ import annotations

import os
import signal
import sys

import execnet
import pytest

from support.runner.workers import Forks
from support.target.settings import ROOT

pytestmark = pytest.mark.skipif(not Forks.is_offered(), reason="this platform forks no workers")

SAY = "import os, sys; channel.send((os.getppid(), os.getpid(), 'support.runner.world' in sys.modules))"


@pytest.fixture(scope="module")
def forks():
    forks = Forks(["-p", "no:cacheprovider"], ROOT)
    yield forks
    forks.stop()


@pytest.fixture
def group(forks):  # noqa: ARG001 - it need only be there
    group = execnet.Group(execmodel="main_thread_only")
    yield group
    group.terminate(timeout=5)


def ask(gateway) -> tuple[int, int, bool]:
    answer: tuple[int, int, bool] = gateway.remote_exec(SAY).receive(20)
    return answer


def test_workers_are_children_of_one_server_and_have_imported_the_world(group):
    first, second = (ask(group.makegateway("popen//execmodel=main_thread_only")) for _ in range(2))
    assert first[0] == second[0] != os.getpid()
    assert first[1] != second[1]
    assert first[2]
    assert second[2]


@pytest.mark.parametrize("module", ["steps.users", "faker"])
def test_the_modules_of_a_worker_have_their_assertions_rewritten(group, module):
    """Plugins of packages, too: pytest warns of each whose assertions it could not rewrite."""
    gateway = group.makegateway("popen//execmodel=main_thread_only")
    code = f"import {module} as p; channel.send(type(p.__loader__).__name__)"
    assert gateway.remote_exec(code).receive(20) == "AssertionRewritingHook"


def test_a_worker_that_ends_is_waited_for(group):
    gateway = group.makegateway("popen//execmodel=main_thread_only")
    ask(gateway)
    gateway.exit()
    assert gateway._io.wait() == 0


def test_a_worker_that_hangs_is_killed(group):
    gateway = group.makegateway("popen//execmodel=main_thread_only")
    gateway.remote_exec("import signal; channel.send(1); signal.pause()").receive(20)
    gateway._io.kill()
    assert gateway._io.wait() == -signal.SIGKILL & 0xFF


def test_what_is_no_plain_local_process_is_started_as_always(group):
    gateway = group.makegateway(f"popen//python={sys.executable}")
    assert ask(gateway)[0] == os.getpid()


def test_an_interrupt_while_the_server_starts_is_not_its_end():
    forks = Forks(["-p", "no:cacheprovider"], ROOT)
    os.kill(forks._process.pid, signal.SIGINT)
    group = execnet.Group(execmodel="main_thread_only")
    assert ask(group.makegateway("popen//execmodel=main_thread_only"))[0] == forks._process.pid
    group.terminate(timeout=5)
    forks.stop()


def test_after_the_end_execnet_has_its_own_back():
    before = execnet.gateway_io.create_io
    forks = Forks(["-p", "no:cacheprovider"], ROOT)
    assert execnet.gateway_io.create_io is not before
    forks.stop()
    assert execnet.gateway_io.create_io == before
