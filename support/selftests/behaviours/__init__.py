"""Tests of what stories do and how it is judged."""
