"""By what Allure knows a story again: the same in every order and in every worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.selftests.report.playground import Outcome, run
from support.selftests.report.test_allure import SIGN_UP

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.whole_run


def test_ids_move_with_nothing(tmp_path: Path) -> None:
    """Order and workers change no id, no title and no parameter."""
    outcome = run(tmp_path / "plain", signing_up=SIGN_UP)
    others = [
        run(tmp_path / "reversed", environment={"STAGE_REVERSED": "1"}, signing_up=SIGN_UP),
        run(tmp_path / "parallel", "-n2", signing_up=SIGN_UP),
    ]

    def identities(seen: Outcome) -> set[tuple[str, ...]]:
        names = ("name", "historyId", "testCaseId", "fullName")
        return {tuple(result[name] for name in names) for result in seen.results.values()}

    assert len(identities(outcome)) == 13
    assert [identities(other) for other in others] == [identities(outcome)] * 2
