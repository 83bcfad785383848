"""Tests of scripts and the proof."""
