"""What the odd service wants and answers, one manner at a time, and what it keeps."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Manners:
    """What the service wants, and what it answers."""

    create_at: str = "/users"
    wrap: str = ""
    required: tuple[str, ...] = ()
    requires_details: bool = True
    loses: int = 0  # first answers to creations, which are done
    constant_header: tuple[str, str] | None = None
    dialect: str = "json"  # or merge-patch, json-patch, scim, put-merges
    echo: str = (
        "user"  # of creations: user, id, location, nothing, job, or the id or the user as a list of one
    )
    bare_changes: bool = False  # are answered with the details alone, without the id
    wants_version: bool = False
    ignores_version: bool = False  # If-Match is not read
    wants_key: bool = False
    old_looks: int = 0  # after a change, that show the version before it
    has_list: bool = True
    login: bool = False
    token_uses: int = 1_000_000  # requests after which a token is refused
    is_mock: bool = False  # every id is 1, and nothing is kept
    finds_everyone: bool = False  # whatever is searched for
    deletes: bool = True
    late_deletions: int = 0  # looks at a user until a deletion that was answered 202 is done
    may_create: bool = True
    ids_return: bool = False  # the next id is the one after the highest
    users_slash: bool = False  # the list stands at /users/, each user without a slash
    all_slash: bool = False  # every path ends with a slash, and none leads there without it
    pages: bool = False  # what no route takes is refused with a page
    hides: bool = False  # the list shows users that no path leads to
    takes_ids: bool = False
    refuses_ids: bool = False
    forgives: bool = False  # a second deletion is 204, one of what was never an id 403
    digits_only: bool = False  # an id that is no number leads to no route of that method
    late_lists: int = 0  # looks at the list, once there are thirty users, that show ten of them
    longest_list: int | None = None  # users that a list shows, which has no parameters
    hours_of_dates: float | None = None  # from UTC, in dates of creation that name no zone
    hangs_up: bool = False  # on what comes after a form that is no JSON, over the same connection
    refuses_null: bool = False  # in any write
    trims_email: bool = False  # and nothing else
    packed: bool = False  # q=(page:0,page_size:2) asks for a page; otherwise 20 are shown
    size: str = ""  # the parameter for the size of a page, beside that of its number
    page: str = ""
    beyond: int = 200  # what a page beyond the last is answered
    orders: tuple[str, str, str] | None = None  # the parameter, and how the name goes up in it, and down


@dataclass(slots=True)
class State:
    """What the service keeps."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)  # whom each creates once it is asked for
    tokens: dict[str, int] = field(default_factory=dict)
    old_looks: int = 0
    late_lists: int = 0
    lost: int = 0
    going: dict[str, int] = field(default_factory=dict)  # how many looks each still is there for
    gone: set[str] = field(default_factory=set)
    asked: list[tuple[str, str, Any, dict[str, str]]] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)
