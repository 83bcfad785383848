"""What the peer's runs amount to: which defects it tells from a healthy service, how often it accuses one.

A defect is caught when a run against it, in which it has acted, reports something that no run against the
healthy service in the same weather reports. Two failures are the same one when check, operation, kind and
signature are, which is the peer's own notion (its baseline files). Taking away what healthy services are
accused of anyway is for the peer's good name: without it any failure whatever would count, true or not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ci.proof.catalogue import Defect

Failure = tuple[str, ...]


@dataclass(slots=True)
class Find:
    """How one defect fared: runs, those in which it acted, those with any failure, those with a new one."""

    defect: Defect
    runs: int = 0
    acted: int = 0
    failed: int = 0
    caught: int = 0
    seconds: float = 0.0
    failures: Counter[Failure] = field(default_factory=Counter)

    @property
    def is_caught(self) -> bool:
        """Whether some run caught it."""
        return self.caught > 0


@dataclass(frozen=True, slots=True)
class Health:
    """The runs against the healthy service in one weather."""

    weather: str
    runs: int
    failed: int
    failures: Counter[Failure]


def failures_of(result: Mapping[str, Any]) -> set[Failure]:
    """Return what a run reports; errors of the peer on its way, such as broken connections, count as well."""
    failures = {tuple(failure) for failure in result.get("failures", ())}
    return failures | {("error", str(e.get("operation") or ""), str(e.get("title") or e.get("type") or ""))
                       for e in result.get("errors", ())}  # fmt: skip


def weigh_health(results: Iterable[Mapping[str, Any]]) -> dict[str, Health]:
    """Sum up the healthy runs of each weather."""
    by_weather: dict[str, list[set[Failure]]] = {}
    for result in results:
        if not result["case"]["defect"] and "error" not in result:
            by_weather.setdefault(result["case"]["weather"], []).append(failures_of(result))
    return {
        weather: Health(weather, len(runs), sum(map(bool, runs)), Counter(f for run in runs for f in run))
        for weather, runs in sorted(by_weather.items())
    }


def weigh_finds(
    results: Iterable[Mapping[str, Any]], defects: Mapping[str, Defect], health: Mapping[str, Health]
) -> list[Find]:
    """Sum up the runs of each defect."""
    finds = {name: Find(defect) for name, defect in defects.items()}
    for result in results:
        name = result["case"]["defect"]
        if name not in finds or "error" in result:
            continue
        find = finds[name]
        find.runs += 1
        find.seconds += result["seconds"]
        if not result["hits"]:
            continue
        known = health.get(result["case"]["weather"])
        failures = failures_of(result)
        new = failures - set(known.failures if known else ())
        find.acted += 1
        find.failed += bool(failures)
        find.caught += bool(new)
        find.failures.update(new)
    return [find for find in finds.values() if find.runs]


def group(finds: Sequence[Find], classes: Iterable[str]) -> dict[str, list[Find]]:
    """Sort finds by the class of their defect."""
    groups = {kind: [find for find in finds if find.defect.kind == kind] for kind in classes}
    return {kind: members for kind, members in groups.items() if members}
