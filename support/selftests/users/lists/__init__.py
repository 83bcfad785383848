"""Tests of the users API in the contract's terms."""
