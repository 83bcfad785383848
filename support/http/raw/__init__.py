"""Requests by hand, over a raw socket: what a client with a pool of connections cannot send."""
