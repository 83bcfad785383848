"""Search what a run leaves for secrets that its service gives away: `python -m ci.trials.planted_secrets`.

A gateway in front of the reference service, which has a planted defect so that stories fail, puts secrets of
many shapes into headers and bodies of its answers, each in many encodings. Then every file of the run and
all that it said is searched for what was planted. Exit code 1 when any of it is found, or when too little of
what was planted was shown at all for that to mean something. Its words name shapes and encodings only.
"""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import os
import random
import string
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = ROOT / ".acceptance"
STORIES = "nickname or replacing"
MARK = "planted-here"
LEAST_SHOWN = 0.8  # of what was planted
HOP = {"content-length", "transfer-encoding", "connection", "date", "server"}
ALPHABETS = {
    "letters and digits": string.ascii_letters + string.digits,
    "hex": "0123456789abcdef",
    "digits": string.digits,
    "signs": string.ascii_letters + string.digits + "!#$%&*-_=~^.,:;?@",
    "quotes and backslashes": string.ascii_lowercase + string.digits + "\"'\\`",
    "other scripts": string.ascii_lowercase + "äöüßéèñçŁжλ€漢",
    "base64": string.ascii_letters + string.digits + "+/=",
}
LENGTHS = (8, 11, 16, 32, 64)
ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "every character escaped": lambda s: "".join(rf"\u{ord(char):04x}" for char in s),
    "url": lambda s: "".join(f"%{byte:02X}" for byte in s.encode()),
    "html": lambda s: "".join(f"&#{ord(char)};" for char in s),
    "base64": lambda s: base64.b64encode(f"u:{s}".encode()).decode(),
    "base64 twice": lambda s: base64.b64encode(base64.b64encode(s.encode())).decode(),
    "base32": lambda s: base64.b32encode(s.encode()).decode(),
    "hex": lambda s: s.encode().hex(),
    "utf-16": lambda s: base64.b64encode(s.encode("utf-16")).decode(),
    "gzip": lambda s: base64.b64encode(gzip.compress(s.encode())).decode(),
}


def make_secrets(seed: int) -> dict[str, str]:
    """Return a secret of each shape; each begins and ends with a letter and a digit."""
    chosen = random.Random(seed)
    return {
        f"{name}, {length}": "7" + "".join(chosen.choices(signs, k=length - 2)) + "3"
        for (name, signs), length in itertools.product(ALPHABETS.items(), LENGTHS)
    }


class Gateway:
    """Passes requests on and plants something into each answer: `planted`, by shape and encoding, in turn."""

    def __init__(self, service: str, secrets: dict[str, str]) -> None:
        self.planted = {
            (shape, name): encode(secret)
            for shape, secret in secrets.items()
            for name, encode in ENCODINGS.items()
        }
        self._turns = itertools.cycle(self.planted)
        self._lock = threading.Lock()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def _pass_on(self) -> None:
                gateway.pass_on(self, service)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _pass_on  # noqa: N815

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def pass_on(self, handler: BaseHTTPRequestHandler, service: str) -> None:
        """Answer a request with what the service answers, and more."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)) or None
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in HOP}
        headers["Accept-Encoding"] = "identity"
        request = urllib.request.Request(service + handler.path, body, headers, method=handler.command)  # noqa: S310
        try:
            answer = urllib.request.urlopen(request, timeout=20)  # noqa: S310
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            content, told = answer.read(), dict(answer.headers.items())
        content = self._plant(content)
        handler.send_response(answer.status)
        for name, value in told.items():
            if name.lower() not in HOP:
                handler.send_header(name, value)
        text = self._next()
        if text.isascii() and text.isprintable():
            handler.send_header("X-Debug", text)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(content)

    def _next(self, count: int = 1) -> str:
        with self._lock:
            keys = list(itertools.islice(self._turns, count))
        return " ".join(f"{MARK} {self.planted[key]} ." for key in keys)

    def _plant(self, content: bytes) -> bytes:
        try:
            value = json.loads(content)
        except ValueError:
            return content
        if isinstance(value, dict):
            value["debug"] = self._next(3)
        return json.dumps(value, ensure_ascii=False).encode()


def main() -> int:
    """Run stories against the gateway and search what they leave."""
    secrets = make_secrets(14)
    tokens = {"API_TOKEN": "t0k-" + "a1B2" * 6, "OTHER_TENANT_TOKEN": "t0k-" + "c3D4" * 6}
    # Every variable with an address has its password registered.
    addresses = {
        f"TRIAL_{number}_URL": f"https://u:{quote(secret, safe='')}@127.0.0.1"
        for number, secret in enumerate(secrets.values())
    }
    environment = {**os.environ, **tokens}
    options = ["--defect", "M28", "--weather", "calm", "--bound", "1", "--seed", "1", "--exit-with-stdin"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "support.reference", *options],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as service,
    ):
        assert service.stdout is not None
        assert service.stdin is not None
        address = service.stdout.readline().strip()
        gateway = Gateway(
            address.removesuffix("/api/v1"), {**secrets, **{name: tokens[name] for name in tokens}}
        )
        begun = set(RUNS.rglob("*")) if RUNS.is_dir() else set()
        run = subprocess.run(  # noqa: S603
            [
                *(
                    sys.executable,
                    "-m",
                    "pytest",
                    "-k",
                    STORIES,
                    "-n",
                    "2",
                    "--bound",
                    "1",
                    "-vv",
                    "--showlocals",
                ),
                *(f"--reports={folder}/reports", f"--alluredir={folder}/allure"),
                f"--junitxml={folder}/junit.xml",
            ],
            cwd=ROOT,
            env={**environment, **addresses, "BASE_URL": gateway.url + "/api/v1"},
            capture_output=True,
            text=True,
            check=False,
        )
        service.stdin.close()
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        files += [path for path in (set(RUNS.rglob("*")) - begun if RUNS.is_dir() else ()) if path.is_file()]
        texts = {path.name: path.read_bytes().decode("utf-8", "replace") for path in files}
        texts["terminal"] = run.stdout + run.stderr
    return _conclude(gateway, {**secrets, **tokens}, texts, run.stdout)


def _conclude(gateway: Gateway, secrets: dict[str, str], texts: dict[str, str], said: str) -> int:
    everything = "\n".join(texts.values())
    lowered = everything.lower()
    leaks: Counter[str] = Counter()
    for (shape, name), text in gateway.planted.items():
        spelt = {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1]}
        if any(each.lower() in lowered for each in spelt):
            leaks[f"{shape}: {name}"] += 1
    for shape, secret in secrets.items():
        if secret.lower() in lowered:
            leaks[f"{shape}: as it is"] += 1
    shown = everything.count(MARK)
    for leak in sorted(leaks):
        print(f"found  {leak}")
    print(said.strip().splitlines()[-1] if said.strip() else "nothing was said")
    kinds = len(gateway.planted)
    searched = f"{len(texts)} texts, {len(everything) >> 10} KiB"
    print(f"{len(leaks)} of {kinds} found in {searched}; {shown} were shown")
    return 1 if leaks or shown < LEAST_SHOWN * kinds else 0


if __name__ == "__main__":
    raise SystemExit(main())
