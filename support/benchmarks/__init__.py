"""What the suite itself costs, in microseconds."""
