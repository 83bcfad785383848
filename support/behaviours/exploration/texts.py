"""Texts that clients send as names and nicknames: strategies that know where services go wrong.

Each text comes with what the contract says of it: that it has to be taken, that it has to be refused, or that
a correct service may do either. Only what the contract decides is ever held against a service.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from hypothesis import strategies as st

# Words that every collation puts in one order, so that sorted lists can be judged by them.
SORTABLE = ("bade", "cafe", "deaf", "face", "gala", "hale", "idea", "jade", "kale", "lima")
# Kinds of text that are data like any other (clause 1.3); each kind is one way in which services go wrong.
PLAIN: dict[str, tuple[str, ...]] = {
    "letter case alone": (
        "ada king", "Ada King", "ADA KING", "aDA kING", "Stra\u00dfe", "STRASSE", "\u0131I",
    ),
    "composition": (
        "Zo\u00eb", "Zoe\u0308", "\u00c5ngstr\u00f6m", "A\u030angstro\u0308m", "\u1ec7", "e\u0302\u0323",
    ),
    "look-alikes": (
        "\u212bngstrom", "\ufb01ve", "\uff21\uff44\uff41", "\u0410\u0434\u0430", "\u2168", "x\u00b2",
    ),
    "scripts": (
        "\u674e\u5c0f\u9f8d", "\ud55c\uae00", "\u0939\u093f\u0928\u094d\u0926\u0940",
        "\u0e40\u0e2d\u0e14\u0e32", "\u0395\u03bb\u03ad\u03bd\u03b7\u03c2",
    ),
    "right to left": (
        "\u0645\u062d\u0645\u062f \u0639\u0628\u062f", "\u05e2\u05d3\u05d4 King",
        "Ada \u05dc\u05d0\u05d1\u05dc\u05d9\u05d9\u05e1",
    ),
    "joiners": (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "Ada \U0001f469\u200d\U0001f469\u200d\U0001f467", "\u0915\u094d\u200dA",
    ),
    "beyond the first plane": (
        "\U0001d4d0da", "\U00020bb7\u91ce\u5bb6", "Ada \U0001f600", "\U0001f1e9\U0001f1ea Ada",
        "\U0001f44d\U0001f3fd A",
    ),
    "formulas": ("=1+1", "+49 Ada", "-Ada", "@SUM(A1)", '=HYPERLINK("x")', "+1", "-1"),
    "quotes": ("'Ada'", '"Ada"', "`Ada`", "Miles O'Brien", "\u2019Ada\u201c", '"', "Ada''", "$$Ada$$"),
    "numbers": (
        "42", "042", "+42", "1e3", "1.0", "-0", ".5", "5.", "0x1F", "1_000", "1,000", "9007199254740993",
        "\u0661\u0662", "NaN", "Infinity",
    ),
    "truth values": ("true", "false", "True", "FALSE", "yes", "no", "on", "off", "t", "Y"),
    "nothing in disguise": (
        "null", "NULL", "Null", "None", "nil", "undefined", "N/A", "NA", "void", "empty",
    ),
    "dates": (
        "2024-02-30", "2024-01-01", "2024-01-01T00:00:00Z", "12/11/10", "1 Jan 1970", "12:30", "MAR1",
    ),
    "database words": (
        "x'; --", "' OR 1=1 --", "Robert'); DROP TABLE users;--", "A%", "A_", "A*", "A;", "/* A */",
    ),
    "markup": (
        "<b>Ada</b>", "Ada & Bob", "&amp;Ada", "&lt;Ada&gt;", "<Ada>", "Ada <3", "]]>A", "<!-- A -->",
        "&#65;",
    ),
    "escapes": (
        "Ada\\n", "\\u0041da", "%41da", "%00Ada", "A\\", "\\\\A", "Ada%20King", "A+B", "=?utf-8?q?A?=",
        "\\x41",
    ),
    "templates": (
        "${7*7}", "{{7*7}} A", "#{A}", "%s A", "%n1", "{0}", "$HOME", "`id`", "$(id)", "<%= A %>",
    ),
    "structures": (
        "{}A", "[1]", '{"name":"A"}', "A,B", "A;B", "A|B", "A\u00b7B", "key=A", "A: B", "../A", "C:\\A",
    ),
    "blanks inside": (
        "Ada  King", "Ada   King", "Ada\u00a0King", "Ada\u3000King", "Ada\u2009King", "A d a",
    ),
    "one letter": ("A", "a", "1", "\u00e9", "\u674e"),
    "order": SORTABLE,
}  # fmt: skip
OUTER_BLANKS = (" Ada", "Ada ", "  Ada  ", " A B ", "0 ")
# Text that a correct service may refuse; what it takes, it keeps.
DELICATE = (
    "A\x00da", "A\tda", "A\nda", "A\r\nda", "\x1b[1mA", "A\x7f", "A\u0085", "\ufeffAda", "A\ufffe",
    "\u200eAda\u200f",
    "\u202eadA\u202c", "\u2066A\u2069", "A\u200b", "\u2028A", "A\u00ad", "\ue000A", "\u0301", "\u3164",
    "\U000e0041A", "!", "-", "'",
    "\u00a0Ada", "Ada\u3000", "\U0001f600",
)  # fmt: skip
# One sign of each length in bytes and in UTF-16 units. Only the first three are one character however
# characters are counted, so that only they may be refused for being too many.
UNITS = ("x", "\u00e9", "\u674e", "\U0001d4d0")
COUNTED_ALIKE = UNITS[:3]
AT_THE_LIMIT = "as long as allowed"


class Fate(StrEnum):
    """What the contract says of a value that is sent."""

    TAKEN = "has to be taken"
    EITHER = "may be taken or refused"
    REFUSED = "has to be refused"


@dataclass(frozen=True, slots=True)
class Sample:
    """A value to send, of which kind it is, and what the contract says of it."""

    value: str
    kind: str
    fate: Fate = Fate.TAKEN

    def __repr__(self) -> str:
        return f"{self.kind}: {self.value!r}"


def names(
    limit: int, *, least: int = 1, trims: bool = False, validates: bool = True
) -> st.SearchStrategy[Sample]:
    """Return texts for a detail of `least` to `limit` characters.

    Too short and too long ones come only where the target validates.
    """
    plain = [known_texts(kind, limit, trims=trims) or [Sample("A", kind)] for kind in PLAIN]
    outer = known_texts("outer blanks", limit, trims=trims)
    # Most of it is text that has to be kept, each kind as often as any other.
    choices = [st.sampled_from(plain).flatmap(st.sampled_from)] * 6
    choices += [_any_script(limit)] * 2
    choices += [_at_the_limit(limit)]
    choices += [st.sampled_from(known_texts("delicate", limit, trims=trims))]
    choices += [st.sampled_from(outer)] if outer else []
    if validates:
        choices += [_out_of_range(limit, least)]
    return st.one_of(choices)


def known_texts(kind: str, limit: int, *, trims: bool = False) -> list[Sample]:
    """Return the texts of a kind that have at most `limit` characters.

    Where the target drops outer blanks, none are sent, because it may count others as blanks than we do.
    """
    fate = Fate.EITHER if kind == "delicate" else Fate.TAKEN
    longest = tuple(unit * limit for unit in COUNTED_ALIKE)
    others = {"outer blanks": OUTER_BLANKS, "delicate": DELICATE, AT_THE_LIMIT: longest}
    texts = {**PLAIN, **others}[kind]
    return [
        Sample(text, kind, fate)
        for text in texts
        if len(text) <= limit and not (trims and _may_be_trimmed(text))
    ]


def _may_be_trimmed(text: str) -> bool:
    """Return whether a text begins or ends with a sign that some language drops: a blank, or one unseen."""
    return any(unicodedata.category(sign)[0] in "ZC" for sign in (text[0], text[-1]))


def _any_script(limit: int) -> st.SearchStrategy[Sample]:
    """Return Hypothesis' own text: letters, marks, digits, signs and blanks of any script."""
    signs = st.characters(exclude_categories=("C", "Zl", "Zp"))
    texts = st.text(signs, min_size=1, max_size=min(limit, 40))
    return texts.filter(lambda text: text == text.strip() and any(map(str.isalnum, text))).map(
        lambda text: Sample(text, "any script")
    )


def _at_the_limit(limit: int) -> st.SearchStrategy[Sample]:
    """Return text as long as the limit, or around the lengths that other ways of counting make of it."""
    lengths = sorted(
        {n for n in (limit, limit - 1, limit // 2, limit // 2 + 1, limit // 3 + 1, limit // 4 + 1) if n}
    )
    return st.builds(
        lambda unit, length: Sample(unit * length, AT_THE_LIMIT),
        st.sampled_from(UNITS),
        st.sampled_from(lengths),
    )


def _out_of_range(limit: int, least: int) -> st.SearchStrategy[Sample]:
    lengths = (limit + 1, limit + 2, 2 * limit)
    too_long = [unit * length for unit in COUNTED_ALIKE for length in lengths]
    too_short = ["", "   "] if least else []
    return st.sampled_from([Sample(text, "out of range", Fate.REFUSED) for text in (*too_long, *too_short)])
