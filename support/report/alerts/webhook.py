"""One request to a webhook: it follows no redirect, waits a few seconds, and never raises."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from typing import Any

from support.secrets import REDACTOR

LONGEST_S = 5.0


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a message must not go where nobody has said."""

    def redirect_request(self, *_: Any) -> None:
        """Return nothing, so that the answer is the redirect itself."""


def send(url: str, text: str, longest_s: float = LONGEST_S) -> str:
    """Send a message; return why it was not taken, in one line without secrets, or nothing when it was.

    Comes back after `longest_s` [s] whatever happens, also where a name is looked up for ever.
    """
    ended: list[str] = []

    def post() -> None:
        ended.append(_post(url, text, longest_s))

    thread = threading.Thread(target=post, name="alert", daemon=True)
    thread.start()
    thread.join(longest_s)
    why = ended[0] if ended else f"no answer within {longest_s:g} s"
    return REDACTOR.text(" ".join(why.split()))


def _post(url: str, text: str, longest_s: float) -> str:
    try:
        request = urllib.request.Request(  # noqa: S310 - `support.target.settings` lets http and https pass
            url,
            json.dumps({"text": text}).encode(),
            {"Content-Type": "application/json", "User-Agent": "users-acceptance"},
        )
        with urllib.request.build_opener(_Stay).open(request, timeout=longest_s) as response:
            return "" if 200 <= response.status < 300 else f"it answers {response.status}"
    except urllib.error.HTTPError as error:
        is_redirect = 300 <= error.code < 400 and "location" in error.headers
        error.close()
        return f"it answers {error.code}{', which is not followed' if is_redirect else ''}"
    except Exception as error:  # noqa: BLE001 - nothing that a webhook does may end a run
        return str(getattr(error, "reason", None) or error) or type(error).__name__
