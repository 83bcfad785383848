"""C12 and C13: secrets of awkward shapes in every encoding, cut and wrapped; and what looking for them costs.

Runs no story: `ci.trials.planted_secrets` looks through what whole runs leave.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ci.trials.conditions.rows import Row
from ci.trials.planted_secrets.encodings import ENCODINGS
from ci.trials.planted_secrets.search import find
from ci.trials.planted_secrets.shapes import make_secrets
from support.benchmarks import redaction
from support.secrets.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MIB = 1024 * 1024
MOST_S = 1.0  # of a processor for 1 MiB
ROUNDS = 3  # whatever else keeps the machine busy makes a single one slow
# How a text with a secret in it is shown.
SHOWN: dict[str, Callable[[str], str]] = {
    "whole": lambda text: f"said: {text} .",
    "cut before its last character": lambda text: f"said: {text[:-1]}…",
    "cut after its first characters": lambda text: f"said: …{text[2:]} .",
    "broken over lines": lambda text: "\n".join(text[at : at + 20] for at in range(0, len(text), 20)),
}


def encodings(_: Path) -> Iterator[Row]:
    """C12: each encoding of all shapes, in each way of showing it."""
    secrets = make_secrets(12)
    redactor = Redactor()
    for shape, secret in secrets.items():
        redactor.register(secret, shape)
    for name, encode in ENCODINGS.items():
        texts = {
            f"{shape}, {way}": show(encode(secret))
            for shape, secret in secrets.items()
            for way, show in SHOWN.items()
        }
        found = find(secrets, {where: redactor.text(text) for where, text in texts.items()})
        seen = f"{found[0].shape} in {found[0].where}" if found else f"{len(texts)} texts"
        yield Row("C12", name, "hidden", not found, seen=seen)


def long_texts(_: Path) -> Iterator[Row]:
    """C13: 1 MiB of little variety, as of a hostile service."""
    redactor = redaction.make_redactor()
    for kind, make in redaction.KINDS.items():
        text = make(MIB)
        began = time.monotonic()
        taken = min(redaction.measure(redactor, text) for _ in range(ROUNDS))
        expected = f"at most {MOST_S:g} s of a processor"
        yield Row("C13", f"1 MiB of {kind}", expected, taken <= MOST_S, seconds=time.monotonic() - began,
                  seen=f"{taken:.2f} s of a processor")  # fmt: skip
