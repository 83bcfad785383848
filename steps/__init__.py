"""Sentences of the features, turned into calls of the support layer."""
