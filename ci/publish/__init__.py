"""Publishing: nothing that shows a secret, and what the quality gate says of the run.

Decides what may be shown and what is remembered. It judges no service: the verdicts are those of the run.
"""
