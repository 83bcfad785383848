"""Keeping secrets: redaction, and the detection of a secret in any encoding.

A secret is registered here before anybody else sees it. Nothing is sent, judged or stored.
"""
