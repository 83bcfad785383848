"""What makes the search for secrets quick makes it miss nothing: it finds what a plain search finds."""

from __future__ import annotations

import base64
import html
import json
import random
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.benchmarks.redaction import KINDS
from support.secrets import folded
from support.secrets.detector import Detector
from support.secrets.escapes import LETTERS, VISIBLE
from support.secrets.folded import Reading
from support.selftests.secrets.known_secrets import PASSWORD, TOKEN, WORDY
from support.selftests.secrets.plain_search import find_plainly, fold_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRETS = [
    TOKEN,
    PASSWORD,
    WORDY,
    "Sommer2024!",
    "test",
    "p@ss-w0rd",
    "%41bC%2",
    "€§!$",
    "k€y-für-9",
    "\\n1234!x",
]
# What escapes, cuts, margins and quoting consist of, whole and in pieces.
PIECES = [
    *("\\", '"', "'", "%", "&", ";", "#", "\n", "\nE   ", "\n> ", "\n b'", "b'", 'b"', "b\\", " ", "\t"),
    *("%25", "%5c", "%5C", "%3b", "%23", "%26", "25", "5c", "23", "3b", "&amp;", "&amp%3B", "&#", "&#x"),
    *("&#39;", "&quot;", "&hellip;", "&nothing;", "&lt", "\\n", "\\r", "\\u", "\\u0041", "\\u2026", "\\x"),
    *("\\x41", "\\U", "0001f600", "x1b", "\x1b[", "\\x1b[0m", "\x1b[31;1m", "0;", "[", "m", "…", "...", ".."),
    *("E", "n", "b", "a", "0041", "41", "é", "€", "\u00e2\u0082\u00ac", "\ud83d", "-", "+", "/", "=", "{"),
    *("}", ".", ",", ":", "_", "Skipping 42 identical leading characters", "acceptance", "suite", "users"),
]
WRITTEN = {
    "as it is": str,
    "json": lambda secret: json.dumps(secret)[1:-1],
    "json twice": lambda secret: json.dumps(json.dumps(secret))[1:-1],
    "url": lambda secret: quote(secret, safe=""),
    "url twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "html": html.escape,
    "bytes": lambda secret: repr(secret.encode())[2:-1],
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
}


def _parts() -> st.SearchStrategy[str]:
    """Return pieces of texts: what escapes are made of, and secrets, whole and cut."""
    secret = st.builds(
        lambda secret, written, begin, end: WRITTEN[written](secret)[begin : end or None],  # type: ignore[operator]
        st.sampled_from(SECRETS),
        st.sampled_from(sorted(WRITTEN)),
        st.sampled_from([0, 0, 0, 3, 9]),
        st.sampled_from([0, 0, 0, -3, -8]),
    )
    return st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), st.text(max_size=4), secret)


@pytest.fixture(scope="module", autouse=True)
def _small_blocks() -> Iterator[None]:
    """Part texts as soon as they can be, as long ones are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folded, "BLOCK", 1)
        yield


@pytest.fixture(scope="module")
def detector() -> Detector:
    """Return a detector that knows secrets of each kind."""
    made = Detector()
    for secret in SECRETS:
        made.learn(secret, "SECRET")
    return made


@settings(max_examples=1500, deadline=None)
@given(text=st.lists(_parts(), max_size=25).map("".join))
@example(text='%5c\\u2026&amp%3B#39;%25%2541&\\"amp;b\\"')
@example(text="a%\\\\\"n&%2523x41;\n E  b'x")
def test_a_text_in_blocks_reads_like_the_whole(text: str) -> None:
    """No escape goes over the end of a block, and every character is where it was."""
    for folding in (LETTERS, VISIBLE):
        quick, plain = Reading(text).folded(folding), fold_whole(text, folding)
        assert quick.form == plain.form
        assert [quick.span(at, at + 1) for at in range(len(quick.form))] == [
            plain.span(at, at + 1) for at in range(len(plain.form))
        ]
        assert [quick.index(at) for at in range(len(text) + 1)] == [
            plain.index(at) for at in range(len(text) + 1)
        ]


@settings(max_examples=1500, deadline=None)
@given(text=st.lists(_parts(), max_size=25).map("".join))
def test_nothing_is_missed_in_any_text(detector: Detector, text: str) -> None:
    """Whole secrets, long beginnings of them and what is beside a cut."""
    assert set(detector.find_written(text)) == find_plainly(detector, text)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_missed_in_awkward_texts(detector: Detector, kind: str) -> None:
    """Also where blocks are long, as nothing tells where to part the text, and where there are many cuts."""
    chosen = random.Random(kind)
    for written in WRITTEN.values():
        secret = written(chosen.choice(SECRETS))  # type: ignore[operator]
        text = f"{KINDS[kind](500)}{secret}{KINDS[kind](300)}…{secret[4:]}{KINDS[kind](200)}{secret[:-4]}..."
        assert set(detector.find_written(text)) == find_plainly(detector, text)
