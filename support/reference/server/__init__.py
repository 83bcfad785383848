"""The process: sockets, signals, the gateway with its weather, and the application put together."""
