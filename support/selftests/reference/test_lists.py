"""The reference service keeps the contract on lists, clause by clause, without a socket."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from support.selftests.reference.probe import OTHER, Probe, fields_at_fault
from support.users.markers import find_run


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


def test_residents_are_there_from_the_start_on_every_copy():
    """A crowded service: foreign users in the caller's tenant only, shown by all replicas, without a mark."""
    with Probe(residents=2500, bound_s=2.0) as probe:
        first = probe.send("GET", "?limit=100")
        assert {probe.send("GET", "?limit=1").headers["x-total-count"] for _ in range(20)} == {"2500"}
        assert probe.send("GET", headers={"Consistency": "strong"}).headers["x-total-count"] == "2500"
        assert probe.send("GET", token=OTHER).json == []
        shown = first.json
        assert len({user["id"] for user in shown}) == len({user["email"] for user in shown}) == 100
        assert [user["createdAt"] for user in shown] == sorted(user["createdAt"] for user in shown)
        assert not any(find_run(text) for user in shown for text in (user["name"], user["email"]))
        found = probe.send("GET", f"?email={quote(shown[7]['email'])}").json
        assert found == [shown[7]]
        taken = {"name": "Another", "email": shown[7]["email"]}
        assert probe.send("POST", json_body=taken).status == 409


def test_residents_of_a_lasting_database_settle_in_once(tmp_path):
    database = f"sqlite:///{tmp_path / 'users.db'}"
    for _ in range(2):
        with Probe(database=database, residents=300) as probe:
            assert probe.send("GET").headers["x-total-count"] == "300"
