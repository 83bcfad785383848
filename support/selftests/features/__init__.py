"""Tests of the feature files and their rules."""
