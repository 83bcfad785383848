"""Watches every byte that a process receives for every password that the run has sent.

The passwords of a run's cast begin alike, with a run's mark in it, so that one search finds those of every
process, written out, in base64 or in hex; digests are known of the passwords that this process sent itself.
What it sees it writes into the run's folder, for the story that judges the whole run. It judges nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from support.secrets.encodings import codings
from support.users.forms.paths import read, split

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from support.http import Exchange, Operation

FILES = "shown-passwords-*.jsonl"
DIGESTS = ("md5", "sha1", "sha256", "sha512")
# Most answers have neither a digest nor such a member: two quick looks tell so.
HEX_OR_NOT = bytes(0x78 if char in b"0123456789abcdef" else 0x20 for char in range(256))
SHORTEST_DIGEST = b"x" * 32
TELLING_PARTS = (b"passw", b"passphrase", b"pwd")
HEX = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32,128}(?![0-9a-f])")
# Members that hold a password or its hash, with a value that is more than a mask.
NAMED = rb"(?:[a-z]+[_-]?)?(?:password|passwd|passphrase|pwd)"
TELLING = (
    rb'"((?:%s)(?:[_-]?(?:hash|digest|salt|crypt|encrypted|enc))?)"'
    rb'\s*:\s*"(?!(?:\*|\xe2\x80\xa2|\\u2022)*")([^"]+)'
)
# What a hash is known by, whatever its member is called: bcrypt, Argon2, scrypt and PBKDF2 as frameworks keep
# them.
FORMS = re.compile(
    rb"\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}|\$(?:argon2(?:id?|d)|scrypt|pbkdf2)[-$][!-~]{20,}"
    rb"|pbkdf2[_:](?:sha1|sha256|sha512)[$:][0-9]+\$[!-~]{20,}|scrypt:[0-9]+:[0-9]+:[0-9]+\$[!-~]{20,}"
)
FORMS_BEGIN = (b"$2", b"$argon2", b"scrypt", b"pbkdf2")
# In a refusal such a member mostly says what is wrong with the password; a hash looks like this.
HASH = re.compile(rb"\$[!-~]{10,}|(?=[a-z+/=]*[0-9])[a-z0-9+/=]{20,}", re.IGNORECASE)
SHORTEST = 6


class PasswordWatch:
    """Listens to the history of one process.

    `beginning` is what every password of the run begins with, `field` the path of the member that takes one;
    `masks` are shown in place of passwords.
    """

    def __init__(
        self, folder: Path, worker: str, beginning: str, field: str | None, masks: Sequence[str] = ()
    ) -> None:
        self._folder = folder
        self._file = folder / FILES.replace("*", worker)
        self._field = field
        self._masks = {mask.encode() for mask in masks}
        plain = beginning.lower().encode()
        self._plain = (plain, plain.hex().encode())
        self._coded = tuple(spelling.encode() for spelling in codings(beginning))
        self._digests: set[bytes] = set()
        own = split(field)[-1].lower().encode() if field else b""
        self._parts = (*TELLING_PARTS, own) if own else TELLING_PARTS
        names = NAMED + b"|" + re.escape(own) if own else NAMED
        self._telling = re.compile(TELLING % names, re.IGNORECASE)
        self.shown: list[dict[str, Any]] = []

    def listen(self, operation: Operation, exchange: Exchange) -> None:
        """Look at an attempt; called for each."""
        if self._field is None:
            return
        sent = self._sent(exchange.request.body)
        if exchange.response is None:
            return
        response = exchange.response
        received = b"\n".join([response.body, *(value.encode() for value in response.headers.values())])
        if what := self._find(received, sent, is_refusal=response.status >= 400):
            fact = {"story": operation.story, "verb": operation.verb, "subject": operation.subject}
            self.shown.append({**fact, "what": what, "operation": operation})
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps({**fact, "what": what}) + "\n")

    def everything(self) -> list[dict[str, Any]]:
        """Return what all processes of the run have seen so far."""
        facts = []
        for file in sorted(self._folder.glob(FILES)):
            facts += [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return facts

    def _sent(self, body: bytes) -> str:
        """Return the password that a request carries, if any, and know its digests from now on."""
        assert self._field is not None
        if f'"{split(self._field)[-1]}"'.encode() not in body:
            return ""
        try:
            members = json.loads(body)
        except (ValueError, RecursionError):  # a form that a story has spoilt
            return ""
        password = read(members, self._field, None)
        if not isinstance(password, str) or len(password) < SHORTEST:
            return ""
        raw = password.encode("utf-8", "surrogatepass")
        self._digests |= {hashlib.new(name, raw).hexdigest().encode() for name in DIGESTS}
        return password

    def _find(self, received: bytes, sent: str, *, is_refusal: bool) -> str:
        lowered = received.lower()
        if any(spelling in lowered for spelling in self._plain):
            return "a password"
        if any(spelling in received for spelling in self._coded):
            return "a password in base64"
        if sent and (sent.encode() in received or json.dumps(sent)[1:-1].encode() in received):
            return "the password that was sent"
        has_hex = SHORTEST_DIGEST in lowered.translate(HEX_OR_NOT)
        if has_hex and not self._digests.isdisjoint(HEX.findall(lowered)):
            return "the digest of a password"
        if any(part in lowered for part in FORMS_BEGIN) and FORMS.search(received):
            return "the hash of a password"
        has_member = any(part in lowered for part in self._parts)
        members = self._telling.finditer(received) if has_member else ()
        found = next(
            (member for member in members if self._is_telling(member[2], is_refusal=is_refusal)), None
        )
        return f"a member {found[1].decode()!r}" if found else ""

    def _is_telling(self, value: bytes, *, is_refusal: bool) -> bool:
        """Return whether the value of a member is a password or its hash, and no mask or message."""
        return value not in self._masks and (not is_refusal or HASH.fullmatch(value) is not None)
