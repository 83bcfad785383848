"""The pytest side of a run: options, hooks, the world of a process, fixtures, ordering, sentence parsers.

Opens a run, brings the reference service along where there is none, decides which stories apply and when each
may run, and sweeps at the end. It knows what a story needs, never how a promise is judged.
"""
