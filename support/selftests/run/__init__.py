"""Tests of a run without bash, and of the client in a shell."""
