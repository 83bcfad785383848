"""Sentences of the features, turned into calls of `support`; one module for each concept."""
