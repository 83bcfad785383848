"""Tests of the client and everything below it."""
