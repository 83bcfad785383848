"""Tests of profiles and settings."""
