"""The service under test as its profile describes it: promises, names, numbers, refusals, credentials.

Reads and checks profiles, settings and the environment. It guesses no promise and talks to nobody.
"""

from support.target.profile import Target
from support.target.profiles import load_target

__all__ = ["Target", "load_target"]
