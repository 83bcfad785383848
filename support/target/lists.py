"""How a target lists users: pages, positions, sizes, orders, searches and totals."""

from __future__ import annotations

import difflib
import re
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from support.target.part import MemberPath, OptionalHeaderName, Part, Query, SomeStatuses

# How a value is quoted where a template says so.
QUOTINGS = ("value", "json", "scim", "odata", "rison", "url")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# By which stories sort; the last is the newest first.
ORDERS = ("name", "-name", "email", "-email", "createdAt", "-createdAt")


class Lists(Part):
    """How lists are asked for and read. Paths are dotted member names; empty means the whole answer."""

    items: MemberPath = Field(
        "",
        description="Where an answer with several users holds them.",
        examples=["data", "Resources", "_items", "results"],
    )
    style: Literal["link", "page", "offset", "cursor", "none"] = Field(
        "link",
        description=(
            "How the way to the next page is told: by a URL (in the Link header, or where `next` or "
            "`next_header` says), by counting pages or users, by a cursor, or not at all."
        ),
        examples=["page"],
    )
    size: str = Field(
        "limit",
        description="The query parameter for the size of a page; empty where there is none.",
        examples=["_limit", "count", "max_results", ""],
    )
    page_size: int | None = Field(
        None,
        ge=1,
        description="How many users a page always holds, where no size can be asked for.",
        examples=[25],
    )
    walk_size: int = Field(
        100,
        ge=1,
        le=100000,
        description=(
            "How many users a walk through the whole list asks for at once; never more than "
            "`limits.page_max` where there is one."
        ),
        examples=[50],
    )
    position: str = Field(
        "cursor",
        description="The query parameter of the page number, the offset or the cursor.",
        examples=["page", "startIndex", "$skip", "_token"],
    )
    first: int | None = Field(
        None,
        ge=0,
        le=1_000_000,
        description=(
            "Where counting begins; pages begin with 1 and offsets with 0 if it is left out. SCIM's "
            "`startIndex` begins with 1."
        ),
        examples=[0, 1],
    )
    next: MemberPath = Field(
        "",
        description=(
            "Where the body tells what comes next: a cursor, a number, a whole URL, or an object with an "
            "`href`. Null, 0, false, an empty text and a missing member mean the end."
        ),
        examples=["next", "_links.next", "paging.next"],
    )
    next_header: OptionalHeaderName = Field(
        "",
        description="The header that tells what comes next, a cursor or a whole URL, where it is not Link.",
        examples=["Next-Page"],
    )
    window: int | None = Field(
        None,
        ge=1,
        le=1_000_000_000,
        description=(
            "How many users can be paged to, where nobody beyond can be reached in a list; search engines "
            "such as Elasticsearch stop at 10,000."
        ),
        examples=[1000],
    )
    email: str | dict[str, str] = Field(
        "email",
        description=(
            "How users are searched by email: the query parameter, or a table of parameters with `{value}` "
            "(as it is), `{json}`, `{scim}`, `{odata}`, `{rison}` or `{url}` where the quoted email goes."
        ),
        examples=["email", {"where": '{"email": {json}}'}, {"filter": "userName eq {scim}"}],
    )
    nothing_found: SomeStatuses = Field(
        (),
        description=(
            "The statuses of a list, page or search that holds nobody, beside that of a list; MockAPI "
            "answers 404."
        ),
        examples=[[404]],
    )
    sort: str = Field(
        "sort",
        description="The query parameter of an order that `sort_keys` gives as plain text.",
        examples=["ordering", "_sort"],
    )
    sort_keys: dict[str, str | dict[str, str]] = Field(
        {"name": "name", "-name": "-name", "email": "email", "createdAt": "createdAt"},
        description=(
            "How each order is asked for, as the value of `sort` or as a table of query parameters; stories"
            " ask only for those that are named: `name`, `-name`, `email`, `-email`, `createdAt`, "
            "`-createdAt`. The last, the newest first, lets stories find their own users without walking "
            "through everybody else."
        ),
        examples=[{"name": "name", "-name": {"sort": "name", "order": "desc"}}],
    )
    total: MemberPath = Field(
        "",
        description="Where the body of a list tells how many users there are.",
        examples=["total", "totalResults", "_meta.total"],
    )
    total_header: OptionalHeaderName = Field(
        "X-Total-Count",
        description=(
            "The header that tells how many users there are, as a number or as Content-Range; not read "
            "where `total` is given."
        ),
        examples=["Total-Objects", "Content-Range"],
    )
    total_by_head: bool = Field(
        default=False,
        description="Whether the number is only told to a HEAD of the list, as by Kinto.",
        examples=[True],
    )
    always: Query = Field(
        {},
        description=(
            "Query parameters of every request for users, for services that page only when they are asked."
        ),
        examples=[{"_page": "1"}, {"count": "1"}],
    )

    packed_in: str = Field(
        "",
        description=(
            "The one query parameter that holds all the others, for services that take them as one value; "
            "theirs are then written as `packed_as` has them."
        ),
        examples=["q", "filter"],
    )
    packed_as: Literal["rison", "json"] = Field(
        "rison",
        description=(
            "The language of that value: rison, as `q=(page:0,page_size:20)` of Flask-AppBuilder, or JSON, "
            'as `filter={"limit":20}` of LoopBack.'
        ),
        examples=["json"],
    )

    @model_validator(mode="before")
    @classmethod
    def _take_old_names(cls, raw: Any) -> Any:
        """Older profiles say `first_page`."""
        if isinstance(raw, dict) and "first_page" in raw:
            raw = {"first": raw["first_page"], **{key: raw[key] for key in raw if key != "first_page"}}
        return raw

    @field_validator("email")
    @classmethod
    def _has_a_place_for_the_email(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        if isinstance(value, str):
            if not value:
                raise ValueError("names no parameter; without a search leave out the promise filter-by-email")
            return value
        names = [name for template in value.values() for name in PLACEHOLDER.findall(template)]
        if not any(name in QUOTINGS for name in names):
            raise ValueError(
                f"has no place for the email: write one of {{{'}, {'.join(QUOTINGS)}}} where it goes"
            )
        return value

    @field_validator("sort_keys")
    @classmethod
    def _orders_are_known(cls, value: dict[str, str | dict[str, str]]) -> dict[str, str | dict[str, str]]:
        for order in value:
            if order not in ORDERS:
                near = difflib.get_close_matches(order, ORDERS, 1)
                hint = f", did you mean {near[0]!r}?" if near else f": they are {', '.join(ORDERS)}"
                raise ValueError(f"no such order: {order!r}{hint}")
        return value

    @model_validator(mode="after")
    def _can_be_paged(self) -> Lists:
        if self.page_size is not None and self.size:
            raise ValueError("gives a fixed page_size and a size parameter: one of them is too many")
        if self.style in {"page", "offset", "cursor"} and not self.position:
            raise ValueError(f"style {self.style!r} needs a parameter for the position")
        return self

    @property
    def begins_with(self) -> int:
        """The number of the first page, or of the first user."""
        if self.first is not None:
            return self.first
        return 1 if self.style == "page" else 0

    @property
    def by_link_header(self) -> bool:
        """Whether the Link header tells the way to the next page."""
        return self.style == "link" and not self.next and not self.next_header

    @property
    def has_sizes(self) -> bool:
        """Whether the size of a page can be asked for."""
        return self.style != "none" and bool(self.size)

    def sized(self, size: int | str | None) -> dict[str, str | int]:
        """Return the query that asks for pages of a size; empty where none can be asked for."""
        return {self.size: size} if size is not None and self.has_sizes else {}

    @property
    def first_page(self) -> dict[str, str | int]:
        """The query that asks for the first page, of no size; without it services may show everybody."""
        return {self.position: self.begins_with} if self.style in {"page", "offset"} else {}

    def ordered(self, key: str) -> dict[str, str]:
        """Return the query that asks for an order by the contract's name; raises KeyError for any other."""
        asked = self.sort_keys[key]
        return {self.sort: asked} if isinstance(asked, str) else dict(asked)
