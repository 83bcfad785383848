"""What commands and runs share at the terminal: mistakes in one line, and output that may go away."""

from support.command_line.parser import OneLineParser
from support.command_line.streams import guard_streams

__all__ = ["OneLineParser", "guard_streams"]
