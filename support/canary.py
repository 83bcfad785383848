"""Before the run: one caller, one look, so that a wrong set-up is one clear line and not a red report.

Whether the service keeps its promises is for the stories to say. The canary stops a run only where no
story could say anything: nobody there, the token refused, or no users API at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.client import Call
from support.contract import MalformedAnswer, parse_json
from support.errors import ConfigurationError, Inconclusive
from support.retry import is_fault

if TYPE_CHECKING:
    from support.client import SessionClient
    from support.clock import Clock

PAUSE_S = 0.5


def check(client: SessionClient, clock: Clock) -> None:
    """Look whether a users API answers that lets this caller in.

    A service that is still starting is waited for, as long as the profile's longest outage. Raises
    Inconclusive when nobody answers, ConfigurationError when the answer is that of something else.
    """
    target = client.target
    where = f"{client.base_url}{target.collection}"
    deadline = clock.monotonic() + target.faults.max_outage_s
    while True:
        operation = client.send(Call("GET", target.collection), "list", "users", once=True)
        response = operation.response
        if response is not None and not is_fault(operation.last, target.faults):
            break
        if clock.monotonic() > deadline:
            raise Inconclusive(
                f"{where} gave no answer within {target.faults.max_outage_s:g} s "
                f"({operation.last.describe()}): is the service up, and is BASE_URL right?"
            )
        clock.sleep(PAUSE_S)
    if response.status in {401, 403}:
        raise ConfigurationError(
            f"{where} refuses the token in {target.auth.token} ({response.status}): is it the right one?"
        )
    if response.status >= 500:
        return
    what = f"{where} is no users API: it answered {response.status}"
    if not 200 <= response.status < 300:
        raise ConfigurationError(f"{what} to a request for its users; is BASE_URL right?")
    try:
        parse_json(response.body)
    except MalformedAnswer as error:
        if "json" not in response.media_type:
            raise ConfigurationError(f"{what} with {response.media_type or 'no type'}: {error}") from None
