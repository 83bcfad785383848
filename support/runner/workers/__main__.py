"""The process that workers are forked from; `support.runner.workers.forks` starts it."""

from support.runner.workers.server import main

main()
