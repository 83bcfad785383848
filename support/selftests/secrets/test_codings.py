# ruff: noqa: RUF001 - the marks of what is hidden
"""What HTTP and logs encode is found in its encoding, wherever in it the secret stands."""

from __future__ import annotations

import base64
import gzip
import json
import random
import string
import zlib

import pytest

from support.selftests.secrets.known_secrets import PASSWORD, TOKEN, make_redactor

SECRETS = [TOKEN, PASSWORD, "Sommer2024!", "hunter2x", "correct horse battery staple"]
AROUND = [("", ""), ("a", "z"), ("ab", "yz"), ("abc", "xyz"), ("user:", '"}')]


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


CODINGS = {
    "base64": _b64,
    "base64, urlsafe": lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="),
    "base64 twice": lambda raw: _b64(_b64(raw).encode()),
    "base64 twice, urlsafe": lambda raw: base64.urlsafe_b64encode(base64.urlsafe_b64encode(raw)).decode(),
    "base32": lambda raw: base64.b32encode(raw).decode(),
    "base32, lower": lambda raw: base64.b32encode(raw).decode().lower().rstrip("="),
    "hex": bytes.hex,
    "hex, upper": lambda raw: raw.hex().upper(),
    "hex with colons": lambda raw: raw.hex(":"),
    "numbers in json": lambda raw: json.dumps({"type": "Buffer", "data": [*raw]}),
    "numbers, indented": lambda raw: json.dumps([*raw], indent=2),
    "utf-16 in base64": lambda raw: _b64(raw.decode().encode("utf-16")),
    "utf-16-be in base64": lambda raw: _b64(raw.decode().encode("utf-16-be")),
    "utf-16 in hex": lambda raw: raw.decode().encode("utf-16-le").hex(),
    "utf-16 taken for UTF-8": lambda raw: raw.decode().encode("utf-16-le").decode("utf-8", "replace"),
    "utf-16 in json": lambda raw: json.dumps(raw.decode().encode("utf-16-le").decode("latin-1")),
    "gzip in base64": lambda raw: _b64(gzip.compress(raw)),
    "deflate in base64": lambda raw: _b64(zlib.compress(raw)),
    "gzip in hex": lambda raw: gzip.compress(raw).hex(),
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("coding", CODINGS)
def test_an_encoded_secret_is_hidden(secret: str, around: tuple[str, str], coding: str) -> None:
    """At every offset, and what stands beside the encoded text stays."""
    coded = CODINGS[coding](f"{around[0]}{secret}{around[1]}".encode())
    hidden = make_redactor(secret).text(f"before {coded} after")
    assert "‹SECRET›" in hidden
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")


def test_a_compressed_text_without_a_secret_stays() -> None:
    """What can be unpacked is not hidden for that."""
    chosen = random.Random(1)
    for length in range(0, 400, 7):
        text = "".join(chosen.choices(string.printable, k=length))
        for pack in (gzip.compress, zlib.compress):
            shown = f"x {_b64(pack(text.encode()))} y"
            assert make_redactor(*SECRETS).text(shown) is shown


def test_a_bomb_is_not_unpacked_whole() -> None:
    """A text is not worth more than a megabyte of what stands in it."""
    bomb = _b64(zlib.compress(b"a" * (64 << 20)))
    assert make_redactor(TOKEN).text(bomb) is bomb


def test_random_words_are_no_secrets() -> None:
    """Ids, digests and tokens of others are what most answers consist of."""
    chosen = random.Random(2)
    redactor = make_redactor(*SECRETS, "test", "a1!b", "12345678")
    for _ in range(300):
        words = [_b64(chosen.randbytes(chosen.randrange(4, 60))) for _ in range(20)]
        words += [chosen.randbytes(16).hex() for _ in range(20)]
        text = json.dumps(words)
        assert redactor.text(text) is text
