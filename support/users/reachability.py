"""Before the run: one caller, one look, so that a wrong set-up is one clear line and not a red report.

Whether the service keeps its promises is for the stories to say. The canary stops a run only where no
story could say anything: nobody there, the token refused, or no users API at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import ConfigurationError, Inconclusive
from support.http import Call
from support.http.gateway_pages import A_PAGE
from support.http.retry import is_fault
from support.http.strict_json import MalformedAnswer, parse_json
from support.http.transport import NO_TRUST

if TYPE_CHECKING:
    from support.clock import Clock
    from support.http import Response, SessionClient
    from support.target import Target

NOT_ACCEPTABLE = 406
PAUSE_S = 0.5


def check(client: SessionClient, clock: Clock) -> None:
    """Look whether a users API answers that lets this caller in.

    A service that is still starting is waited for, as long as the profile's longest outage. Raises
    Inconclusive when nobody answers, ConfigurationError when the answer is that of something else.
    """
    target = client.target
    where = f"{client.base_url}{target.landmark}"
    deadline = clock.monotonic() + target.faults.max_outage_s
    while True:
        operation = client.send(Call("GET", target.landmark), "list", "users", once=True)
        response = operation.response
        if response is not None and not is_fault(operation.last, target.faults):
            break
        _check_kind_of_fault(operation.last.fault or "", where, target)
        if clock.monotonic() > deadline:
            raise Inconclusive(
                f"{where} gave no answer within {target.faults.max_outage_s:g} s "
                f"({operation.last.describe()}): is the service up, and is BASE_URL right?"
                f"{_hint_at_tls(client)}"
            )
        clock.sleep(PAUSE_S)
    if response.status in {401, 403}:
        raise ConfigurationError(f"{where} {_refusal(target, response)}")
    if response.status >= 500:
        return
    what = f"{where} is no users API: it answered {response.status}"
    if not target.has_list and response.status in {
        *target.accepted.gone,
        *target.refusal("there is no such user"),
    }:
        return  # nobody has the id that was asked for
    if not 200 <= response.status < 300:
        doubt = (
            "does it write no application/json (Accept under sending.headers)"
            if response.status == NOT_ACCEPTABLE
            else "is BASE_URL right"
        )
        raise ConfigurationError(f"{what} to a request for its users; {doubt}?")
    try:
        parse_json(response.body)
    except MalformedAnswer as error:
        if "json" not in response.media_type:
            raise ConfigurationError(f"{what} with {response.written_type or 'no type'}: {error}") from None


def _check_kind_of_fault(fault: str, where: str, target: Target) -> None:
    """Raise ConfigurationError for a fault that waiting does not mend."""
    if fault.startswith(NO_TRUST):
        raise ConfigurationError(f"{where}: {fault}{_hint(target)}")
    if fault.startswith(A_PAGE):
        raise ConfigurationError(f"{where} is no users API: {fault}; is BASE_URL right?")


def _refusal(target: Target, response: Response) -> str:
    """Say which credentials were refused, and how."""
    auth = target.auth
    if auth.scheme == "none":
        return f"wants to know who asks ({response.status}), and the profile's auth.scheme is 'none'"
    if auth.scheme == "oauth2":
        challenge = response.headers.get("www-authenticate", "")
        expired = " as expired" if "expired" in challenge.lower() else ""
        issuer = auth.oauth2.token_url
        return f"refuses{expired} the access token of {issuer} for {auth.token} ({response.status})"
    return f"refuses the token in {auth.token} ({response.status}): is it the right one?"


def _hint_at_tls(client: SessionClient) -> str:
    """Servers that miss a client certificate may hang up without a word."""
    if client.base_url.startswith("https:") and not client.target.auth.tls.certificate:
        return " Does it want a client certificate (auth.tls)?"
    return ""


def _hint(target: Target) -> str:
    tls = target.auth.tls
    if tls.ca or tls.certificate:
        return f" (see {', '.join(tls.variables)})"
    return " (auth.tls of the profile names a private CA bundle and a client certificate)"
