"""Self-tests of the scripts that broken promises leave."""
