"""One attempt on `requests`: bytes out, bytes in, and what the transport raises turned into facts.

Adapter retries, cookies, proxies, `.netrc` and redirects of `requests` are all out of the way here: one layer
retries, and it is not this one. Every time-out holds: for connecting, for each read, and for the attempt.
"""

from __future__ import annotations

import http.client
import json
import ssl
from typing import TYPE_CHECKING, Any

import requests
import urllib3.exceptions
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from support.http.connections import HeadersTooLarge, TimedAdapter
from support.http.history import TOO_LARGE, Exchange, Outcome, Request, Response
from support.http.retry import classify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from support.clock import Clock
    from support.target import Target

CHUNK = 65536
NO_TRUST = "no secure connection"
NO_LENGTH = "answer announces a length that is no number"
TWO_LENGTHS = "answer announces two lengths"
MANY_HEADERS = "answer has more headers than can be read"
CUT_OFF = "answer broke off, or was never whole: it did not say how long it would be"


class Transport:
    """Makes single attempts over one pool of connections; `tls` is what they show and trust.

    Once `is_given_up` says that the service is out for good, no answer is waited for any longer.
    """

    def __init__(
        self,
        target: Target,
        clock: Clock,
        tls: Mapping[str, Any] | None = None,
        is_given_up: Callable[[], bool] = lambda: False,
    ) -> None:
        self._is_given_up = is_given_up
        self._target = target
        self._clock = clock
        self.tls: Mapping[str, Any] = {"verify": DEFAULT_CA_BUNDLE_PATH, "cert": None, **(tls or {})}
        self._timeout = (target.timeouts.connect_s, target.timeouts.read_s)
        self._session = requests.Session()
        self._session.trust_env = False
        adapter = TimedAdapter(
            target.timeouts.attempt_s,
            pool_maxsize=64,
            most_headers=target.answer_limits.headers_bytes,
            is_given_up=is_given_up,
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)

    def twin(self) -> Transport:
        """Return a transport to the same target with connections of its own."""
        return Transport(self._target, self._clock, self.tls, self._is_given_up)

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str | bytes], body: bytes | None, attempt: int
    ) -> Exchange:
        """Make one attempt and say how it ended; a fault of the transport is told, not raised."""
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url, prepared.body = method, url, body
        prepared.hooks = default_hooks()
        prepared.headers = CaseInsensitiveDict(headers)  # type: ignore[arg-type]  # bytes are fine
        if body is not None or method in {"POST", "PUT", "PATCH"}:
            prepared.headers["Content-Length"] = str(len(body or b""))
        shown = {name: v if isinstance(v, str) else v.decode() for name, v in prepared.headers.items()}
        request = Request(method, url, shown, body or b"")
        at, sent_at = self._clock.now(), self._clock.monotonic()
        response: Response | None = None
        first_byte_s: float | None = None
        words: str | None = None
        try:
            adapter = self._session.get_adapter(url)
            answer = adapter.send(prepared, stream=True, timeout=self._timeout, proxies={}, **self.tls)
            first_byte_s = self._clock.monotonic() - sent_at
            response = check_whole(self._read(answer), method)
            outcome = classify(self._target.faults, response)
        except (TransportFault, requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            fault = error if isinstance(error, TransportFault) else explain_fault(error)
            words, outcome = str(fault), fault.outcome
            if first_byte_s is not None:
                words = ONCE_BEGUN.get(words, words)
        return Exchange(
            request=request,
            attempt=attempt,
            sent_at=sent_at,
            answered_at=self._clock.monotonic(),
            at=at,
            outcome=outcome,
            response=response,
            fault=words,
            first_byte_s=first_byte_s,
        )

    def _read(self, answer: requests.Response) -> Response:
        """Read the body, no more than is allowed; the connection keeps the attempt's deadline.

        Of an answer whose status says that the fault will pass, the rest is left unread.
        """
        raw = answer.raw
        headers = {name.lower(): raw.headers[name] for name in raw.headers}
        chunks: list[bytes] = []
        size = 0
        while chunk := raw.read1(CHUNK, decode_content=True):
            size += len(chunk)
            if size > self._target.answer_limits.body_bytes:
                raw.close()
                if answer.status_code in self._target.faults.statuses:
                    return Response(answer.status_code, headers)
                raise TransportFault(TOO_LARGE, Outcome.UNKNOWN)
            chunks.append(chunk)
        raw.release_conn()
        return Response(answer.status_code, headers, b"".join(chunks))


class TransportFault(Exception):
    """The transport failed before a whole answer was there; told, never raised to a caller."""

    def __init__(self, words: str, outcome: Outcome) -> None:
        super().__init__(words)
        self.outcome = outcome


def check_whole(response: Response, method: str) -> Response:
    """Return an answer back unless it may be the beginning of one.

    One that announces no length ends with its connection, however early that is (RFC 9112 §8); that a body
    of JSON makes no sense is the only sign. Raises TransportFault for such a one, and where what is announced
    as the length is none.
    """
    headers = response.headers
    if not all(each.strip().isdecimal() for each in headers.get("content-length", "0").split(",")):
        raise TransportFault(NO_LENGTH, Outcome.UNKNOWN)
    announced = "content-length" in headers or "transfer-encoding" in headers
    bodiless = method == "HEAD" or response.status in {204, 304}
    if announced or bodiless or "json" not in headers.get("content-type", ""):
        return response
    try:
        json.loads(response.body)
    except (ValueError, RecursionError):
        raise TransportFault(CUT_OFF, Outcome.UNKNOWN) from None
    return response


def explain_fault(error: Exception) -> TransportFault:
    """Say in a few words what a library's exception means, and whether the request may have arrived.

    Only what fails while connecting is sure not to have been sent.
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _explain_tls(cause)
    kinds = tuple(type(cause) for cause in causes)
    for kind, words in NEVER_SENT.items():
        if any(issubclass(seen, kind) for seen in kinds):
            return TransportFault(words, Outcome.FAILED)
    if kinds and kinds[-1] is http.client.HTTPException:  # none of its kinds: the library's own limit
        return TransportFault(MANY_HEADERS, Outcome.UNKNOWN)
    for kind, words in MAYBE_SENT.items():
        if any(issubclass(seen, kind) for seen in kinds):
            return TransportFault(words, Outcome.UNKNOWN)
    return TransportFault(f"transport error ({type(error).__name__})", Outcome.UNKNOWN)


def _explain_tls(error: ssl.SSLError) -> TransportFault:
    """Tell a certificate that one side does not accept from a secure connection that merely broke off."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = f"the service's certificate is not accepted: {error.verify_message.rstrip('.')}"
        return TransportFault(f"{NO_TRUST}: {why}", Outcome.FAILED)
    reason = (error.reason or "").lower()
    if "alert" in reason:
        said = reason.partition("alert")[2].strip("_").replace("_", " ")
        return TransportFault(f"{NO_TRUST}: the service says: {said}", Outcome.FAILED)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return TransportFault("connection closed without an answer", Outcome.UNKNOWN)
    words = reason.replace("_", " ") or "no reason given"
    return TransportFault(f"{NO_TRUST}: {words}", Outcome.UNKNOWN)


NEVER_SENT: dict[type[BaseException], str] = {
    urllib3.exceptions.NameResolutionError: "host name not found",
    # A refused connection counts as one that took too long in urllib3's tree: the closer name stands first.
    urllib3.exceptions.NewConnectionError: "connection refused",
    urllib3.exceptions.ConnectTimeoutError: "no connection in time",
    urllib3.exceptions.SSLError: NO_TRUST,
    requests.exceptions.SSLError: NO_TRUST,
    requests.exceptions.ConnectTimeout: "no connection in time",
}
MAYBE_SENT: dict[type[BaseException], str] = {
    HeadersTooLarge: TOO_LARGE,
    urllib3.exceptions.ReadTimeoutError: "no answer in time",
    requests.exceptions.ReadTimeout: "no answer in time",
    ConnectionResetError: "connection reset",
    BrokenPipeError: "connection reset",
    urllib3.exceptions.IncompleteRead: "answer broke off",
    urllib3.exceptions.InvalidChunkLength: "answer broke off",
    urllib3.exceptions.InvalidHeader: TWO_LENGTHS,
    urllib3.exceptions.DecodeError: "answer could not be decompressed",
    urllib3.exceptions.ProtocolError: "connection closed without an answer",
    requests.exceptions.ConnectionError: "connection failed",
}
# What the same fault is called when the answer had begun to come.
ONCE_BEGUN = {
    "no answer in time": "no complete answer in time",
    "connection closed without an answer": "answer broke off",
}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Walk from an exception through everything that it wraps."""
    seen: set[int] = set()
    queue = [error]
    while queue:
        current = queue.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        wrapped = [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
        queue += [cause for cause in wrapped if isinstance(cause, BaseException)]
