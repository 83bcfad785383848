"""A page of a gateway is a fault of the way there; what the service itself says is its answer."""

from __future__ import annotations

import pytest

from support.http.call import Call
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


LIST = said(200, "application/json", b"[]")
USER = said(200, "application/json", b'{"id": 1}')
TAKEN_OVER = {
    "a page of a firewall": (403, "text/html", PAGE),
    "a page of an ingress": (404, "text/html", PAGE),
    "a line of an ingress": (404, "text/plain", b"default backend - 404"),
    "a page of a network": (500, "text/html", PAGE),
    "nothing at all": (404, "", b""),
}


@pytest.mark.parametrize(("status", "media_type", "body"), TAKEN_OVER.values(), ids=TAKEN_OVER)
def test_a_gateway_that_refuses_everything_is_a_fault(meet, status, media_type, body):
    """Also with a status that the service has never used: it showed its list before, and now does not."""
    refused = said(status, media_type, body)
    _, client = meet(by_path({"/api/users": [LIST, refused], "/api/users/1": [USER, refused]}))
    client.send(Call("GET", "/users"), "list", "users")
    assert look_up(client).response.status == 200
    operation = look_up(client)
    assert operation.response is None
    assert str(status) in operation.last.fault
    assert operation.last.outcome is Outcome.UNKNOWN
    assert not operation.persists


@pytest.mark.parametrize(("status", "media_type", "body"), TAKEN_OVER.values(), ids=TAKEN_OVER)
def test_a_refusal_without_json_is_the_services_own_while_the_list_is_shown(meet, status, media_type, body):
    """The list is asked for once: the same refusal is known from then on."""
    server, client = meet(
        by_path({"/api/users": LIST, "/api/users/2": USER}, otherwise=said(status, media_type, body))
    )
    client.send(Call("GET", "/users"), "list", "users")
    for _ in range(3):
        assert look_up(client).response.status == status
    assert [each.target for each in server.requests] == ["/api/users", "/api/users/1", "/api/users"] + [
        "/api/users/1"
    ] * 2


def test_who_is_known_to_be_shown_the_list_need_not_have_asked_for_it(meet):
    """As the caller of most stories is, in each worker: the look before the first of them has asked."""
    refused = said(403, "text/html", PAGE)
    _, client = meet(by_path({"/api/users/1": [USER, refused]}, otherwise=refused), sees_list=True)
    assert look_up(client).response.status == 200
    assert look_up(client).response is None


def test_who_was_never_shown_the_list_is_refused_by_the_service(meet):
    """A caller without credentials may be refused everything, by a page or without a word."""
    server, client = meet(by_path({"/api/users/2": USER}, otherwise=said(403, "text/html", PAGE)))
    look_up(client, "/users/2")
    assert look_up(client).response.status == 403
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [407, 511])
@pytest.mark.parametrize("media_type", ["text/html", "application/json", ""])
def test_what_only_proxies_and_networks_say_is_no_answer_of_the_service(meet, status, media_type):
    refused = said(status, media_type, PAGE)
    _, client = meet(by_path({"/api/users/1": [refused, USER]}))
    operation = look_up(client)
    assert operation.response.status == 200
    assert "a proxy" in operation.exchanges[0].fault
