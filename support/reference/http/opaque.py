"""Opaque texts: values that we hand out, that nobody else can read, make or carry to another purpose.

The keyed hash of the value is both its seal and the seed of the stream that hides it, so equal values
have equal texts and no nonce is kept. This is for cursors and tokens, not for keeping secrets.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

_SEAL_BYTES = 12


class Seals:
    """Seals and opens values under one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = hashlib.blake2b(secret, digest_size=32).digest()

    def seal(self, purpose: str, value: object) -> str:
        """Make an opaque text from JSON values for one purpose (up to 16 bytes of ASCII)."""
        plain = json.dumps(value, separators=(",", ":")).encode()
        mark = self._mark(purpose, plain)
        return base64.urlsafe_b64encode(mark + self._hide(mark, plain)).rstrip(b"=").decode()

    def open(self, purpose: str, text: str) -> object | None:
        """Return the value back, or None when we did not seal this text for this purpose."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        mark, hidden = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
        plain = self._hide(mark, hidden)
        if len(mark) < _SEAL_BYTES or self._mark(purpose, plain) != mark:
            return None
        value: object = json.loads(plain)
        # Base64 has several spellings of one value; only the one that was issued is accepted.
        return value if self.seal(purpose, value) == text else None

    def fingerprint(self, content: bytes) -> bytes:
        """Return a keyed hash of some content: what is kept instead of a body that may hold a password."""
        return hashlib.blake2b(content, key=self._secret, digest_size=16).digest()

    def _mark(self, purpose: str, plain: bytes) -> bytes:
        person = purpose.encode()
        return hashlib.blake2b(plain, key=self._secret, digest_size=_SEAL_BYTES, person=person).digest()

    def _hide(self, mark: bytes, content: bytes) -> bytes:
        stream = bytearray()
        while len(stream) < len(content):
            block = mark + len(stream).to_bytes(4, "big")
            stream += hashlib.blake2b(block, key=self._secret, digest_size=64).digest()
        return bytes(a ^ b for a, b in zip(content, stream, strict=False))
