"""Reproductions: every broken promise leaves a script that shows the fault alone.

Responsible for `reports/reproductions/`: scripts of the standard library and `requests`, and the same for
curl where a shell can carry it, each with users of its own and without a secret. It refuses to write a script
that cannot be judged by what a service answers to it, and says so instead.
"""
