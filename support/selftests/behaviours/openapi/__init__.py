"""Tests of what is held against the OpenAPI document of a service."""
