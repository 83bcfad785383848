"""The reference service keeps the contract on lists, clause by clause, without a socket."""

from __future__ import annotations

import re

import pytest

from support.selftests.reference.probe import OTHER, fields_at_fault


def test_pages_show_everybody_once(probe):
    """Clause 2.8, 2.11: also while others come and go, and with equal names."""
    users = [probe.create(name="Same") for _ in range(7)]
    for query in ("limit=3", "limit=3&sort=name", "limit=3&sort=-name", "limit=7", "limit=3&sort=email"):
        pages = probe.walk(query)
        ids = [user["id"] for page in pages for user in page]
        assert sorted(ids) == sorted(user["id"] for user in users), query
        assert len(pages) == (1 if query == "limit=7" else 3)
    first = probe.send("GET", "?limit=3")
    assert first.headers["x-total-count"] == "7"
    probe.send("DELETE", f"/{users[0]['id']}")
    probe.create()
    link = re.fullmatch(r'<(.+)>; rel="next"', first.headers["link"])
    assert link
    assert probe.send("GET", link[1]).json == users[3:6]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=101", "limit=x", "limit=", "limit=1&limit=2", "sort=age", "cursor=x"],
)
def test_bad_list_queries_are_refused(probe, query):
    """Clause 2.8."""
    fields_at_fault(probe.send("GET", f"?{query}"))


def test_a_page_mark_is_bound_to_its_list(probe):
    """Clauses 2.8, 7.3: another order, filter, tenant or a changed mark is refused."""
    for _ in range(3):
        probe.create()
        probe.create(token=OTHER)
    link = probe.send("GET", "?limit=1").headers["link"]
    mark = re.search(r"cursor=([^&>]+)", link)[1]
    assert probe.send("GET", f"?cursor={mark}").status == 200
    assert probe.send("GET", f"?cursor={mark}", token=OTHER).status == 422
    assert probe.send("GET", f"?cursor={mark}&sort=name").status == 422
    assert probe.send("GET", f"?cursor={mark}&email=a").status == 422
    for wrong in (mark[:-1], mark + "A", mark + "=", ("B" if mark[0] == "A" else "A") + mark[1:]):
        assert probe.send("GET", f"?cursor={wrong}").status == 422


def test_filter_and_order(probe):
    """Clauses 2.9, 2.10."""
    for email in ("a+b@example.com", "a_b@example.com", "axb@example.com", "a%b@example.com"):
        probe.create(email=email, name=email)
    assert [u["name"] for u in probe.all("email=a+b@example.com")] == ["a+b@example.com"]
    assert [u["name"] for u in probe.all("email=A_B@example.com")] == ["a_b@example.com"]
    assert [u["name"] for u in probe.all("email=a%25b%40example.com")] == ["a%b@example.com"]
    assert probe.all("email=nobody@example.com") == []
    assert probe.all("email=") == []
    names = [u["name"] for u in probe.all("sort=name")]
    assert names == sorted(names)
    assert [u["name"] for u in probe.all("sort=-name")] == names[::-1]
    assert [u["email"] for u in probe.all("sort=email")] == sorted(names)
