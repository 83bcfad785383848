"""Keeping secrets: redaction, and the detection of a secret in any encoding.

A secret is registered here before anybody else sees it. Nothing is sent, judged or stored.
"""

from support.secrets.redaction import REDACTOR

__all__ = ["REDACTOR"]
