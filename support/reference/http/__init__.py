"""Requests and answers: bodies, problems, conditions, credentials, rate limits, encodings."""
