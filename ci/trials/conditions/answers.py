"""C7: answers without an end or a form, in the middle of a run and from its beginning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ci.trials.conditions.outages import MOST_MIB, PASSED, PROFILE, outage
from ci.trials.conditions.rows import Row
from ci.trials.faces import ANSWERS
from ci.trials.proxy import Proxy, everything, look_ups
from ci.trials.reference import TrialService
from ci.trials.runs import Ended, suite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ci.trials.faces import Face
    from support.selftests.servers.raw_server import Received

STORIES = ("features/users/changing_a_detail.feature", "features/users/deleting_a_user.feature")
OPTIONS = (
    "-q",
    "-n",
    "2",
    "--target=faulty.toml",
    "--explore=0",
    "-k",
    "cleared or gone or deleted or wrong",
)
LARGER_THAN_READ = ("endless", "100 MB", "a gzip bomb")
CRASH = re.compile(r"INTERNALERROR|Traceback \(most recent|RecursionError|UnicodeDecodeError|MemoryError")


def _run(folder: Path, face: Face, where: Callable[[Received], bool], after: int) -> Ended:
    (folder / "faulty.toml").write_text(PROFILE, encoding="utf-8")
    (folder / "reports" / "summary.json").unlink(missing_ok=True)  # of the run before
    with (
        TrialService("--bound", "0.3") as service,
        Proxy(service.base_url, face, after=after, where=where) as proxy,
    ):
        variables = {**service.variables, "BASE_URL": proxy.base_url}
        return suite(folder, *STORIES, *OPTIONS, variables=variables).wait()


def answers(folder: Path) -> Iterator[Row]:
    """Have look-ups answered so in the middle of a run, or everything; and everything from the beginning."""
    for condition, face in ANSWERS.items():
        ended = _run(folder, face, look_ups, PASSED // 3)
        reasons = _reasons(ended)
        is_ok = ended.code in {1, 10} and bool(reasons) and not CRASH.search(ended.said)
        if condition in LARGER_THAN_READ:  # one cause, told in the same words by each story
            is_ok = is_ok and len(reasons) == 1
        yield _row(
            f"{condition}, to look-ups in mid-run", "a finding in words, no crash", ended, is_ok, reasons
        )
        if condition in LARGER_THAN_READ:
            yield outage(folder, "C7", f"{condition}, to everything in mid-run", face)
        ended = _run(folder, face, everything, 0)
        is_ok = ended.code in {4, 10} and not CRASH.search(ended.said)
        said = [line for line in ended.said.splitlines() if line.strip()]
        yield _row(
            f"{condition}, from the beginning",
            "one line, 4 or 10",
            ended,
            is_ok and len(said) <= 2,
            said[-1:],
        )


def _row(condition: str, expected: str, ended: Ended, is_ok: bool, seen: list[str]) -> Row:  # noqa: FBT001
    is_small = ended.peak_mib < MOST_MIB
    text = "; ".join(seen)[:220]
    return Row(
        "C7", condition, f"{expected}, below 300 MiB", is_ok and is_small, ended.verdict, ended.code,
        ended.seconds, ended.peak_mib, text,
    )  # fmt: skip


def _reasons(ended: Ended) -> list[str]:
    """Return what the stories that were not kept say, each reason once, ids left out."""
    told = [
        story["reason"]
        for story in ended.summary.get("scenarios", ())
        if story["verdict"] in {"broken", "inconclusive"}
    ]
    return list(
        dict.fromkeys(
            re.sub(r"/users/\S+|\d+", "…", str(reason).splitlines()[0]) for reason in told if reason
        )
    )
