"""Three secrets that are hard to hide, and redactors that know what they are told, for self-tests."""

from __future__ import annotations

from support.secrets.redaction import Redactor

TOKEN = "api_token-Zk3_9xQvLw-8aPqRsT0uVwXyZabcd012"
WORDY = "acceptance-suite-7fQ2xLm9Rt4vK-of-users"
PASSWORD = "Pw-acct0abcdzz.gw0-12-\"&%é\\'<+ k3j9x0qa"


def make_redactor(*secrets: str) -> Redactor:
    """Make a redactor that knows these secrets, all by one label."""
    redactor = Redactor()
    for secret in secrets:
        redactor.register(secret, "SECRET")
    return redactor
