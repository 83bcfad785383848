"""What all readers see, and when: polling, timelines, and the observer of users.

Waits for states and judges by when a read was sent. It never repeats a request because of a fault; that is
the part of `support.http.retry`.
"""

from support.convergence.observer import Observer
from support.convergence.polling import Convergence
from support.convergence.probes import PersonProbe
from support.convergence.timelines import Timeline

__all__ = ["Convergence", "Observer", "PersonProbe", "Timeline"]
