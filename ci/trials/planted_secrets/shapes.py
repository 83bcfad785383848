"""Secrets of awkward shapes: short ones, ones full of signs, ones that begin like others or like any report.

Each begins and ends with a letter or a digit, as most do, and none is the same in two trials.
"""

from __future__ import annotations

import base64
import json
import random
import string

ALPHABET = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits


def make_secrets(seed: int) -> dict[str, str]:
    """Return a secret of each shape by its name."""
    chosen = random.Random(seed)

    def some(length: int, signs: str = ALPHABET) -> str:
        return "".join(chosen.choices(signs, k=length))

    beginning = f"q7{some(9, LOWER)}"
    return {
        "short": f"{some(7)}7",
        "word and year": f"{chosen.choice(('Sommer', 'Winter', 'Herbst'))}{chosen.randrange(2015, 2027)}!",
        "quotes and backslashes": f'p{some(2)}"{some(2)}\'{some(3)}\\{some(2)}\\\\"{some(3)}9',
        "what URLs escape": f"u{some(2)}%{some(2)}%25&{some(1)}=+/{some(3)}?#{some(2)}%2F{some(2)}4",
        "other scripts": f"g{some(1)}öß{some(2)}é{some(1)}λ漢字{some(2)}€ñ{some(2)}5",
        "blanks": f"{some(5, LOWER)} {some(4, LOWER)}  {some(2, LOWER)} {some(5, LOWER)}8",
        "long": _make_token(some(24), some(342)),
        "beginning of another": beginning,
        "begins as another": f"{beginning}-{some(3)}_{some(8)}3",
        "words of the report": f"acceptance-suite-q{some(9)}4{some(9)}-of-users",
    }


def _make_token(subject: str, signature: str) -> str:
    """Return what looks like a JSON Web Token, with what is signed readable to whoever decodes it."""
    parts = ({"alg": "RS256", "typ": "JWT", "kid": signature[:16]}, {"sub": subject, "scope": "users.write"})
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*coded, signature])
