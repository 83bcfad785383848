"""What stands between the client and the target: the circuit breaker and the rate limiter of all workers."""
