"""Self-tests of shards."""
