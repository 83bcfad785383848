"""Tests of stories about many clients."""
