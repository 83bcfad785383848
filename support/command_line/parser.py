"""The command lines of the suite's own commands: a mistake is one line, as all mistakes in the set-up are."""

from __future__ import annotations

import argparse
from typing import NoReturn

from support.errors import ConfigurationError


class OneLineParser(argparse.ArgumentParser):
    """A parser that raises ConfigurationError where argparse would print its usage and end the process."""

    def error(self, message: str) -> NoReturn:
        """Raise ConfigurationError with what is wrong."""
        raise ConfigurationError(message)
