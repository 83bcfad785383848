"""Self-tests of what stories about access and privacy do and expect."""
