"""The service under strain and from day to day: rate limits, passing faults, tracing, response times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.strain.load import Load, judge
from support.behaviours.strain.measurements import Measurements
from support.behaviours.strain.partial_writes import PartialWrites
from support.behaviours.strain.rate_limits import RateLimits
from support.behaviours.strain.service_quality import ServiceQuality
from support.behaviours.strain.tracing import Tracing

if TYPE_CHECKING:
    from support.behaviours.access import Callers
    from support.cast import People
    from support.convergence import Observer

__all__ = ["Load", "Measurements", "PartialWrites", "RateLimits", "ServiceQuality", "Strain", "Tracing"]


class Strain:
    """What stories about strain and service quality do and expect."""

    def __init__(self, observer: Observer, people: People, callers: Callers) -> None:
        self.rate_limits = RateLimits(observer, people, callers)
        self.partial_writes = PartialWrites(observer)
        self.service_quality = ServiceQuality(observer)
        self.tracing = Tracing(observer)
        self._target = observer.api.target

    def served_as_promised(self, measured: dict[str, list[float]] | Measurements) -> None:
        """Require that what one client, or many at once, measured and saw is as promised."""
        if isinstance(measured, Measurements):
            judge(measured, self._target.slo)
        else:
            self.service_quality.quick_enough(measured)
