"""The ways by which a secret may reach what a start says: what is started, and what the service answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from ci.trials.planted_secrets.cases import JSON, Case, Start, Way, reply
from ci.trials.planted_secrets.encodings import ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Callable

IN_URLS = {name: ENCODINGS[name] for name in ("plain", "URL", "URL, every byte, small letters")}
PLAIN = {"plain": ENCODINGS["plain"]}
OTHER = "any-token-7"  # where another variable holds the secret
ALONE = ("-p", "no:cacheprovider", "-p", "no:xdist")
LOUD = ("-vv", "--showlocals", "--full-trace")


def _run(case: Case, *answers: tuple[str, bytes], auth: str = "", more: str = "", **variables: str) -> Start:
    """Return a run whose token is the secret."""
    given = {"API_TOKEN": case.secret, "BASE_URL": case.url, **variables}
    options = (*ALONE, *LOUD, "--target", case.profile(more, auth))
    return Start("pytest", options, given, answers)


def _run_by(auth: str, user: str, *answers: Callable[[Case], tuple[str, bytes]]) -> Callable[[Case], Start]:
    """Return runs that get in by a scheme, with a user before the secret."""
    return lambda case: _run(
        case,
        *(answer(case) for answer in answers),
        auth=auth.replace("URL", case.url),
        API_TOKEN=f"{user}{case.secret}",
    )


def _at(case: Case, url: str, **more: str) -> Start:
    """Return a run at an address that holds the secret, in a profile without a token."""
    return Start(
        "pytest",
        (*ALONE, *LOUD, "--target", case.profile(auth='scheme = "none"')),
        {"BASE_URL": url, **more},
    )


def _adapted(case: Case) -> Start:
    """Return a run whose adapter raises with the secret, while the profile is read."""
    (case.folder / "odd.py").write_text(f"raise ValueError({case.told!a})\n", encoding="utf-8")
    return _run(case, more='adapter = "odd.py:Odd"')


def _tool(command: str, *arguments: str, answers: Callable[[Case], tuple[tuple[str, bytes], ...]]) -> Way:
    def make(case: Case) -> Start:
        given = {"API_TOKEN": case.secret, "BASE_URL": case.url}
        filled = tuple(each.replace("URL", case.url) for each in arguments)
        if "start.toml" in filled:
            case.profile()
        return Start(command, filled, given, answers(case))

    return Way(make, in_header=True)


def _json(case: Case) -> str:
    return json.dumps({"error": f"refused: {case.told}", "detail": case.told, case.told: [case.told]})


def _problem(case: Case) -> bytes:
    return reply(400, _json(case), "application/problem+json", f"X-Debug: {case.told}", reason=case.told)


def _user(case: Case, **more: object) -> str:
    return json.dumps({"id": 1, "name": case.told, "email": "a@example.com", case.told: 1, **more})


def _shown(case: Case) -> tuple[tuple[str, bytes], ...]:
    return (("POST", reply(201, _user(case))), ("GET /users/1", reply(200, _user(case))))


BASIC = 'scheme = "basic"'
KEY = 'scheme = "api-key"'
KEY_IN_QUERY = 'scheme = "api-key"\nquery = "key"'
OAUTH = 'scheme = "oauth2"\noauth2.token_url = "URL/token"'
OAUTH_IN_BODY = f'{OAUTH}\noauth2.client_in = "body"'
LOGIN = 'scheme = "login"\nlogin.request = "POST /login"'
GET, POST, ISSUER, DESK = "GET", "POST", "POST /token", "POST /login"

WAYS: dict[str, Way] = {
    "bearer token, refused": Way(
        lambda c: _run(c, (GET, reply(401, _json(c), reason=c.told))), in_header=True
    ),
    "bearer token, refused with a challenge": Way(
        lambda c: _run(c, (GET, reply(401, "", "text/plain", f"WWW-Authenticate: Bearer x={c.told}"))),
        in_header=True,
    ),
    "no users API": Way(lambda c: _run(c, (GET, _problem(c))), in_header=True),
    "a page instead": Way(
        lambda c: _run(c, (GET, reply(200, f"<p>{c.told}</p>", "text/html"))), in_header=True
    ),
    "no JSON": Way(lambda c: _run(c, (GET, reply(200, f"{c.told}{{", "text/plain"))), in_header=True),
    "type of the answer": Way(lambda c: _run(c, (GET, reply(200, "x", f"text/{c.told}"))), in_header=True),
    "an outage": Way(
        lambda c: _run(c, (GET, reply(503, c.told, "text/plain", f"Retry-After: {c.told}", reason=c.told))),
        in_header=True,
    ),
    "a status that is none": Way(lambda c: _run(c, (GET, reply(f"{c.told} x"))), in_header=True),
    "a length that is none": Way(
        lambda c: _run(c, (GET, f"HTTP/1.1 200 OK\r\nContent-Length: {c.told}\r\n\r\n{{}}".encode())),
        {name: encode for name, encode in ENCODINGS.items() if name != "quoted-printable"},
        in_header=True,
    ),
    "an encoding that is none": Way(
        lambda c: _run(c, (GET, reply(200, c.told, "text/plain", "Content-Encoding: gzip"))), in_header=True
    ),
    "redirected elsewhere": Way(
        lambda c: _run(c, (GET, reply(302, "", "text/plain", f"Location: http://x.invalid/?t={c.told}"))),
        in_header=True,
    ),
    "creation refused": Way(lambda c: _run(c, (POST, _problem(c))), in_header=True),
    "creation answered with a page": Way(
        lambda c: _run(c, (POST, reply(200, c.told, "text/html"))), in_header=True
    ),
    "id of a user": Way(
        lambda c: _run(c, (POST, reply(201, json.dumps({"id": c.told, "name": "x"})))), in_header=True
    ),
    "user shown otherwise": Way(lambda c: _run(c, *_shown(c)), in_header=True),
    "list of other things": Way(
        lambda c: _run(c, *_shown(c), (GET, reply(200, json.dumps([c.told, {c.told: c.told}])))),
        in_header=True,
    ),
    "password, refused": Way(_run_by(BASIC, "ada:", lambda c: (GET, reply(401, _json(c), reason=c.told)))),
    "password, no users API": Way(_run_by(BASIC, "ada:", lambda c: (GET, _problem(c)))),
    "key in a header": Way(_run_by(KEY, "", lambda c: (GET, _problem(c))), in_header=True),
    "key in the query": Way(_run_by(KEY_IN_QUERY, "", lambda c: (GET, _problem(c)))),
    "key in the query, nobody answers": Way(_run_by(KEY_IN_QUERY, "", lambda _: (GET, b"")), PLAIN),
    "constant header": Way(
        lambda c: _run(
            c, (GET, _problem(c)), more='sending.secret_headers = {X-App = "APP_KEY"}',
            API_TOKEN=OTHER, APP_KEY=c.secret,
        ),
        in_header=True,
    ),
    "constant query": Way(
        lambda c: _run(
            c, (GET, _problem(c)), more='sending.secret_query = {code = "APP_KEY"}',
            API_TOKEN=OTHER, APP_KEY=c.secret,
        ),
    ),
    "second tenant": Way(
        lambda c: _run(
            c, *_shown(c), (GET, _problem(c)), auth='other_tenant = "OTHER_TOKEN"',
            API_TOKEN=OTHER, OTHER_TOKEN=c.secret,
        ),
        in_header=True,
    ),
    "issuer refuses": Way(_run_by(OAUTH, "id:", lambda c: (ISSUER, reply(400, _json(c), reason=c.told)))),
    "issuer refuses a form": Way(_run_by(OAUTH_IN_BODY, "id:", lambda c: (ISSUER, reply(401, _json(c))))),
    "issuer answers with a page": Way(
        _run_by(OAUTH_IN_BODY, "id:", lambda c: (ISSUER, reply(200, f"<p>{c.told}</p>", "text/html")))
    ),
    "issuer redirects": Way(
        _run_by(OAUTH, "id:", lambda c: (ISSUER, reply(307, "", JSON, f"Location: /login?t={c.told}")))
    ),
    "issuer gives another kind of token": Way(
        _run_by(
            OAUTH, "id:",
            lambda c: (ISSUER, reply(200, json.dumps({"access_token": c.secret, "token_type": c.told}))),
        )
    ),
    "token of an issuer": Way(
        _run_by(
            OAUTH, "id:not-",
            lambda c: (ISSUER, reply(200, json.dumps({"access_token": c.secret, "token_type": "bearer"}))),
            lambda c: (GET, _problem(c)),
        ),
        in_header=True,
    ),
    "login, refused": Way(_run_by(LOGIN, "ada:", lambda c: (DESK, reply(401, _json(c), reason=c.told)))),
    "login without a token": Way(_run_by(LOGIN, "ada:", lambda c: (DESK, reply(200, _json(c))))),
    "login with a page": Way(_run_by(LOGIN, "ada:", lambda c: (DESK, reply(200, c.told, "text/html")))),
    "token of a login": Way(
        _run_by(
            LOGIN, "ada:not-",
            lambda c: (DESK, reply(200, json.dumps({"access_token": c.secret}))),
            lambda c: (GET, _problem(c)),
        ),
        in_header=True,
    ),
    "password in BASE_URL": Way(lambda c: _at(c, f"http://ada:{c.coded}@{c.host}/v1"), IN_URLS),
    "password in BASE_URL without a scheme": Way(lambda c: _at(c, f"ada:{c.coded}@{c.host}"), IN_URLS),
    "password with a slash in BASE_URL": Way(lambda c: _at(c, f"http://ada:a/{c.coded}@{c.host}"), IN_URLS),
    "password in the path of BASE_URL": Way(lambda c: _at(c, f"{c.url}/ada:{c.coded}@there"), IN_URLS),
    "key in the query of BASE_URL": Way(lambda c: _at(c, f"{c.url}/v1?api_key={c.coded}"), IN_URLS),
    "password in REDIS_URL": Way(
        lambda c: _at(c, c.url, REDIS_URL=f"redis://:{c.coded}@127.0.0.1:port"), IN_URLS
    ),
    "password in REDIS_URL, no scheme": Way(
        lambda c: _at(c, c.url, REDIS_URL=f"ada:{c.coded}@127.0.0.1:1"), IN_URLS
    ),
    "password of a proxy": Way(
        lambda c: _at(
            c, "http://x.invalid", HTTP_PROXY=f"http://ada:{c.coded}@127.0.0.1:1",
            http_proxy=f"http://ada:{c.coded}@127.0.0.1:1",
        ),
        {"URL": ENCODINGS["URL"]},
    ),
    "secret in place of a variable's name": Way(
        lambda c: _run(c, auth=f"token = {json.dumps(c.secret)}", API_TOKEN=OTHER), PLAIN
    ),
    "adapter that raises while it is loaded": Way(_adapted),
    "cleanup: refused": _tool(
        "support.cleanup", "--target", "start.toml", answers=lambda c: ((GET, _problem(c)),)
    ),
    "cleanup: an outage": _tool(
        "support.cleanup", "--target", "start.toml",
        answers=lambda c: ((GET, reply(503, c.told, "text/plain", reason=c.told)),),
    ),
    "cleanup: all runs": _tool(
        "support.cleanup", "--target", "start.toml", "--all-runs",
        answers=lambda c: ((GET, reply(200, json.dumps([{"id": c.told, "email": c.told}, c.told]))),),
    ),
    "probe: refused": _tool(
        "support.probe", "URL", "--auth", "bearer", answers=lambda c: ((GET, _problem(c)),)
    ),
    "probe: creation refused": _tool(
        "support.probe", "URL", "--auth", "bearer", answers=lambda c: ((POST, _problem(c)),)
    ),
    "probe: draft": _tool(
        "support.probe", "URL", "--auth", "bearer",
        answers=lambda c: (*_shown(c), (GET, reply(200, json.dumps({"data": [json.loads(_user(c))]})))),
    ),
    "probe: address": Way(
        lambda c: Start(
            "support.probe", (f"http://ada:{quote(c.secret, safe='')}@{c.host}/users",), {},
            ((GET, _problem(c)),),
        ),
    ),
}  # fmt: skip
