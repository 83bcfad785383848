"""The secrets that a profile and the environment name, registered so that they can be searched for.

A secret that is not known here cannot be found, so a variable that the run must have had is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from support.cleanup.run import is_embedded
from support.http.authentication.credentials import credentials_for
from support.report.audit import register_environment
from support.secrets import REDACTOR
from support.target import load_target
from support.target.settings import load_alert, load_constants, load_settings, load_tls, load_tokens

if TYPE_CHECKING:
    from support.target import Target


def register_secrets(name_or_file: str | None) -> tuple[Target, list[str]]:
    """Register every secret that the profile, the environment and `.env` name.

    Return the target, and the variables of its profile that are not set, which only some stories need. The
    service that the suite brings along has tokens of its own, which end with it. Raises ConfigurationError
    when the profile cannot be read, or when a variable is not set without which no run can have been made.
    """
    settings = load_settings()
    target = load_target(name_or_file or settings.target)
    register_environment()
    if is_embedded(settings, target):
        return target, []
    tokens = load_tokens(target)
    for variable, value in tokens.items():
        # What is made of a token before it is sent is as secret as the token.
        credentials_for(target, tokens, variable)
        if target.auth.scheme == "oauth2":  # which escapes the secret before it is coded
            REDACTOR.register(quote(value.partition(":")[2], safe=""), variable)
    load_tls(target.auth)
    load_constants(target)
    load_alert(target.alert)
    return target, sorted(set(target.auth.variables) - set(tokens))
