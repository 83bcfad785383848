"""Starting the processes that run stories: forks of one that has imported everything, where there are forks.

Each worker would spend more time on imports than on most of its stories. It knows nothing of stories; where
it cannot be had, pytest-xdist starts its workers as always.
"""

from support.runner.workers.forks import Forks

__all__ = ["Forks"]
