"""Tests of the processes that run stories."""
