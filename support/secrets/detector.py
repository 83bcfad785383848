"""Finds registered secrets in texts: whole in any encoding, and what a shortened one left over.

Gives places, changes nothing. Secrets that begin alike, such as the passwords of one people, share one
search, so that a text costs the same with three of them as with thousands; and it costs in proportion to its
length, whatever it consists of.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from support.secrets.compressed import decode, unpack
from support.secrets.encodings import codings, edges, rare_codings, readings, reduce_coding
from support.secrets.escapes import LETTERS, LOWER, VISIBLE, reduce, undo
from support.secrets.folded import Reading
from support.secrets.forms import LONG_REMNANT, Form, Forms
from support.secrets.words import leading, trailing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.secrets.compressed import Part
    from support.secrets.forms import Span

REDUCIBLE = 12  # letters and digits from which on a reduced form cannot be met by chance
SHORTEST_FORM = 3  # visible signs by which a short secret can be found
LONGEST_NUMBER, LONGEST_WORD = 7, 11
# What base64 has no stable middle of.
TINY = 8
# Where something was left out: what stands next to it may be the rest of a secret.
_CUT = re.compile(r"(?>(?:(?:\.{3,}|…|(?<!\\)\\++u2026|&hellip;|&#8230;)\s*+)+)")
_CUT_SIGNS = ("...", "…", "u2026", "&hellip;", "&#8230;")
_CUT_LINES = re.compile(r"(?m)^(?:E\s+)?(?:[-+?] )?|$")
# A code in which each character has letters of its own, and what else stands for parts of its two ends.
_EVEN = re.compile(r"[0-9a-f,]*")
_BESIDE = "[0-9A-Za-z+/_-]{0,3}"
# Between what is searched as one: visible, of no word, and begins and goes on with no escape.
_APART = "|\n|"
_SKIPPING = " identical "  # pytest's "Skipping 42 identical leading characters in diff"


class Detector:
    """Learns secrets and finds them; learning needs a lock of the caller's, finding none."""

    def __init__(self, *, decodes: bool = True) -> None:
        self._long, self._short = Forms(), Forms()
        self._exact: tuple[tuple[str, str], ...] = ()
        # For what was decoded, which is not decoded again.
        self._tiny = Detector(decodes=False) if decodes else None
        self._has_tiny = False

    def learn(self, secret: str, label: str) -> None:
        """Find this secret from now on."""
        reduced = readings(secret)
        if min(map(len, reduced)) < REDUCIBLE:
            self._learn_short(secret, label)
        else:
            before, after = edges(secret, LETTERS)
            name = reduce(label)
            for form in reduced:
                start = len(name) if form.startswith(name) and len(form) - len(name) >= TINY else 0
                first, last = leading(secret, form, start), trailing(secret, form)
                self._long.add(Form(form, label, start, before, after, first_words=first, last_words=last))
        size = len(secret.encode("utf-8", "surrogatepass"))
        for coding in codings(secret) | rare_codings(secret):
            # A coding takes more characters for the same letters: 4 for 3 in base64, 2 for 1 in hex.
            least = math.ceil(LONG_REMNANT * max(1.0, len(coding) / size))
            before, after = ("", "") if _EVEN.fullmatch(coding) else (_BESIDE, f"{_BESIDE}={{0,6}}")
            self._long.add(Form(reduce_coding(coding), label, 0, before, after, least=least))

    def _learn_short(self, secret: str, label: str) -> None:
        """Learn a secret with few letters and digits by all of its visible signs."""
        forms = [form for form in readings(secret, VISIBLE) if len(form) >= SHORTEST_FORM]
        if not forms:
            self._exact = (*self._exact, (secret, label))
            return
        before, after = edges(secret, VISIBLE)
        word = secret if _is_word(secret) else ""
        for form in forms:
            self._short.add(Form(form, label, 0, before, after, word, is_short=True))
        if self._tiny is not None and len(secret.encode("utf-8", "surrogatepass")) < TINY:
            self._tiny.learn(secret, label)
            self._has_tiny = True

    def find(self, text: str) -> list[Span]:
        """Return where secrets stand: begin, end, label; in no order, they may overlap."""
        spans = self.find_written(text)
        for begin, end, content in unpack(text):
            spans += ((begin, end, label) for _, _, label in self.find_written(content))
        if self._tiny is not None and self._has_tiny:
            spans += self._tiny.find_apart([*decode(text)])
        return spans

    def find_apart(self, parts: Sequence[Part]) -> Iterator[Span]:
        """Find, by one search, in which of several parts of a text secrets stand as it was decoded there."""
        contents = [content for _, _, content in parts]
        begins = [*accumulate((len(content) + len(_APART) for content in contents), initial=0)]
        for first, last, label in self.find_written(_APART.join(contents)):
            number = bisect_right(begins, first) - 1
            if last <= begins[number] + len(contents[number]):
                begin, end, _ = parts[number]
                yield begin, end, label

    def find_written(self, text: str) -> list[Span]:
        """Find what needs no decoding."""
        spans: list[Span] = []
        for secret, label in self._exact:
            spans += ((match.start(), match.end(), label) for match in re.finditer(re.escape(secret), text))
        cuts = _cuts(text)
        undone, reading = undo(text), None
        for forms, folding in ((self._long, LETTERS), (self._short, VISIBLE)):
            heads = forms.hits(undone.translate(LOWER, folding.dropped)) if forms else ()
            if not (heads or (forms and cuts)):
                continue  # as nearly always: where each character stands need not be known
            reading = reading or Reading(text, [begin for begin, _ in cuts])
            folded = reading.folded(folding)
            spans += forms.find(heads, folded, text)
            if cuts:
                spans += forms.find_remnants(folded, text, cuts)
        return spans


def _cuts(text: str) -> list[tuple[int, int]]:
    if not any(sign in text for sign in _CUT_SIGNS) and _SKIPPING not in text:
        return []
    cuts = [match.span() for match in _CUT.finditer(text)]
    if _SKIPPING in text:
        cuts += (match.span() for match in _CUT_LINES.finditer(text))
    cuts.sort()
    ends, begins = [0, *(end for _, end in cuts)], [*(begin for begin, _ in cuts[1:]), len(text)]
    # Nothing is left over between cuts that are next to each other.
    beside = zip(cuts, ends, begins, strict=False)
    return [cut for cut, end, begin in beside if cut[0] - end > 1 or begin - cut[1] > 1]


def _is_word(secret: str) -> bool:
    """Return whether a secret may be a part of some word, so that it is hidden only where it stands alone."""
    is_plain = secret.isascii() and secret.isalnum()
    return is_plain and len(secret) <= (LONGEST_WORD if secret.isalpha() else LONGEST_NUMBER)
