"""What pytest loads first: the plugin and the sentences of the stories."""

pytest_plugins = [
    "support.runner.plugin",
    "support.runner.fixtures",
    "steps.people",
    "steps.changes",
    "steps.looking",
    "steps.outcomes",
    "steps.refusals",
    "steps.convergence",
    "steps.consistency",
    "steps.lists",
    "steps.access",
    "steps.strain",
    "steps.repetition",
    "steps.racing",
    "steps.editing",
]
