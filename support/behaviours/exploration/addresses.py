"""Email addresses that clients send: which two are one (clause 2.3), and what the contract says of each.

Every address carries a mark of the run in small letters, so that cleanup finds whoever has it; around the
mark the address varies.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from support.behaviours.exploration.texts import Fate, Sample
from support.cast.odd_values import long_email

if TYPE_CHECKING:
    from support.target import Target

# The part before the @. The first ones are one address in other letters; all others are different people.
SAME = ("ada.{mark}", "Ada.{mark}", "ADA.{mark}", "aDa.{mark}")
DIFFERENT = (
    "a.d.a.{mark}", "ada.{mark}+tag", "ada.{mark}+other", "a_d_a.{mark}", "axdxa.{mark}", "a-d-a.{mark}",
    "{mark}", "0123.{mark}", "00123.{mark}", "lidia.{mark}", "zoe.{mark}",
)  # fmt: skip
# Allowed in addresses (RFC 5321 §4.1.2), and yet refused by many a validator.
UNUSUAL = (
    "o'neil.{mark}",
    "=ada.{mark}",
    "%ada.{mark}",
    "a%64a.{mark}",
    "a*a.{mark}",
    "a&b.{mark}",
    "{{a}}.{mark}",
    "+ada.{mark}",
)
BEYOND_ASCII = ("zo\u00eb.{mark}", "l\u0131dia.{mark}", "\u674e.{mark}")
# One address where accents are promised to be one however they are composed; elsewhere nobody says.
RECOMPOSED = ("zoe\u0308.{mark}", "ZO\u00cb.{mark}")
# Pairs of addresses that services take for one another, as stories call some kinds of them. Those in other
# letters are one address each, all others two. None of the kinds is of pairs alone that a service may refuse.
ALIKE: dict[str, tuple[tuple[str, str], ...]] = {
    "emails in other letters": (
        ("ada.{mark}", "ADA.{mark}"),
        ("ada.{mark}", " ada.{mark}"),
        ("zo\u00eb.{mark}", "zoe\u0308.{mark}"),
    ),
    "emails with dots, tags and wildcards": (
        ("ada.{mark}", "a.d.a.{mark}"),
        ("ada.{mark}", "ada.{mark}+tag"),
        ("axdxa.{mark}", "a_d_a.{mark}"),  # each creation is followed by a search for its address
        ("a%64a.{mark}", "ada.{mark}"),
    ),
    "emails that differ in one character": (
        ("lidia.{mark}", "l\u0131dia.{mark}"),
        ("0123.{mark}", "00123.{mark}"),
        ("ada.{mark}", "ada.{mark}x"),
        ("zoe.{mark}", "zo\u00eb.{mark}"),
    ),
    "emails with quotes, and long ones": (("o'neil.{mark}", "oneil.{mark}"),),
}
# Two of the last kind that are alike for as long as careless indexes look [characters].
LONG = (200, 201)
# What is no address, whatever else it is.
NO_ADDRESSES = (
    "{mark}.example.com",
    "{mark}@",
    "@{mark}.example.com",
    "{mark}@@example.com",
    "{mark} x@example.com",
    "",
)


def addresses(target: Target, *, flawed: bool = True) -> st.SearchStrategy[Sample]:
    """Return addresses with `{mark}` in the place of somebody's mark; `flawed` ones among them."""
    first = target.sending.email_domains[0]
    locals_ = [(local, Fate.TAKEN) for local in (*SAME * 3, *DIFFERENT)]
    recomposed = RECOMPOSED if target.promise("unicode-email") else ()
    locals_ += [(local, Fate.EITHER) for local in (*UNUSUAL, *BEYOND_ASCII, *recomposed)]
    whole = st.builds(
        lambda local, domain: Sample(f"{local[0]}@{domain}", "an address", local[1]),
        st.sampled_from(locals_),
        st.sampled_from(_domains(target) + target.sending.email_domains[:1] * 3),
    )
    longest = st.sampled_from(
        [Sample(f"longest:{target.limits.email}:{first}", "as long as allowed", Fate.EITHER)]
    )
    choices = [whole, whole, whole, longest]
    if flawed and target.promise("validation"):
        none = [Sample(text, "no address", Fate.REFUSED) for text in NO_ADDRESSES]
        too_long = Sample(f"longest:{target.limits.email + 1}:{first}", "too long", Fate.REFUSED)
        choices.append(st.sampled_from([*none, too_long]))
    return st.one_of(choices)


def pairs(target: Target) -> st.SearchStrategy[tuple[Sample, Sample]]:
    """Return pairs of addresses that are easily taken for one another, whichever they are."""
    return st.sampled_from([pair for kind in ALIKE for pair in _sent(kind, target)])


def known_pairs(target: Target, kind: str) -> list[tuple[Sample, Sample]]:
    """Return each pair of a kind of addresses that are easily taken for one another, either of them first."""
    found = _sent(kind, target)
    if kind == list(ALIKE)[-1] and target.limits.email >= max(LONG):
        first = target.sending.email_domains[0]
        one, other = (Sample(f"longest:{length}:{first}", "long", Fate.EITHER) for length in LONG)
        found.append((one, other))
    return [pair for one, other in found for pair in ((one, other), (other, one))]


def _sent(kind: str, target: Target) -> list[tuple[Sample, Sample]]:
    """Return the pairs of a kind that a target may be sent."""
    first = target.sending.email_domains[0]
    may = [pair for pair in ALIKE[kind] if target.promise("unicode-email") or "".join(pair).isascii()]
    return [(_alike(one, first), _alike(other, first)) for one, other in may]


def _alike(local: str, domain: str) -> Sample:
    """Return a sample; one with a blank around it, other letters or unusual signs may be refused as it is."""
    plain = local.isascii() and local == local.strip() and local not in UNUSUAL
    return Sample(f"{local}@{domain}", "an address", Fate.TAKEN if plain else Fate.EITHER)


def spellings(target: Target) -> st.SearchStrategy[Sample]:
    """Return spellings of one address."""
    domains = st.sampled_from(_domains(target)[:2])
    return st.builds(
        lambda local, domain: Sample(f"{local}@{domain}", "an address"), st.sampled_from(SAME), domains
    )


def _domains(target: Target) -> tuple[str, ...]:
    """Return the domains that the target takes, the first one in both cases."""
    first, *others = target.sending.email_domains
    return (first, first.upper(), *others)


def write_out(sample: Sample, mark: str) -> str:
    """Return the address of a sample for the owner of a mark."""
    if sample.value.startswith("longest:"):
        _, length, domain = sample.value.split(":")
        return long_email(f"ada.{mark}", int(length), domain)
    return sample.value.replace("{mark}", mark).replace("{{a}}", "{a}")


def key_of(email: str, *, composes: bool) -> str:
    """Return what all spellings of one address have in common: trimmed, without regard to case.

    Case is taken sign by sign, without folding, which would make different people's addresses equal.
    """
    key = email.strip()
    if composes:
        key = unicodedata.normalize("NFC", key)
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in key)
