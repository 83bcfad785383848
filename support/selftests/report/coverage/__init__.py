"""Tests of counting what a run tried."""
