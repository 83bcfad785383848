"""Tests of what a run is told by options, profiles and a team's own stories."""
