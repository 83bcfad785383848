"""How a target lists users: pages, positions, sizes, orders, searches and totals."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from support.target.part import Part


class Lists(Part):
    """How lists are asked for and read. Paths are dotted member names; empty means the whole answer."""

    items: str = ""
    style: Literal["link", "page", "offset", "cursor", "none"] = "link"
    size: str = "limit"
    position: str = "cursor"  # the parameter of the page number, the offset or the cursor
    next: str = ""  # where the answer tells the next position; with style "link" it is the Link header
    first_page: int = 1
    email: str = "email"
    sort: str = "sort"
    always: dict[str, str] = Field({})  # what every request says, for services that page only when asked
    sort_keys: dict[str, str] = Field(
        {"name": "name", "-name": "-name", "email": "email", "createdAt": "createdAt"}
    )
    total_header: str = "X-Total-Count"
