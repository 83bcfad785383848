"""The oddities: what a correct but awkward service may do, and what a careful user writes into its profile.

This is the register only; each oddity lives where such a manner would live and asks ``switches.on(ID)``
there. Nothing here breaks a promise of the profile that goes with it. The numbers are the catalogue's up to
B67, and then our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Oddity:
    """One oddity.

    `profile` overrides the settings of the reference profile, table by table; `withdraws` names the
    promises that its profile does not make, `promises` those that it makes beyond the reference's.
    """

    id: str
    text: str
    profile: dict[str, Any]
    withdraws: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()


_TEXTS = """
B01 | unknown fields in every user, some of them now and then
B02 | the fields in another order each time
B03 | ids are numbers
B04 | ids are UUIDs
B05 | ids are numbers beyond 2**53
B06 | dates with an offset of two hours
B07 | dates are milliseconds since 1970
B08 | snake_case names of fields
B09 | an empty nickname is left out
B10 | defaults are filled in
B11 | users and lists are wrapped, and the next cursor stands in the list
B12 | indented and escaped JSON
B13 | a JSON type of its own, with a charset
B14 | email addresses are kept in lower case
B15 | outer blanks are trimmed
B16 | text is kept composed (NFC)
B17 | the password is shown as stars
B18 | a deletion answers 200 with a body
B19 | a second deletion answers 204
B20 | a replacement answers 204
B22 | no Location
B23 | bad details answer 400
B24 | a used email answers 422
B25 | a deleted user answers 410
B26 | another tenant's user answers 403
B27 | missing credentials answer 403
B28 | a method that is not offered answers 501, without Allow
B29 | a request that accepts no JSON answers 406
B30 | a conditional save that has been made already succeeds again
B32 | no entity tag on the answers to writes
B33 | entity tags are hashes of the content and come back with it
B34 | weak entity tags, no 304 and no conditional saves
B35 | saving without a change counts as a change
B36 | a repeat answers 200 and echoes the key
B37 | a repeat waits for the first request
B38 | a repeat of a request in progress is told to wait a second
B39 | refusals are remembered with their key
B40 | bodies with one key are compared by name and email only
B41 | 503 for the first three seconds
B42 | one answer in fifty takes 1.5 seconds
B43 | 503 with a wait of a second or a date, once in twenty
B44 | 429 now and then, mostly without saying when to come back
B45 | connections break before or within an answer, or are closed between requests
B46 | 502 and 504 with a page of HTML
B47 | 500 now and then
B48 | any lag below the bound, another one for every replica and change
B49 | lists lag longer than single users
B50 | lists are ahead of single users
B52 | the clock is five minutes ahead
B53 | a deletion answers 202 and is done a moment later, within the bound
B55 | compressed answers
B56 | answers in chunks of seven bytes
B57 | each connection is closed after one answer
B58 | the collection redirects to itself with a slash
B59 | Location names another host
B60 | more headers, in another case, and several Links
B61 | no Date
B62 | an interim answer before each answer
B63 | bodies in chunks answer 411
B64 | an enormous body is turned away unread
B65 | other people come and go in lists
B66 | there is room for 100 users
B67 | lists begin with the newest user
B68 | a creation without an idempotency key is refused
B69 | a change, replacement or deletion that names no version is refused
B70 | no search by email: the list shows everybody
B71 | no order but the list's own
B72 | the largest page has 50 users
B73 | a search finds an email only in the letters that it is kept in
B74 | no entity tag on answers to HEAD
B75 | a change that names no detail is refused
"""

# Where a manner needs a word in the profile.
_PROFILES: dict[str, dict[str, Any]] = {
    "B07": {"timestamps": "epoch-ms"},
    "B08": {
        "fields": {"created_at": "created_at", "updated_at": "updated_at", "nickname": "nick_name"},
        "server_fields": ["id", "role", "created_at", "updated_at"],
    },
    "B11": {"user_path": "data", "lists": {"items": "items", "style": "cursor", "next": "next"}},
    "B14": {"text": {"lowers_email": True}},
    "B15": {"text": {"trims": True}},
    "B16": {"text": {"composes": True}},
    "B18": {"accepted": {"delete": [200]}},
    "B20": {"accepted": {"replace": [204]}},
    "B23": {"refusals": {"the details are not valid": [400], "the cursor is unknown": [400]}},
    "B24": {"refusals": {"the email is already in use": [422]}},
    "B25": {
        "accepted": {"gone": [404, 410], "delete_again": [404, 410]},
        "refusals": {"there is no such user": [404, 410]},
    },
    "B26": {"refusals": {"the user belongs to another tenant": [403]}},
    "B27": {"refusals": {"the credentials are missing": [403]}},
    "B28": {"refusals": {"the action is not offered": [501]}},
    "B36": {"accepted": {"create": [200, 201]}},
    "B37": {"idempotency": {"in_flight": "wait"}},
    "B39": {"idempotency": {"replay_errors": "4xx"}},
    "B47": {"faults": {"statuses": [429, 500, 502, 503, 504]}},
    "B49": {"bounds": {"list_s": 4.0}},
    "B53": {"accepted": {"delete": [202]}},
    "B63": {"refusals": {"the form cannot be read": [400, 411, 422]}},
    "B65": {"exclusive": False},
    "B66": {"request_limits": {"live_users": 80}},
    "B72": {"limits": {"page_max": 50}},
}

# Which promises a profile does not make for a service of such manners.
_WITHDRAWN: dict[str, tuple[str, ...]] = {
    "B22": ("location",),
    "B28": ("allow-header",),
    "B34": ("etag",),
    "B44": ("rate-limit",),
    "B65": ("total-count",),
    "B70": ("filter-by-email",),
    "B71": ("sorting",),
}

# Which promises it makes beyond the contract.
_ADDED: dict[str, tuple[str, ...]] = {
    "B68": ("key-required",),
    "B69": ("precondition-required",),
}


def _list() -> dict[str, Oddity]:
    oddities = {}
    for row in _TEXTS.strip().splitlines():
        name, text = (part.strip() for part in row.split("|"))
        oddities[name] = Oddity(
            name, text, _PROFILES.get(name, {}), _WITHDRAWN.get(name, ()), _ADDED.get(name, ())
        )
    return oddities


ODDITIES: dict[str, Oddity] = _list()
