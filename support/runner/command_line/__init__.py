"""What is between pytest's command line and a run: its options, and what pytest does with output."""

from support.runner.command_line.capturing import hand_to_capture
from support.runner.command_line.options import DEFAULT_EXPLORE_S, add_options, check_options

__all__ = ["DEFAULT_EXPLORE_S", "add_options", "check_options", "hand_to_capture"]
