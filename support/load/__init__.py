"""Many clients at once, by Locust: what a story about load runs as processes of its own, beside the workers.

They belong to the run that the story is of: its people, journal, history and facts, so that its sweep deletes
whom they create and its audit looks at them. An extra: `pip install '.[load]'`.
"""
