"""Tests of runs, journals and the sweep."""
