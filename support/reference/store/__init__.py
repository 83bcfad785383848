"""Where users and idempotency keys are kept: the primary, its replicas, and real standbys."""
