"""Tests of what people see of a run."""
