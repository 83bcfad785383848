"""Walks through lists: when to go on, how several are put together, and where the users of a story begin.

It sends nothing itself: whoever reads the list hands over what asks for a page.
"""
