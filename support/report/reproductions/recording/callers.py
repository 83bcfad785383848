"""Who sent a request, as a script can say it: by variables of the environment, never by what they hold."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from support.report.reproductions.recording.relations import relate
from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.target import Target
    from support.target.settings import Constants

ACCESS = "ACCESS_TOKEN"  # what a script reads where an issuer gives the tokens, not the profile's variable


class Callers:
    """Knows the secrets of a run by their variables; `tokens` are the callers', by the profile's names."""

    def __init__(self, target: Target, tokens: Mapping[str, str], constants: Constants) -> None:
        self._scheme = target.auth.scheme
        sending = target.sending
        fixed = {variable: constants.headers[name] for name, variable in sending.secret_headers.items()}
        fixed |= {variable: constants.query[name] for name, variable in sending.secret_query.items()}
        self.tokens = {**tokens, **fixed}
        kind = "basic" if self._scheme == "basic" else "token"
        self.values: dict[str, str] = {}  # by symbol, such as «token API_TOKEN»
        for variable, value in tokens.items():
            shown = base64.b64encode(value.encode()).decode() if kind == "basic" else value
            self.values[f"{kind} {variable}"] = shown
        # Constants that are sent with every request, where a variable of the profile holds them.
        for variable, value in fixed.items():
            self.values[f"token {variable}"] = value

    @property
    def are_issued(self) -> bool:
        """Whether what callers show is given by an issuer or a login, and not by a variable itself."""
        return self._scheme in {"oauth2", "login"}

    def template(self, name: str, value: str) -> str | None:
        """Return a header's value with variables in place of secrets; None where that cannot be said."""
        for symbol, secret in self.values.items():
            if secret and secret in value:
                value = value.replace(secret, f"\u00ab{symbol}\u00bb")
        if REDACTOR.text(value) is value and REDACTOR.header(name, value) == value:
            return value
        word, _, rest = value.rpartition(" ")
        if "\u00ab" in rest and REDACTOR.text(value) is value:
            return value
        if self.are_issued:
            return f"{word} \u00abtoken {ACCESS}\u00bb".strip()
        related = relate(rest, list(self.values.items()))
        if related is not None and REDACTOR.text(related) is related:
            return f"{word} {related}".strip()
        return value if REDACTOR.text(value) is value else None
