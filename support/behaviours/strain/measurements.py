"""What clients measured under load, as plain values that processes can send each other and add up."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# Upper ends of the classes into which times are sorted [s]: percentiles are right to a tenth.
CLASSES_S = tuple(0.001 * 1.1**number for number in range(130))
MOST_FINDINGS = 20


@dataclass(slots=True)
class Times:
    """How long one kind of request took: `slow` are the answers that came later than the objective says.

    `late` were not counted, as the client itself was held up meanwhile; `lost` were not answered or met a
    fault at the first attempt.
    """

    count: int = 0
    slow: int = 0
    late: int = 0
    lost: int = 0
    max_s: float = 0.0
    classes: dict[str, int] = field(default_factory=dict)

    def add(self, seconds: float, limit_s: float) -> None:
        """Count an answer."""
        self.count += 1
        self.slow += seconds > limit_s
        self.max_s = max(self.max_s, seconds)
        number = str(min(bisect_left(CLASSES_S, seconds), len(CLASSES_S) - 1))
        self.classes[number] = self.classes.get(number, 0) + 1

    def include(self, other: Times) -> None:
        """Add what somebody else measured."""
        self.count += other.count
        self.slow += other.slow
        self.late += other.late
        self.lost += other.lost
        self.max_s = max(self.max_s, other.max_s)
        for number, count in other.classes.items():
            self.classes[number] = self.classes.get(number, 0) + count

    def within_s(self, share: float) -> float:
        """Return in which time [s] so large a share of the answers came; 0 where there were none."""
        wanted, seen = share * self.count, 0
        for number, end_s in enumerate(CLASSES_S):
            seen += self.classes.get(str(number), 0)
            if seen and seen >= wanted:
                return min(end_s, self.max_s)
        return self.max_s


@dataclass(slots=True)
class Finding:
    """A promise that was broken under load, in the judge's words; `how` is the request that showed it."""

    kind: str
    promised: str
    seen: str
    how: str = ""


@dataclass(slots=True)
class Measurements:
    """What so many clients measured: times by verb, broken promises, and what could not be decided."""

    clients: int = 0
    times: dict[str, Times] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    broken: int = 0
    undecided: int = 0
    done: int = 0  # things that clients did and saw happen
    attempts: int = 0  # requests that were sent, and those of them that repeated another
    retries: int = 0

    def of(self, verb: str) -> Times:
        """Return the times of a kind of request, to be added to."""
        return self.times.setdefault(verb, Times())

    def found(self, finding: Finding) -> None:
        """Note a broken promise; of very many the first ones are told."""
        self.broken += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)

    def include(self, other: Measurements) -> None:
        """Add what another process measured."""
        for verb, times in other.times.items():
            self.of(verb).include(times)
        self.findings = [*self.findings, *other.findings][:MOST_FINDINGS]
        self.broken += other.broken
        self.undecided += other.undecided
        self.done += other.done
        self.attempts += other.attempts
        self.retries += other.retries

    def table(self) -> str:
        """Return the times as comma-separated values, one line for each kind of request."""
        lines = [
            "request,answers,half [ms],95 of 100 [ms],99 of 100 [ms],slowest [ms],too slow,lost,not counted"
        ]
        for verb, times in sorted(self.times.items()):
            shares = (times.within_s(0.5), times.within_s(0.95), times.within_s(0.99), times.max_s)
            figures = [f"{seconds * 1000:.0f}" for seconds in shares]
            cells = [verb, times.count, *figures, times.slow, times.lost, times.late]
            lines.append(",".join(map(str, cells)))
        return "\n".join(lines) + "\n"

    def acts_table(self) -> str:
        """Return how what clients did ended, as comma-separated values."""
        return f"as promised,could not be decided,broken\n{self.done},{self.undecided},{self.broken}\n"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Measurements:
        """Read what `as_dict` wrote."""
        times = {verb: Times(**values) for verb, values in data["times"].items()}
        findings = [Finding(**values) for values in data["findings"]]
        return cls(**{**data, "times": times, "findings": findings})
