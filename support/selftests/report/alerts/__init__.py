"""Tests of what a team is told."""
