"""One request and its answer: session client, transport, retries, circuit breaker, rate limiter, credentials.

Sends, repeats what may be repeated, and records every attempt in the history. It knows nothing of users and
judges no promise.
"""

from support.http.authentication.credentials import Credentials
from support.http.call import Call
from support.http.client import SessionClient
from support.http.history import Exchange, History, Operation, Outcome, Request, Response

__all__ = [
    "Call",
    "Credentials",
    "Exchange",
    "History",
    "Operation",
    "Outcome",
    "Request",
    "Response",
    "SessionClient",
]
