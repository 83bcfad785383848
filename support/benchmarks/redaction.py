"""How long it takes to look for secrets in long texts: `python -m support.benchmarks.redaction [SIZE]`.

Prints the seconds of processor time for each kind of text of that size [KiB], 1024 by default. The bar is one
second for 1 MiB.
"""

from __future__ import annotations

import gc
import sys
import time
from typing import TYPE_CHECKING

from support.secrets.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

SECRETS = (
    "api_token-Zk3_9xQvLw-8aPqRsT0uVwXyZabcd012",
    "acceptance-suite-7fQ2xLm9Rt4vK",
    "Sommer2024!",
    '\\"pass\'word" %5c&amp;\\',
    "test",
    "€§!$",
)
PASSWORDS = 1000  # of people, beside those
AMONG = '{"name":"Ada…","email":"ada@example.com"}'

# Texts of little variety, in which a careless search begins again at every character.
KINDS: dict[str, Callable[[int], str]] = {
    "backslashes": lambda size: "\\" * size,
    "backslashes, url": lambda size: "%5c" * (size // 3),
    "backslashes, url twice": lambda size: "%255C" * (size // 5),
    "percent signs": lambda size: "%" * size,
    "percent signs, escaped": lambda size: "%25" * (size // 3),
    "percent signs, nested": lambda size: "%" + "25" * (size // 2),
    "ampersands": lambda size: "&" * size,
    "ampersands, escaped": lambda size: "&amp;" * (size // 5),
    "ampersands, nested": lambda size: "&" + "amp;" * (size // 4),
    "ampersands, url": lambda size: "%26amp%3B" * (size // 9),
    "quotes": lambda size: '"' * size,
    "single quotes": lambda size: "'" * size,
    "escaped quotes": lambda size: '\\"' * (size // 2),
    "interrupted quotes": lambda size: "'\"'\"'" * (size // 5),
    "blanks": lambda size: " " * size,
    "blanks after a margin": lambda size: "\nE " + " " * size,
    "lines": lambda size: "\n" * size,
    "margins": lambda size: "\nE   " * (size // 5),
    "bytes": lambda size: "\n b'" * (size // 4),
    "colours": lambda size: "\x1b[0m" * (size // 4),
    "an endless colour": lambda size: "\x1b[" + "0;" * (size // 2),
    "cuts": lambda size: "…" * size,
    "cuts with a letter": lambda size: "…a" * (size // 2),
    "dots": lambda size: "." * size,
    "letters": lambda size: "a" * size,
    "escaped letters": lambda size: r"\u0041" * (size // 6),
    "words of a secret": lambda size: "acceptance suite of users " * (size // 26),
    "pluses": lambda size: "+" * size,
    "zeros": lambda size: "&#" + "0" * size,
}


def make_redactor() -> Redactor:
    """Return a redactor that knows what a long run knows."""
    redactor = Redactor()
    for secret in SECRETS:
        redactor.register(secret, "SECRET")
    for number in range(PASSWORDS):
        redactor.register(f"Pw-acct0abcdzz.gw0-{number}-\"&%é\\'<+ {number:08x}", "password")
    return redactor


def measure(redactor: Redactor, text: str) -> float:
    """Return how long it takes to hide the secrets of a text [s], what is beside a cut included."""
    text = f"{AMONG}{text}{SECRETS[0]}{AMONG}"
    gc.disable()  # which looks through whatever else there is
    begin = time.process_time()
    hidden = redactor.text(text)
    seconds = time.process_time() - begin
    gc.enable()
    assert SECRETS[0] not in hidden
    return seconds


def main(size: int) -> None:
    """Print a line for each kind of text."""
    redactor = make_redactor()
    for kind, make in KINDS.items():
        print(f"{measure(redactor, make(size)):8.3f} s  {kind}")


if __name__ == "__main__":
    main(1024 * int(sys.argv[1] if len(sys.argv) > 1 else 1024))
