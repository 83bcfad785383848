"""Where a service takes all parameters of a list in one, they are put in it and read from it again."""

from __future__ import annotations

from typing import Any

import pytest

from support.selftests.probes.list_probe import ListedUsers, people
from support.users.forms.packing import pack, unpack

RISON: dict[str, Any] = {
    "packed_in": "q",
    "items": "result",
    "style": "page",
    "first": 0,
    "size": "page_size",
    "position": "page",
    "email": {"filters": "!((col:email,opr:eq,value:{rison}))"},
}
JSON: dict[str, Any] = {
    "packed_in": "filter",
    "packed_as": "json",
    "style": "offset",
    "position": "skip",
    "email": {"where": '{"email":{json}}'},
}


@pytest.mark.parametrize(
    ("lists", "query", "packed"),
    [
        (RISON, {"page": 0, "page_size": 5}, {"q": "(page:0,page_size:5)"}),
        (
            RISON,
            {"filters": "!((col:email,value:'o!'x, y)@b'))", "page": "1"},
            {"q": "(filters:!((col:email,value:'o!'x, y)@b')),page:1)"},
        ),
        (
            JSON,
            {"where": '{"email":"a,\\"}@b"}', "skip": 2},
            {"filter": '{"where":{"email":"a,\\"}@b"},"skip":2}'},
        ),
        (RISON, {}, {}),
        ({}, {"limit": 5}, {"limit": 5}),
    ],
)
def test_parameters_are_packed_and_unpacked(lists: Any, query: Any, packed: Any) -> None:
    """Commas, quotes and brackets within a value do not end it."""
    said = ListedUsers(lambda _: (200, [], {}), lists=lists).target.lists
    assert pack(said, query) == packed
    assert unpack(said, packed) == {
        name: str(value) if packed != query else value for name, value in query.items()
    }


def test_a_packed_list_is_walked_and_searched() -> None:
    """The next page is counted on from what the parameter holds, and a search is part of it."""

    def answer(query: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        number = int(query["q"].split("page:")[1].rstrip(")")) if "page:" in query["q"] else 0
        return 200, {"result": people(10)[number * 4 : number * 4 + 4]}, {}

    listed = ListedUsers(answer, lists=RISON, promises=["stable-cursor"])
    _, items, is_complete = listed.reader.walk_list(size=4)
    assert is_complete
    assert len(items) == len(people(10))
    assert dict(listed.calls[1].query) == {"q": "(page_size:4,page:1)"}
    listed.reader.find("o'x@b", "somebody")
    assert dict(listed.calls[-1].query) == {"q": "(filters:!((col:email,opr:eq,value:'o!'x@b')))"}
