"""What pytest loads first: the plugin and the sentences of the stories."""

from support.command_line.signals import Start

Start.begin()

pytest_plugins = [
    "support.runner.plugin",
    "support.runner.collection",
    "support.runner.fixtures",
    "steps.users",
    "steps.idempotency",
    "steps.consistency",
    "steps.concurrency",
    "steps.refusals",
    "steps.access",
    "steps.strain",
    "steps.exploration",
]
