"""The fixtures that steps ask for: the API, the people, the answers, and one for each kind of behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.behaviours.strain import Load
from support.report.allure.tables import attach_table
from support.report.record import REPEATED_ELSEWHERE, SENT_ELSEWHERE
from support.runner.plugin import WORLD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.behaviours.access import Access
    from support.behaviours.concurrency import Concurrency
    from support.behaviours.consistency import Consistency
    from support.behaviours.exploration import Exploration
    from support.behaviours.idempotency import Idempotency
    from support.behaviours.openapi import Description
    from support.behaviours.refusals import Refusals
    from support.behaviours.strain import Strain
    from support.behaviours.users import Users
    from support.cast import People
    from support.http import Operation
    from support.runner.world import World
    from support.users import UsersApi


@pytest.fixture(scope="session")
def world(pytestconfig: pytest.Config) -> World:
    """Return everything that stories need in this process."""
    return pytestconfig.stash[WORLD]


@pytest.fixture(scope="session")
def api(world: World) -> UsersApi:
    """Return the users API as the client sees it."""
    return world.api


@pytest.fixture(scope="session")
def people(world: World) -> People:
    """Return the people of the running story."""
    return world.people


@pytest.fixture
def answers() -> list[Operation]:
    """Return what the client did in this story, in order; a When adds to it, a Then judges it."""
    return []


@pytest.fixture(scope="session")
def users(world: World) -> Users:
    """Return what stories about users do and expect."""
    return world.users


@pytest.fixture(scope="session")
def idempotency(world: World) -> Idempotency:
    """Return what stories about repeated requests do and expect."""
    return world.idempotency


@pytest.fixture(scope="session")
def consistency(world: World) -> Consistency:
    """Return what stories about consistency do and expect."""
    return world.consistency


@pytest.fixture(scope="session")
def concurrency(world: World) -> Concurrency:
    """Return what stories about simultaneous requests do and expect."""
    return world.concurrency


@pytest.fixture(scope="session")
def refusals(world: World) -> Refusals:
    """Return what stories about refusals do."""
    return world.refusals


@pytest.fixture(scope="session")
def access(world: World) -> Access:
    """Return what stories about access and privacy do and expect."""
    return world.access


@pytest.fixture(scope="session")
def strain(world: World) -> Strain:
    """Return what stories about strain and service quality do and expect."""
    return world.strain


@pytest.fixture
def load(world: World, pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> Iterator[Load]:
    """Yield what stories about many clients do; what these measured is shown with the story."""
    option = pytestconfig.option
    run = world.run
    load = Load(run.to_worker(), run.target, option.load, option.load_clients, option.load_page)
    yield load
    if load.measured is not None:
        attach_table(f"what {load.measured.clients} clients measured", load.measured.table())
        attach_table("how ended what they did", load.measured.acts_table())
        sent = {SENT_ELSEWHERE: load.measured.attempts, REPEATED_ELSEWHERE: load.measured.retries}
        request.node.user_properties += sent.items()


@pytest.fixture
def exploration(world: World, pytestconfig: pytest.Config) -> Exploration:
    """Return what stories about whatever clients do by chance do and expect."""
    return world.explore(pytestconfig.getoption("explore"))


@pytest.fixture
def description(world: World, pytestconfig: pytest.Config) -> Description:
    """Return what stories about the OpenAPI document do and expect."""
    return world.describe(pytestconfig.getoption("openapi"))
