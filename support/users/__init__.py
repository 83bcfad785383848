"""The users API in the contract's terms: operations, reading, pages, and the rules for single answers.

Translates between a target's representation and the contract's. It looks at one answer at a time; what
several readers see, and when, is the part of `support.convergence`.
"""
