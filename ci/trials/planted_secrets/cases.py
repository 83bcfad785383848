"""What a start is made of: a secret, a command with its profile and variables, what the service answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ci.trials.planted_secrets.encodings import ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from support.selftests.servers.raw_server import Received

JSON = "application/json"
NOBODY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"
SHORT_TIMES = """
[faults]
max_outage_s = 0
[timeouts]
connect_s = 1
read_s = 1
attempt_s = 2
operation_s = 2
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A secret, the text that gives it away (with its number), its encoding alone, where the service is."""

    secret: str
    told: str
    coded: str
    url: str
    folder: Path

    @property
    def host(self) -> str:
        """The service's host and port."""
        return self.url.partition("//")[2]

    def profile(self, more: str = "", auth: str = "") -> str:
        """Write a profile, and return its path."""
        text = f'name = "x"\n{more}\n[auth]\n{auth}\n{SHORT_TIMES}'
        (self.folder / "start.toml").write_text(text, encoding="utf-8")
        return "start.toml"


@dataclass(frozen=True, slots=True)
class Start:
    """A command, and what the service answers to it: the first answer whose method and path fit."""

    command: str
    arguments: tuple[str, ...]
    variables: dict[str, str]
    answers: tuple[tuple[str, bytes], ...] = ()

    def answer(self, request: Received) -> bytes:
        """Return the bytes of an answer; nothing where the connection is closed."""
        line = f"{request.method} {request.target}"
        fitting = (content for begin, content in self.answers if line.startswith(begin))
        return next(fitting, NOBODY)


@dataclass(frozen=True, slots=True)
class Way:
    """How a start is made, which encodings make sense in it, and which shapes can be sent by it."""

    make: Callable[[Case], Start]
    encodings: Mapping[str, Callable[[str], str]] = field(default_factory=lambda: ENCODINGS)
    in_header: bool = False

    def __call__(self, case: Case) -> Start:
        """Return the start of a case."""
        return self.make(case)

    def takes(self, shape: str) -> bool:
        """Return whether a secret of this shape can go where this way sends it."""
        return not self.in_header or shape not in {"other scripts", "blanks"}


def reply(
    status: int | str, body: str = "", media_type: str = JSON, *headers: str, reason: str = "Said"
) -> bytes:
    """Return the bytes of an answer."""
    content = body.encode()
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Type: {media_type}", *headers]
    lines.append(f"Content-Length: {len(content)}")
    lines = [line.replace("\r", " ").replace("\n", " ") for line in lines]
    return "\r\n".join([*lines, "", ""]).encode() + content
