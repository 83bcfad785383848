"""When a fault convicts: while other requests are answered, and not while the service is out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.http.call import Call
from support.http.history import Outcome
from support.selftests.probes.client_probe import by_path, look_up
from support.selftests.servers.raw_server import OK, answer

if TYPE_CHECKING:
    from support.http.history import Operation

MIB = 1024 * 1024


def controls(client, outcomes):
    """Have control requests of another kind answered like this."""
    made = []

    def control(operation: Operation) -> bool:
        made.append(operation.verb)
        return outcomes.pop(0) if outcomes else True

    client.control = control
    return made


def test_a_fault_of_one_kind_of_request_among_healthy_others_is_no_weather(meet):
    _, client = meet(by_path({}, otherwise=answer(503)))
    made = controls(client, [])
    operation = look_up(client)
    assert operation.persists
    assert len(made) == 3
    assert len(operation.exchanges) == 3 + 3


def test_an_outage_convicts_nobody(meet):
    _, client = meet(by_path({}, otherwise=answer(503)))
    made = controls(client, [True, False])
    assert not look_up(client).persists
    assert len(made) == 2


def test_a_fault_that_ends_meanwhile_convicts_nobody(meet):
    _, client = meet(by_path({"/api/users/1": [answer(503)] * 4 + [OK]}))
    controls(client, [])
    operation = look_up(client)
    assert not operation.persists
    assert operation.response.status == 200


def test_what_has_worked_before_is_weather_when_it_fails(meet):
    _, client = meet(by_path({"/api/users/1": [OK] + [answer(503)] * 9}))
    made = controls(client, [])
    look_up(client)
    assert not look_up(client).persists
    assert made == []


def test_a_shape_of_its_own_is_judged_on_its_own(meet):
    _, client = meet(by_path({"/api/users/1": OK}, otherwise=answer(503)))
    controls(client, [])
    look_up(client)
    odd = client.send(Call("GET", "/users/%00", shape="look up oddly"), "look up", "an odd id")
    assert odd.persists


def test_without_a_control_nobody_is_convicted(meet):
    _, client = meet(by_path({}, otherwise=answer(503)))
    assert not look_up(client).persists


PAGE = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<h1>gone</h1>"
JSON_404 = b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def test_a_page_that_stays_for_one_kind_of_request_is_the_frameworks_own_refusal(meet):
    """Django and Flask refuse with a page what no route takes, and answer everything else with JSON."""
    _, client = meet(by_path({"/api/users/2": JSON_404}, otherwise=PAGE))
    controls(client, [])
    look_up(client, "/users/2")
    call = Call("GET", "/users/1/role", shape="make an administrator")
    refused = client.send(call, "make", "user Ada an administrator")
    assert not refused.persists
    assert refused.response.status == 404
    assert refused.outcome is Outcome.REFUSED


def test_a_page_stays_a_refusal_however_often_the_request_is_sent(meet):
    """Mockoon answers an unknown action so before and after it has said 404 with JSON."""
    _, client = meet(by_path({"/api/users/2": JSON_404}, otherwise=PAGE))
    controls(client, [])
    call = Call("GET", "/users/1/role", shape="make an administrator")
    assert client.send(call, "make", "user Ada an administrator").response.status == 404
    look_up(client, "/users/2")
    assert client.send(call, "make", "user Ada an administrator").response.status == 404


def test_a_page_that_is_known_for_the_services_own_is_not_asked_for_again(meet):
    """Flask ends a list so, at every walk: 5,249 requests of a run were 1,638 of them again."""
    _, client = meet(by_path({"/api/users/2": JSON_404}, otherwise=PAGE))
    controls(client, [])
    look_up(client, "/users/2")
    beyond = Call("GET", "/users?page=9", shape="list")
    client.send(beyond, "list", "users")
    again = client.send(beyond, "list", "users")
    assert again.response.status == 404
    assert len(again.exchanges) == 1


def test_another_page_or_another_kind_of_request_is_asked_about_anew(meet):
    """A gateway's page is not the one that the service has been known to send, or not for that request."""
    other = PAGE.replace(b"gone", b"busy")
    _, client = meet(by_path({"/api/users/2": [JSON_404, PAGE, OK], "/api/late": [PAGE] * 6 + [other, OK]}))
    controls(client, [])
    look_up(client, "/users/2")
    assert client.send(Call("GET", "/late", shape="list"), "list", "users").response.status == 404
    assert client.send(Call("GET", "/late", shape="list"), "list", "users").response.status == 200
    assert look_up(client, "/users/2").response.status == 200


def test_a_page_that_everything_gets_is_a_gateways(meet):
    _, client = meet(by_path({"/api/users/2": [JSON_404, PAGE]}, otherwise=PAGE))
    controls(client, [False])
    look_up(client, "/users/2")
    refused = client.send(Call("GET", "/users/1/role", shape="make"), "make", "user Ada an administrator")
    assert refused.response is None


ENORMOUS = bytes(9 * MIB)
OVERSIZED = answer(200, ENORMOUS)


def test_an_answer_that_is_too_large_convicts_after_one_control_and_is_not_waited_for(meet):
    """No weather makes an answer too large; it convicts also where the same request has worked before."""
    _, client = meet(by_path({"/api/users/1": [OK, OVERSIZED]}))
    made = controls(client, [])
    look_up(client)
    operation = look_up(client)
    assert operation.persists
    assert operation.last.is_oversized
    assert made == ["look up"]
    assert len(operation.exchanges) == 2
    assert not operation.waits


def test_answers_that_are_too_large_convict_nobody_in_an_outage(meet):
    _, client = meet(by_path({}, otherwise=OVERSIZED))
    controls(client, [False])
    operation = look_up(client)
    assert not operation.persists
    assert len(operation.exchanges) == 1


def test_a_creation_that_may_not_be_repeated_is_judged_by_its_one_answer(meet):
    _, client = meet(by_path({}, otherwise=OVERSIZED))
    made = controls(client, [])
    operation = client.send(Call("POST", "/users", body=b"{}"), "create", "user Ada")
    assert operation.persists
    assert made == ["create"]
    assert len(operation.exchanges) == 1


def test_a_passing_fault_stays_one_however_large_its_page_is(meet):
    raw = answer(503, ENORMOUS)
    _, client = meet(by_path({"/api/users/1": [raw, OK]}))
    operation = look_up(client)
    assert operation.exchanges[0].response.status == 503
    assert operation.response.status == 200
