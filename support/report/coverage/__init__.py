"""What the stories of a run really tried, counted from the history, so that a promise hardly tried shows.

Counts operations, kinds of values, orders of writes, and what answers hold that no profile declares. It
judges nothing: what was tried often may still be broken, and what nobody declared is no defect.
"""

from support.report.coverage.tally import Tally, add_up, undeclared_in

__all__ = ["Tally", "add_up", "undeclared_in"]
