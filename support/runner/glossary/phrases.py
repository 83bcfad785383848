"""What a sentence is made of: its placeholders, the texts that stand for them, and the phrases these are.

Works on the wording of a definition (`support.runner.sentences`), for the glossary and for the checks of the
features; stories are matched by pytest-bdd itself.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

from support.runner.sentences import KINDS, NESTED

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAGS = re.IGNORECASE | re.DOTALL


def placeholders(sentence: str) -> dict[str, str]:
    """Return the names of a sentence's placeholders with their kinds, in order."""
    return {name: str(kind) for _, name, kind, _ in Formatter().parse(sentence) if name is not None}


def texts(sentence: str, step: str) -> dict[str, str]:
    """Return what stands for each placeholder in a step; raises ValueError for a step of other words."""
    pattern = "".join(
        re.escape(literal) + (f"(?P<{name}>{KINDS[str(kind)].pattern})" if name is not None else "")
        for literal, name, kind, _ in Formatter().parse(sentence)
    )
    found = re.fullmatch(pattern, step, FLAGS)
    if found is None:
        raise ValueError(f"{step!r} is not said by {sentence!r}")
    return found.groupdict()


def phrases_in(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """Return each phrase that a text is, with its kind, and those of the kinds that it names."""
    for phrase in KINDS[kind].phrases:
        pieces = NESTED.split(phrase)
        pattern = "".join(
            f"({KINDS[piece].pattern})" if index % 2 else re.escape(piece)
            for index, piece in enumerate(pieces)
        )
        if found := re.fullmatch(pattern, text, FLAGS):
            yield kind, phrase
            for nested, inner in zip(pieces[1::2], found.groups(), strict=True):
                yield from phrases_in(nested, inner)
