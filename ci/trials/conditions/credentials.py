"""C9: each credential that is wrong or another's is told before the first story, and accuses nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci.trials.conditions.checks import ends_with, few, is_brief, judge, tells
from ci.trials.reference import TOKENS, TrialService

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci.trials.conditions.rows import Row

MAIN, OTHER, READ_ONLY, THROTTLED = TOKENS
WRONG = "a-token-that-nobody-has-issued"


def credentials(folder: Path) -> Iterator[Row]:
    """C9: a service that is well, and a caller who is not who they should be."""
    with TrialService("--bound", "0.3", "--weather", "calm") as service:
        right = service.variables
        wrong = {f"a wrong {name}": (name, {name: WRONG}) for name in TOKENS}
        wrong |= {
            f"{MAIN} with a line break": (MAIN, {MAIN: f"{right[MAIN]}\n"}),
            f"{OTHER} with a blank before it": (OTHER, {OTHER: f" {right[OTHER]}x"}),
            f"{OTHER} with a letter that no header has": (OTHER, {OTHER: "tökén-€"}),
            f"{MAIN} not set": (MAIN, {MAIN: ""}),
            f"{OTHER} is that of the same tenant": (OTHER, {OTHER: right[MAIN]}),
            f"{READ_ONLY} is that of the main caller": (READ_ONLY, {READ_ONLY: right[MAIN]}),
            f"{MAIN} may only read": (MAIN, {MAIN: right[READ_ONLY], READ_ONLY: right[READ_ONLY]}),
        }
        for condition, (name, variables) in wrong.items():
            ended = few(folder, variables={**right, **variables})
            yield judge("C9", condition, "4, one line that names it", ended, ends_with(ended, 4),
                        tells(ended, name), is_brief(ended))  # fmt: skip
        for name in (OTHER, READ_ONLY, THROTTLED):
            ended = few(folder, variables={**right, name: ""})
            yield judge("C9", f"{name} not set", "0, its stories are left out", ended, ends_with(ended, 0))
        left = len(service.everybody())
        yield _nobody(left)


def _nobody(left: int) -> Row:
    from ci.trials.conditions.rows import Row  # noqa: PLC0415

    return Row("C9", "after all of these", "nobody is left", not left, seen=f"{left} users left")
