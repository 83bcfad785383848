"""A crowded tenant: the number of users that lists tell is exact, and requests cost as much as elsewhere."""

from __future__ import annotations

import random
from typing import Any

from support.selftests.reference.probe import MAIN, OTHER, Probe

STEPS = 1000  # of SQLite's machine, between two counts
MOST_COUNTS = 12  # a walk through 5,000 rows takes 15 and more
RESIDENTS = 5000
STRONG = {"Consistency": "strong"}


def announced(probe, token):
    """Return the announced number of users, which the primary and the replicas agree on."""
    seen = {
        probe.send("GET", "?limit=1", headers=headers, token=token).headers["x-total-count"]
        for headers in (STRONG, *[{}] * 12)
    }
    assert len(seen) == 1
    return int(seen.pop())


def test_the_announced_number_is_that_of_the_users(probe):
    """Also when creations are refused, and for each tenant."""
    chance = random.Random(1)
    living: dict[str, list[Any]] = {MAIN: [], OTHER: []}
    for number in range(120):
        token = chance.choice(list(living))
        action = chance.choice(("create", "create", "delete", "again", "change"))
        user = chance.choice(living[token]) if living[token] else None
        if action == "create" or user is None:
            living[token].append(probe.create(token=token))
        elif action == "again":
            body = probe.person(email=user["email"])
            assert probe.send("POST", json_body=body, token=token).status == 409
        elif action == "change":
            body = {"nickname": f"n{number}"}
            assert probe.send("PATCH", f"/{user['id']}", json_body=body, token=token).status == 200
        else:
            assert probe.send("DELETE", f"/{user['id']}", token=token).status == 204
            living[token].remove(user)
        assert announced(probe, token) == len(living[token])
    counted = probe.service.store.count_users()
    assert [counted["one"], counted["two"]] == [len(living[MAIN]), len(living[OTHER])]


def test_requests_cost_no_walk_through_the_tenant():
    """Measured in steps of the databases, which no other load on the machine changes."""
    counts = []
    with Probe(residents=RESIDENTS) as probe:
        replicas: Any = probe.service.replicas
        for database in (probe.service.store, *replicas._replicas):
            driver = database._connection.connection.driver_connection
            driver.set_progress_handler(lambda: counts.append(1), STEPS)
        link = probe.send("GET", "?limit=100", headers=STRONG).headers["link"]  # the first counts them
        for _ in range(RESIDENTS // 200):
            middle_page = link.partition(">")[0].removeprefix("<")
            link = probe.send("GET", middle_page, headers=STRONG).headers["link"]
        middle = probe.service.store.all_users()[RESIDENTS // 2]
        for method, path, request in (
            ("GET", middle_page, {}),
            ("GET", "?limit=100&sort=-createdAt", {}),
            ("GET", "?limit=5&sort=name", {}),
            ("GET", f"?email={middle.email}", {}),
            ("GET", f"/{middle.id}", {}),
            ("POST", "", {"json_body": probe.person()}),
            ("PATCH", f"/{middle.id}", {"json_body": {"nickname": "m"}}),
            ("DELETE", f"/{middle.id}", {}),
            ("GET", "?limit=1", {}),
        ):
            counts.clear()
            assert probe.send(method, path, headers=STRONG, **request).status < 300
            assert len(counts) <= MOST_COUNTS, (method, path, len(counts))
