"""Several machines, one run: which stories are whose, who may be alone with the target, and who ends last.

Shards meet in Redis. Without it each is a run of its own against the same service, which can tell of nobody
else's users. Putting the results of all of them together is for `ci.merge`.
"""

from support.runner.shards.session import ShardSession, shard_of

__all__ = ["ShardSession", "shard_of"]
