"""Errands: small things that clients do between their writes, each of which services are known to get wrong.

An errand is given a sequence, one of its users and a number, which says in which of its ways it is done. It
asks only for what the target promises, and judges only what the contract decides. Chance draws errands among
everything else (`support.behaviours.exploration.machines`); `sweep` leaves none of them out.
"""
