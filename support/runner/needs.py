"""What a story needs by its own words: a detail, an order, a size of pages that a target may not have.

Tags say which promises a story is about (`support.runner.applicability`). Its sentences name details and
numbers, rows of an outline included, and a target that has no such thing has nothing to keep.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from support.target.promises import WHOLES, is_partly_promised
from support.users.pages import MOST_FOR_A_PAGE, SORT_KEYS, page_to_fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from support.target import Target

NULL = re.compile(r"\ba null (name|email|nickname)\b|the (nickname) of user \w+ to nothing")
# What a sentence asks of a promise that is made of parts.
PARTS_BY_WORDING = tuple(
    (re.compile(wording), promise)
    for wording, promise in {
        r"\ban? (missing|null|empty) (name|email)\b|\b(name|email) of blanks only": "validation-required",
        r"\ban email (without @|with two @|with a blank inside|with nothing|with a dot)": "validation-emails",
        r"\ba (number|list|truth value) for|\ban object for": "validation-kinds",
        r"\bthat is too (long|short)\b": "validation-lengths",
        r"without credentials creates": "auth-registration",
        # Where a replacement keeps what it leaves out, nothing is missing from it.
        r"replaces user \w+ with a missing": "put-clears",
    }.items()
)
ORDER = re.compile(r"\bsorted by ([\w, ]+?)(?:, \d+ per page)?$")
BROKEN_FORM = re.compile(r"\ba form that (?!is too large)")
# What a story about robustness sends, and anything may be answered but a fault; others expect a refusal.
WHATEVER = "the request is accepted or cleanly refused"
FOREIGN_FORMAT = re.compile(r"\bsends (plain text|XML|a web form|an unknown character set) to create\b")
KEEPS_FORMS = "keeps forms that are no user, which nobody could delete"
SOMEHOW = re.compile(
    r"client gives .* another |another client changes|notes each version|clients? changes a user of its own"
    r"|have seen changes of"
)
GONE_FOR_GOOD = re.compile(r"\bno reader finds user \w+ by id\b")
RETURNS = re.compile(r"has been deleted\n(?:.*\n)*no other user has the id")
LARGEST = "largest page size"
LONGEST_KEY = "an idempotency key that is as long as promised"
DEFAULT = "of the default size"
UNANSWERED = "over connections that break"
MANY = "more users exist than fit on one page"


def _details(text: str, target: Target) -> Iterator[str]:
    for detail in ("nickname", "password"):
        # What is left out on purpose is no more there where nobody has it.
        if re.search(rf"(?<!no )\b{detail}\b", text) and not getattr(target.fields, detail):
            yield f"target {target.name} has no {detail}"


def _nulls(text: str, target: Target) -> Iterator[str]:
    for found in NULL.finditer(text):
        detail = found[1] or found[2]
        is_nullable = detail in target.fields.nullable
        clears = found[2] and target.sending.clears_with == "empty"
        if detail == "nickname" and not is_nullable and not clears:
            yield f"target {target.name} does not take null for the nickname"
        elif detail != "nickname" and is_nullable:
            yield f"target {target.name} takes null for the {detail}"


def _orders(text: str, target: Target) -> Iterator[str]:
    found = ORDER.search(text)
    if found and found[1] in SORT_KEYS and SORT_KEYS[found[1]] not in target.lists.sort_keys:
        yield f"target {target.name} does not promise to sort by {found[1]}"


def _sizes(text: str, target: Target) -> Iterator[str]:
    if ('asks for a page of "' in text or "whose size is named" in text) and not target.lists.has_sizes:
        yield f"target {target.name} has no parameter for the size of a page"
    if DEFAULT in text and "page_default" not in target.limits.model_fields_set:
        yield f"target {target.name} does not say how many users a page has that is asked for without a size"
    if DEFAULT in text and target.limits.page_default > MOST_FOR_A_PAGE:
        size = target.limits.page_default
        yield f"a page of target {target.name} holds {size} users, more than a story creates"


def _forms(text: str, target: Target) -> Iterator[str]:
    if BROKEN_FORM.search(text) and not target.sending.broken_forms:
        yield f"target {target.name} {KEEPS_FORMS}"


def _changes(text: str, target: Target) -> Iterator[str]:
    # By whatever way the target offers (`UsersApi.change_somehow`); there must be one.
    if SOMEHOW.search(text) and not (target.promise("patch") or target.promise("put-writes")):
        yield f"target {target.name} promises no way to change a user"


def _ids(text: str, target: Target) -> Iterator[str]:
    # Only such stories create somebody in between, who may have got the id.
    if GONE_FOR_GOOD.search(text) and target.fields.ids_return:
        yield f"target {target.name} gives the id of a deleted user to the next one"


def _parts(text: str, target: Target) -> Iterator[str]:
    for wording, promise in PARTS_BY_WORDING:
        is_asked = wording.search(text) and is_partly_promised(WHOLES[promise], target.promises)
        if is_asked and not target.promise(promise):
            yield f"target {target.name} does not promise {promise}"


def _keys(text: str, target: Target) -> Iterator[str]:
    if LONGEST_KEY in text and target.idempotency.key_max is None:
        yield f"target {target.name} does not say how long a key may be (idempotency.key_max)"


def _searches(text: str, target: Target) -> Iterator[str]:
    if UNANSWERED in text and not target.finds_unanswered:
        yield f"target {target.name} has no list or search that finds users whose creation was not answered"


# What a target may accept without breaking a promise: only stories that expect a refusal ask for these.
REFUSED = (_nulls, _parts)
RULES: tuple[Callable[[str, Target], Iterator[str]], ...] = (
    _details,
    _nulls,
    _orders,
    _sizes,
    _forms,
    _changes,
    _ids,
    _parts,
    _keys,
    _searches,
)


def reasons_by_wording(sentences: Iterable[str], target: Target) -> Iterator[str]:
    """Return why a story does not apply to a target, each reason once, by its sentences."""
    texts = list(sentences)
    whole = "\n".join(texts)
    rules = [rule for rule in RULES if not (rule in REFUSED and WHATEVER in texts)]
    reasons = [reason for text in texts for rule in rules for reason in rule(text, target)]
    if WHATEVER in texts and FOREIGN_FORMAT.search(whole) and not target.sending.broken_forms:
        reasons.append(f"target {target.name} {KEEPS_FORMS}")
    if target.fields.ids_return and RETURNS.search(whole):
        reasons.append(f"target {target.name} gives the id of a deleted user to the next one")
    if LARGEST in whole and MANY in whole and page_to_fill(target) != target.limits.page_max:
        largest = target.limits.page_max
        reasons.append(
            f"a page of target {target.name} holds {largest} users, more than a story creates"
            if largest
            else f"target {target.name} promises no largest page"
        )
    yield from dict.fromkeys(reasons)
