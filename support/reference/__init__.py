"""The embedded reference service: it keeps the whole contract, as a process of its own.

It is a judged party like any other target. It imports nothing from the rest of `support`, nothing but
the plugin, the self-tests and the benchmarks may start it, and it is started as a command:
``python -m support.reference``. It refuses to be a production service: one process, demo tokens and, on
demand, weather, oddities and planted defects.
"""
