# ruff: noqa: RUF001 - the marks of what is hidden
"""Secrets with few letters and digits are hidden as well as long ones, and everyday words stay readable."""

from __future__ import annotations

import base64
import json
import textwrap
from typing import TYPE_CHECKING

import pytest

from support.selftests.secrets.known_secrets import TOKEN, make_redactor

if TYPE_CHECKING:
    from collections.abc import Callable

SHORT = [
    "Sommer2024!",
    "hunter2x",
    "p@ss-w0rd",
    "Tr0ub4dor&3",
    "k€y-für-9",
    "a\"b'c\\d 1",
    "%41bC%2",
    "\\n1234!x",
]


def _in_json(secret: str) -> str:
    units = memoryview(secret.encode("utf-16-le")).cast("H")
    return "".join(rf"\u{unit:04x}" for unit in units)


def _in_part(secret: str) -> str:
    return "".join(
        rf"\u{ord(char):04x}" if at % 2 else json.dumps(char, ensure_ascii=False)[1:-1]
        for at, char in enumerate(secret)
    )


ESCAPED: dict[str, Callable[[str], str]] = {
    "json": _in_json,
    "json twice": lambda secret: json.dumps(_in_json(secret))[1:-1],
    "bytes": lambda secret: "".join(rf"\x{byte:02x}" for byte in secret.encode()),
    "url": lambda secret: "".join(f"%{byte:02X}" for byte in secret.encode()),
    "url twice": lambda secret: "".join(f"%25{byte:02X}" for byte in secret.encode()),
    "html": lambda secret: "".join(f"&#{ord(char)};" for char in secret),
    "html, hex": lambda secret: "".join(f"&#x{ord(char):X};" for char in secret),
    "html twice": lambda secret: "".join(f"&amp;#{ord(char)};" for char in secret),
    "every second": _in_part,
}


@pytest.mark.parametrize("secret", [*SHORT, TOKEN])
@pytest.mark.parametrize("escape", ESCAPED)
def test_a_secret_is_hidden_when_every_character_of_it_is_escaped(secret: str, escape: str) -> None:
    """Also letters and digits may be escaped; nothing of them is left."""
    shown = ESCAPED[escape](secret)
    assert make_redactor(secret).text(f"before {shown} after") == "before ‹SECRET› after"


@pytest.mark.parametrize("shown", ["'Sommer2024…", "'Sommer20...", "…mer2024!'", "Sommer2024&hellip;"])
def test_what_a_clip_left_of_a_short_secret_is_hidden(shown: str) -> None:
    """Most of a secret is as good as the whole."""
    hidden = make_redactor("Sommer2024!").text(f"the name is {shown}, said somebody")
    assert "‹SECRET›" in hidden
    assert "2024" not in hidden
    assert hidden.startswith("the name is ")
    assert hidden.endswith(", said somebody")


@pytest.mark.parametrize(
    "text",
    [
        "Sommer 2024 was hot",
        "Sommer2025!",
        "Sommer…",
        "…2024!",
        "somewhere, hunter2 is x",
        "the latest tests of testing: 'a-test_1', TEST, Testy",
        "pass-w0rd",
    ],
)
def test_what_only_looks_similar_stays(text: str) -> None:
    """A word, a year, and a part of a secret by which nobody gets in."""
    redactor = make_redactor("Sommer2024!", "hunter2x", "test1", "p@ss-w0rd")
    assert redactor.text(text) is text


@pytest.mark.parametrize("secret", ["test", "admin", "letmein", "abc123"])
def test_a_plain_word_is_hidden_where_it_stands_alone(secret: str) -> None:
    """A secret that is a part of ordinary words does not blacken them, and is hidden where it was sent."""
    redactor = make_redactor(secret)
    for shown in (
        f"Bearer {secret}",
        f"a={secret}&b=1",
        f'{{"p":"{secret}"}}',
        f"user:{secret}@host",
        rf"x\n{secret}\n",
    ):
        hidden = redactor.text(shown)
        assert hidden == shown.replace(secret, "‹SECRET›")
    assert "‹SECRET›" in redactor.text(f"Basic {base64.b64encode(f'ada:{secret}'.encode()).decode()}")
    inside = f"x{secret}, {secret}ing, {secret}_users, {secret.upper()}"
    assert redactor.text(inside) is inside


@pytest.mark.parametrize("secret", ["''\"\"\\", "+ + +", "€§€§", "!!!!"])
def test_a_secret_without_letters_is_hidden(secret: str) -> None:
    """Signs alone may be a password."""
    assert make_redactor(secret).text(f"<{secret}>") == "<‹SECRET›>"


@pytest.mark.parametrize("width", [14, 17, 23])
@pytest.mark.parametrize("prefix", ["  12 | ", "E   ", "[gw0] out: ", "2026-11-26 13:00:01 INFO "])
def test_the_rest_of_a_secret_is_hidden_on_the_next_lines(width: int, prefix: str) -> None:
    """Whatever stands at the beginning of each line of a log."""
    lines = textwrap.wrap(TOKEN, width, break_on_hyphens=False)
    hidden = make_redactor(TOKEN).text("\n".join(prefix + line for line in lines))
    rest = [line for line in lines if len(line) >= 8]
    assert not [line for line in rest if line in hidden], hidden
    assert hidden.count(prefix.strip()) >= 1
