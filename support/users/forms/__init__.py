"""The forms in which services write things: dotted paths, moments, searches, and the way to the next page.

They are read and written here one by one; which of them a target uses is the part of its profile.
"""
