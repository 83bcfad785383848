"""The look at a service before the first story of a run, to see whether it fits its profile at all.

Sends what the profile promises, with two users of its own, as the run's callers; the stories judge, not this.
"""

from support.probe.first_look.findings import Findings, KeepsNothing
from support.probe.first_look.walk import look_first

__all__ = ["Findings", "KeepsNothing", "look_first"]
