"""Self-tests of the probe."""
