"""C18: a name that breaks the service's list for good, while everything else goes on.

Once by 500, which no weather explains, and once where the profile takes 500 for weather:
then a list that fails is only inconclusive for each story, and its cause shows at the end of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci.proof.catalogue import profile_for
from ci.proof.runner import to_toml
from ci.trials.conditions.outages import MOST_MIB
from ci.trials.conditions.rows import Row
from ci.trials.reference import TrialService
from ci.trials.runs import suite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOUND_S, OUTAGE_S = 0.5, 3.0
DEFECT = "N77"
BREAKER = "Lovelace"  # in the name that the list cannot show
STORIES = "REG-02 or DIR-01 or DIR-02 or LOOK-01 or OPS-05 or OPS-06"
OPTIONS = ("-q", "-n2", "--target=broken.toml", "--explore=0", "--seed=3", "-m", STORIES)
EXPECTED = "1; the breaking request is named; all are deleted and that is said"


def broken_list(folder: Path) -> Iterator[Row]:
    """Have the list broken by one creation, as a fault and as what the profile takes for weather."""
    yield _measure(folder, "a name breaks the list for good, 500", ())
    yield _measure(folder, "the same, and 500 counts as weather", (500,))


def _measure(folder: Path, condition: str, weather: tuple[int, ...]) -> Row:
    profile = profile_for([], BOUND_S)
    faults = profile["faults"]
    profile["faults"] = {
        **faults, "statuses": [*faults["statuses"], *weather], "max_outage_s": OUTAGE_S
    }  # fmt: skip
    (folder / "broken.toml").write_text(to_toml(profile), encoding="utf-8")
    with TrialService(f"--bound={BOUND_S}", f"--defect={DEFECT}", "--inspect") as service:
        ended = suite(folder, *OPTIONS, variables=service.variables).wait()
        living = service.count_users()
    told = [str(story["reason"]) for story in ended.summary.get("scenarios", ()) if "OPS-06" in story["ids"]]
    users = ended.summary.get("users", {})
    is_named = any(BREAKER in reason.partition("; or ")[0] for reason in told)
    is_true = not living and users.get("created") == users.get("deleted") and not users.get("left")
    is_ok = ended.code == 1 and is_named and is_true and ended.peak_mib < MOST_MIB
    left = "not known how many" if users.get("left") is None else users["left"]
    seen = (
        f"{'' if is_named else 'not '}named; {users.get('created')} created, {users.get('deleted')} deleted, "
        f"{left} left; really {living}; {ended.summary.get('counts')}"
    )
    return Row(
        "C18", condition, EXPECTED, is_ok, ended.verdict, ended.code, ended.seconds, ended.peak_mib, seen
    )
