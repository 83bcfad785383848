"""A real server on loopback that lets in only who it should, and the certificates for it, for self-tests."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

    Demand = Callable[["Visit"], bool]

KIND = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")


@dataclass(frozen=True)
class Visit:
    """What one request showed of itself."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    form: dict[str, list[str]]
    certificate: str


@dataclass
class Door:
    """A server: `demand` says who may see the users, `issue` answers who asks for a token."""

    demand: Demand = lambda _: True
    issue: Callable[[Visit], tuple[int, dict[str, object]]] = lambda _: (404, {})
    challenge: str = "Bearer"
    tls: ssl.SSLContext | None = None
    visits: list[Visit] = field(default_factory=list)

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"door": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self._server.tls = self.tls
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        scheme = "https" if self.tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    door: Door

    def do_GET(self) -> None:
        if self.door.demand(self._note()):
            self._answer(200, [])
        else:
            self._answer(401, {"title": "who is there?"})

    def do_POST(self) -> None:
        self._answer(*self.door.issue(self._note()))

    def _note(self) -> Visit:
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        shown = self.connection.getpeercert() if isinstance(self.connection, ssl.SSLSocket) else None
        names = {name: value for pair in (shown or {}).get("subject", ()) for name, value in pair}  # type: ignore[str-unpack]
        headers = {name.lower(): value for name, value in self.headers.items()}
        visit = Visit(parts.path, parse_qs(parts.query), headers, parse_qs(raw), names.get("commonName", ""))
        self.door.visits.append(visit)
        return visit

    def _answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 401:
            self.send_header("WWW-Authenticate", self.door.challenge)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    tls: ssl.SSLContext | None = None

    def finish_request(self, request, address) -> None:
        if self.tls:
            request = self.tls.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
            try:
                request.do_handshake()
            except ssl.SSLError:
                # What the client has sent already is read, so that closing does not take the alert back.
                request.settimeout(2)
                socket.socket.shutdown(request, socket.SHUT_WR)
                while socket.socket.recv(request, 65536):
                    pass
                raise
        super().finish_request(request, address)

    def handle_error(self, *_: object) -> None:
        """Say nothing: broken handshakes are the point here."""


class Office:
    """Issues certificates for one test run into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._openssl("req", "-x509", *KIND, *self._to("ca"), "-subj", "/CN=a private authority")

    def path(self, name: str, kind: str = "pem") -> str:
        """Return the path of a certificate, or of its key."""
        return str(self._folder / f"{name}.{kind}")

    def issue(self, name: str, *, host: str = "127.0.0.1", days: int = 2, by: str | None = "ca") -> None:
        """Issue a certificate for a host; with fewer than no days it has expired, by None it is self-made."""
        self._openssl("req", *KIND[:-2], "-new", *self._to(name, "csr"), "-subj", f"/CN={name}")
        kind = "IP" if host[0].isdigit() else "DNS"
        extensions = self._folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={kind}:{host}\nbasicConstraints=critical,CA:FALSE\n")
        signer = ("-CA", self.path(by), "-CAkey", self.path(by, "key")) if by else self._own_key(name)
        request = ("x509", "-req", "-in", self.path(name, "csr"), "-days", str(days))
        self._openssl(*request, *signer, "-extfile", str(extensions), "-out", self.path(name))

    def server(self, name: str, *, wants_client: bool = False) -> ssl.SSLContext:
        """Return what a server with this certificate needs; it may want to see one of the client."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(name), self.path(name, "key"))
        if wants_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.path("ca"))
        return context

    def lock(self, name: str) -> str:
        """Return the path of a copy of a key that is locked by a passphrase."""
        locked = self.path(name, "locked.key")
        self._openssl("ec", "-in", self.path(name, "key"), "-aes256", "-passout", "pass:open", "-out", locked)
        return locked

    def _own_key(self, name: str) -> tuple[str, ...]:
        return ("-signkey", self.path(name, "key"))

    def _to(self, name: str, kind: str = "pem") -> tuple[str, ...]:
        return ("-keyout", self.path(name, "key"), "-out", self.path(name, kind))

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - fixed arguments
            ["openssl", *arguments],  # noqa: S607 - wherever it is
            check=True,
            capture_output=True,
            timeout=30,
        )
