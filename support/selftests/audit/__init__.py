"""Tests of the end-of-run audit."""
