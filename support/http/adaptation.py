"""Requests and answers as the adapter of a profile writes and reads them.

What an adapter breaks is a matter of set-up, never the service's; what really came stays with the attempt.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from support.errors import ConfigurationError
from support.http.history import Response
from support.http.retry import classify
from support.target.adapters import Adapter, Answered, Asked
from support.target.settings import hide_telling_variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.http.history import Exchange
    from support.target.timing import Faults

Message = TypeVar("Message", Asked, Answered)


def adapt_request(adapter: Adapter, asked: Asked) -> Asked:
    """Return a request as the adapter wants it sent; raises ConfigurationError where it fails."""
    return _called(adapter, asked, lambda: adapter.request(asked), Asked)


def adapt_answer(adapter: Adapter, asked: Asked, exchange: Exchange, faults: Faults) -> Exchange:
    """Return an attempt with its answer as the adapter reads it; raises ConfigurationError where it fails."""
    came = exchange.response
    if came is None or type(adapter).answer is Adapter.answer:
        return exchange
    answered = Answered(came.status, came.headers, came.body)
    read = _called(adapter, asked, lambda: adapter.answer(asked, answered), Answered)
    if read == answered:
        return exchange
    response = Response(read.status, read.headers, read.body)
    return replace(exchange, response=response, original=came, outcome=classify(faults, response))


def _called(adapter: Adapter, asked: Asked, call: Callable[[], Message], kind: type[Message]) -> Message:
    name = f"adapter {type(adapter).__name__}"
    where = f"{asked.method} {asked.path}"
    try:
        result = call()
    except Exception as error:  # noqa: BLE001 - whatever somebody else's code does
        hide_telling_variables()  # it may have a key of its own, by which it signs
        words = " ".join(f"{type(error).__name__}: {error}".split())
        raise ConfigurationError(f"{name} fails for {where} ({words})") from None
    if not isinstance(result, kind):
        raise ConfigurationError(f"{name} gives no {kind.__name__} back for {where}")
    return result
