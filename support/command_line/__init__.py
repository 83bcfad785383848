"""What commands and runs share at the terminal: mistakes in one line, output that may go away, signals."""

from support.command_line.parser import OneLineParser
from support.command_line.streams import guard_streams

__all__ = ["OneLineParser", "guard_streams"]
