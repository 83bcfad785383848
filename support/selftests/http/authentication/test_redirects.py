"""Credentials stay with the service that they are for: no redirect takes them elsewhere."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from support.cleanup.sweep import Sweeper
from support.errors import ConfigurationError, SuiteError
from support.http.call import Call
from support.selftests.servers.raw_server import Received, answer, send
from support.target.profiles import parse_target
from support.target.settings import load_tokens

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from support.selftests.servers.raw_server import RawServer

    Serve = Callable[[Callable[[socket.socket, Received], object]], RawServer]

TOKEN = "id:s3cret-Zk39xQvLw"
SCHEMES: dict[str, dict[str, Any]] = {
    "bearer": {"scheme": "bearer"},
    "basic": {"scheme": "basic"},
    "key in a header": {"scheme": "api-key", "header": "X-API-Key"},
    "key in the query": {"scheme": "api-key", "query": "key"},
    "login": {"scheme": "login", "login": {"request": "POST /login"}},
}
# What goes into every request beside, whoever sends it.
CONSTANTS = {"X-App": "APP_ID"}, {"code": "FUNCTION_KEY"}
WAYS = {
    "another port": "http://127.0.0.1:{port}{path}",
    "another host": "http://localhost:{port}{path}",
    "without a scheme": "//127.0.0.1:{port}{path}",
    "with a user": "http://127.0.0.1:80@127.0.0.1:{port}{path}",
    "backslashes": "http:\\\\127.0.0.1:{port}{path}",
}


def _to(port: int, way: str, status: int) -> Callable[[socket.socket, Received], None]:
    def act(connection: socket.socket, request: Received) -> None:
        if request.target.startswith("/login"):
            token = json.dumps({"access_token": TOKEN}).encode()
            send(connection, answer(200, token, "Set-Cookie: session=s3cret-cookie; Path=/\r\n"))
            return
        where = WAYS[way].format(port=port, path=request.target)
        more = f"Location: {where}\r\nSet-Cookie: session=s3cret-cookie; Path=/\r\n"
        send(connection, answer(status, headers=more))

    return act


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_redirect_elsewhere_is_not_followed(
    serve: Serve, bare_environment: pytest.MonkeyPatch, scheme: str, way: str, status: int
) -> None:
    """The other host hears nothing at all: no token, no constant that is secret, no cookie."""
    for name in ("API_TOKEN", "APP_ID", "FUNCTION_KEY"):
        bare_environment.setenv(name, TOKEN if name == "API_TOKEN" else f"{name}-of-the-service")
    other = serve(lambda connection, _: send(connection, answer(200, b"[]")))
    service = serve(_to(int(other.url.rpartition(":")[2]), way, status))
    headers, query = CONSTANTS
    sending = {"secret_headers": headers, "secret_query": query}
    target = parse_target(
        {"name": "x", "collection": "/users", "auth": SCHEMES[scheme], "sending": sending}, source="x"
    )
    client = Sweeper(service.url, target, load_tokens(target)).client
    for method, body in (("GET", None), ("POST", b"{}")):
        client.send(Call(method, "/users", body=body), "look up", "user Ada", once=True)
    told = [
        f"{request.target} {request.headers}"
        for request in service.requests
        if not request.target.startswith("/login")
    ]
    assert len(told) >= 2
    assert all("s3cret-Z" in each or "Basic" in each for each in told)
    assert all("APP_ID-of" in each and "FUNCTION_KEY-of" in each for each in told)
    assert not any("s3cret-cookie" in each for each in told)
    assert other.requests == []


@pytest.mark.parametrize("status", [302, 307, 308])
def test_an_issuer_that_redirects_gets_the_client_told_nowhere_else(
    serve: Serve, bare_environment: pytest.MonkeyPatch, status: int
) -> None:
    """Neither id and secret nor the form that carries them."""
    bare_environment.setenv("API_TOKEN", TOKEN)
    other = serve(lambda connection, _: send(connection, answer(200, b'{"access_token": "x"}')))
    issuer = serve(_to(int(other.url.rpartition(":")[2]), "another port", status))
    auth = {"scheme": "oauth2", "oauth2": {"token_url": f"{issuer.url}/token", "client_in": "body"}}
    target = parse_target({"name": "x", "collection": "/users", "auth": auth}, source="x")
    with contextlib.suppress(ConfigurationError, SuiteError):
        Sweeper(issuer.url, target, load_tokens(target)).client.send(Call("GET", "/users"), "list", "users")
    assert [request.method for request in issuer.requests] == ["POST"]
    assert other.requests == []
