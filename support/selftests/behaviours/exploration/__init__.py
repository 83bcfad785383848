"""Self-tests of exploration: what is drawn, what may be true, and what convicts."""
