"""Tests of every way to say who a client is."""
