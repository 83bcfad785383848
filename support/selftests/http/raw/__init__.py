"""Tests of requests by hand."""
