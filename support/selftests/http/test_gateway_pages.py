"""A page of a gateway is a fault of the way there; what the service itself says is its answer."""

from __future__ import annotations

import pytest

from support.http.history import Outcome
from support.selftests.probes.client_probe import by_path, look_up
from support.selftests.servers.raw_server import OK

PAGE = b"<!DOCTYPE html><title>Log in</title>"


def said(status, media_type, body):
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_a_page_in_the_place_of_an_answer_is_a_fault_that_passes(meet):
    _, client = meet(by_path({"/api/users/1": [said(200, "text/html; charset=utf-8", PAGE), OK]}))
    operation = look_up(client)
    assert [exchange.fault for exchange in operation.exchanges] == [
        "a page instead of an answer of the API (200, text/html)",
        None,
    ]
    assert operation.exchanges[0].outcome is Outcome.UNKNOWN


def test_a_refusal_as_a_page_is_the_services_own_until_it_has_refused_with_json(meet):
    json = said(404, "application/json", b"{}")
    _, client = meet(by_path({"/api/users/1": [said(404, "text/html", PAGE)], "/api/users/2": json}))
    assert look_up(client).response.status == 404
    assert look_up(client, "/users/2").response.status == 404
    assert look_up(client).response is None


@pytest.mark.parametrize(
    ("media_type", "body"), [("text/html", b'{"id": 1}'), ("text/plain", b"<b>"), ("", b"")]
)
def test_a_wrong_label_alone_makes_no_page(meet, media_type, body):
    _, client = meet(by_path({"/api/users/1": said(200, media_type, body)}))
    assert look_up(client).response.status == 200
