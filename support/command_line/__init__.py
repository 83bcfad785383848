"""What commands and runs share at the terminal and on disk: mistakes, output, signals, whole files."""

from support.command_line.parser import OneLineParser
from support.command_line.streams import guard_streams

__all__ = ["OneLineParser", "guard_streams"]
