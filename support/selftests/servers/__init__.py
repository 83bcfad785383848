"""Servers on loopback that do to a connection exactly what a test tells them to."""
