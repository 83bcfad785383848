"""The clauses of the contract over the runs: how each fared, since when, and the page that tells it.

Reads `reports/summary.json` and the history of runs that were published. It judges nothing anew: a clause has
the worst verdict of its stories.
"""

from support.report.promises.clauses import ClauseResult, weigh
from support.report.promises.history import HISTORY, History, RunEntry, entry_of

__all__ = ["HISTORY", "ClauseResult", "History", "RunEntry", "entry_of", "weigh"]
