"""The people of a story and their data: names, emails and passwords that no other run has.

Makes data and remembers what was made. It sends nothing.
"""

from support.cast.people import People
from support.cast.variations import Variations

__all__ = ["People", "Variations"]
