"""Tests of polling and timelines."""
