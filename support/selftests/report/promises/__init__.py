"""Tests of the page of promises."""
