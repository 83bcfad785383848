"""Tests of the circuit breaker and the rate limiter."""
