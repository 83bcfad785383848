"""The service under test as its profile describes it: promises, names, numbers, refusals, credentials.

Reads and checks profiles, settings and the environment. It guesses no promise and talks to nobody.
"""
