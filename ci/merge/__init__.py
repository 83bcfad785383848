"""Putting the shards of a run together: into what one run would have written, verdict and exit code included.

Judges nothing again. What a missing shard would have told stays untold, which is said.
"""
