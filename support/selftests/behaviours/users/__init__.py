"""Self-tests of what stories about users do and expect."""
