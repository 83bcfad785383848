"""How callers are known to the target: the profile of tokens, logins and certificates.

It names variables, and holds no secret.
"""
