"""Telling a team that a promise was broken, or that nobody could tell: one message to a webhook.

It changes no verdict and no exit code, costs a few seconds at most, and shows no secret.
"""

from support.report.alerts.alerts import Alerts

__all__ = ["Alerts"]
