"""Checks: small things that clients do between their writes, each of which services are known to get wrong.

A check is given a sequence, one of its users and a number, which says in which of its ways it is done. It
asks only for what the target promises, and judges only what the contract decides. Chance draws checks among
everything else (`support.behaviours.exploration.machines`); `every_check` leaves none of them out.
"""
