"""How a client says who it is: one class for each scheme, and where tokens come from."""
