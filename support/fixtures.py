"""The fixtures that steps ask for: each a part of the stage of this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.plugin import STAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.arrangement import Arrangement
    from support.audit import Audit
    from support.cast import Cast
    from support.crossings import Crossings
    from support.crowds import Crowds
    from support.detours import Detours
    from support.editors import Editors
    from support.everybody import Everybody
    from support.everyday import Everyday
    from support.exchange import Operation
    from support.findings import Findings
    from support.halves import Halves
    from support.haste import Haste
    from support.keys import Keys
    from support.listing import ListWitness
    from support.misuse import Misuse
    from support.privacy import Privacy
    from support.repeats import Repeats
    from support.session_findings import SessionFindings
    from support.sessions import Sessions
    from support.shapes import Views
    from support.stage import Stage
    from support.traces import Traces
    from support.users import UsersApi
    from support.validators import Judge
    from support.variations import Variations
    from support.versions import Versions
    from support.visitors import Visitors
    from support.witness import Witness


@pytest.fixture(scope="session")
def stage(pytestconfig: pytest.Config) -> Stage:
    """Give everything that stories need in this process."""
    return pytestconfig.stash[STAGE]


@pytest.fixture(scope="session")
def api(stage: Stage) -> UsersApi:
    """Give the users API as the client sees it."""
    return stage.api


@pytest.fixture(scope="session")
def cast(stage: Stage) -> Cast:
    """Give the people of the running story."""
    return stage.cast


@pytest.fixture(scope="session")
def judge(stage: Stage) -> Judge:
    """Give the rules for answers."""
    return stage.judge


@pytest.fixture(scope="session")
def witness(stage: Stage) -> Witness:
    """Give what finds out the truth about one user."""
    return stage.witness


@pytest.fixture(scope="session")
def lists(stage: Stage) -> ListWitness:
    """Give what finds out the truth about the list."""
    return stage.lists


@pytest.fixture(scope="session")
def everybody(stage: Stage) -> Everybody:
    """Give what finds out what all readers see."""
    return stage.everybody


@pytest.fixture(scope="session")
def crowds(stage: Stage) -> Crowds:
    """Give what does things to many users, or at once."""
    return stage.crowds


@pytest.fixture(scope="session")
def sessions(stage: Stage) -> Sessions:
    """Give what has clients act in sessions of their own."""
    return stage.sessions


@pytest.fixture(scope="session")
def session_findings(stage: Stage) -> SessionFindings:
    """Give what judges what clients saw in their sessions."""
    return stage.session_findings


@pytest.fixture(scope="session")
def audit(stage: Stage) -> Audit:
    """Give the end-of-run audit."""
    return stage.audit


@pytest.fixture(scope="session")
def arrangement(stage: Stage) -> Arrangement:
    """Give what brings a story's beginning about."""
    return stage.arrangement


@pytest.fixture(scope="session")
def findings(stage: Stage) -> Findings:
    """Give what judges answers, sentence by sentence."""
    return stage.findings


@pytest.fixture(scope="session")
def misuse(stage: Stage) -> Misuse:
    """Give what sends requests that no careful client sends."""
    return stage.misuse


@pytest.fixture(scope="session")
def variations(stage: Stage) -> Variations:
    """Give the closed table of phrases about details."""
    return stage.variations


@pytest.fixture(scope="session")
def detours(stage: Stage) -> Detours:
    """Give what sends the next request astray."""
    return stage.detours


@pytest.fixture(scope="session")
def keys(stage: Stage) -> Keys:
    """Give the idempotency keys of the running story."""
    return stage.keys


@pytest.fixture(scope="session")
def repeats(stage: Stage) -> Repeats:
    """Give the rules for requests that are sent again."""
    return stage.repeats


@pytest.fixture(scope="session")
def versions(stage: Stage) -> Versions:
    """Give the versions that the client of the running story knows."""
    return stage.versions


@pytest.fixture(scope="session")
def editors(stage: Stage) -> Editors:
    """Give what lets several clients save one user at once."""
    return stage.editors


@pytest.fixture(scope="session")
def crossings(stage: Stage) -> Crossings:
    """Give what lets operations cross."""
    return stage.crossings


@pytest.fixture
def other_tenant(stage: Stage) -> Iterator[UsersApi]:
    """Give the users API as another tenant sees it."""
    seen = stage.other_tenant()
    yield seen
    seen.client.close()


@pytest.fixture(scope="session")
def everyday(stage: Stage) -> Everyday:
    """Give what anybody does every day."""
    return stage.everyday


@pytest.fixture(scope="session")
def halves(stage: Stage) -> Halves:
    """Give what makes writes meet trouble."""
    return stage.halves


@pytest.fixture(scope="session")
def haste(stage: Stage) -> Haste:
    """Give the client in a hurry."""
    return stage.haste


@pytest.fixture(scope="session")
def privacy(stage: Stage) -> Privacy:
    """Give the rules for what nobody is shown."""
    return stage.privacy


@pytest.fixture(scope="session")
def traces(stage: Stage) -> Traces:
    """Give what leads answers back to their requests."""
    return stage.traces


@pytest.fixture(scope="session")
def views(stage: Stage) -> Views:
    """Give what looks at a user in every view."""
    return stage.views


@pytest.fixture(scope="session")
def visitors(stage: Stage) -> Visitors:
    """Give those who are not the client."""
    return stage.visitors


@pytest.fixture
def elsewhere(stage: Stage) -> Arrangement:
    """Give what brings a story's beginning about at another tenant's."""
    return stage.arrangement_as(stage.visitors.api_of("another tenant"))


@pytest.fixture
def lists_elsewhere(stage: Stage) -> ListWitness:
    """Give what finds out the truth about another tenant's list."""
    return stage.lists_as(stage.visitors.api_of("another tenant"))


@pytest.fixture
def answers() -> list[Operation]:
    """Give what the client did in this story, in order; Whens add to it, Thens judge it."""
    return []
