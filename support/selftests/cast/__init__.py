"""Tests of people and their data."""
