"""Answers are bounded: endless, exploding, over-long and deep ones are one fault in words."""

from __future__ import annotations

import gzip
import resource
import zlib

import pytest

from support.clock import SystemClock
from support.http.history import TOO_LARGE
from support.http.raw.requests import WireTransport
from support.http.strict_json import MalformedAnswer, parse_json
from support.http.transport import Transport
from support.selftests.probes.transport_probe import TARGET, get
from support.selftests.servers.raw_server import CHUNKED, HEAD, chunk, send_and_close
from support.target.answer_limits import AnswerLimits

MIB = 1024 * 1024
SMALL = TARGET.model_copy(
    update={
        "answer_limits": AnswerLimits(body_bytes=MIB, headers_bytes=8192),
        "timeouts": TARGET.timeouts.model_copy(update={"read_s": 5.0, "attempt_s": 20.0}),
    }
)
BOMB = gzip.compress(bytes(200 * MIB))
ENDLESS = object()
HEADERS = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 200) for number in range(60))
LARGE = {
    "endless": ENDLESS,
    "two megabytes": HEAD + b"Content-Length: %d\r\n\r\n" % (2 * MIB) + bytes(2 * MIB),
    "chunked": CHUNKED + chunk(bytes(2 * MIB)) + b"0\r\n\r\n",
    "a gzip bomb": HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB,
    "a zlib bomb": HEAD + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(bytes(50 * MIB)),
    "many headers": HEAD + HEADERS + b"Content-Length: 2\r\n\r\n{}",
    "a long header": HEAD + b"X-Long: " + b"a" * 9000 + b"\r\nContent-Length: 2\r\n\r\n{}",
}


def transports():
    pooled = Transport(SMALL, SystemClock())
    return {"pooled": pooled, "by hand": WireTransport(Transport(SMALL, SystemClock()), SMALL, SystemClock())}


def send_what_is_read(connection, raw):
    try:
        if raw is not ENDLESS:
            send_and_close(connection, raw)
            return
        connection.sendall(HEAD + b"\r\n")
        while True:
            connection.sendall(bytes(65536))
    except OSError:
        connection.close()  # nobody reads any more, as it should be


@pytest.mark.parametrize("way", ["pooled", "by hand"])
@pytest.mark.parametrize("raw", LARGE.values(), ids=LARGE)
def test_an_answer_that_is_too_large_is_not_read_to_its_end(serve, raw, way):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seen = get(transports()[way], serve(lambda connection, _: send_what_is_read(connection, raw)))
    assert seen.response is None
    assert seen.fault == TOO_LARGE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # [KiB]


@pytest.mark.parametrize("way", ["pooled", "by hand"])
def test_an_answer_within_the_limits_is_read_whole(serve, way):
    body = b'"' + b"a" * (MIB - 2) + b'"'
    raw = HEAD + b"Content-Length: %d\r\n\r\n" % MIB + body
    seen = get(transports()[way], serve(lambda connection, _: send_and_close(connection, raw)))
    assert seen.fault is None
    assert seen.response.body == body


def test_depth_and_digits_have_their_limits():
    with pytest.raises(MalformedAnswer, match="nested too deeply"):
        parse_json(b"[" * 100_000 + b"]" * 100_000)
    with pytest.raises(MalformedAnswer, match="digits"):
        parse_json(b"[" + b"1" * 5000 + b"]")


def test_a_deep_body_without_a_length_breaks_nothing(serve):
    raw = HEAD + b"\r\n" + b"[" * 200_000
    seen = get(transports()["pooled"], serve(lambda connection, _: send_and_close(connection, raw)))
    assert seen.response is None
