"""The weather of the reference service: lag below the bound, faults within their budget, nothing lost."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from urllib.request import urlopen

import pytest

from support.reference.faults.weather import CLIMATES, MAX_CONSECUTIVE, Weather
from support.selftests.reference.probe import Probe
from support.selftests.reference.test_process import post, running


@pytest.mark.parametrize("name", CLIMATES)
def test_lag_stays_below_the_bound(name):
    """The largest lag leaves a fifth of the bound, in calm weather more than half."""
    climate = CLIMATES[name]
    weather = Weather(climate, 2.0, seed=1)
    lags = [weather.lag(number % 3) for number in range(2000)]
    assert min(lags) >= 0
    assert max(lags) <= 2.0 * climate.lag_max <= 1.6


@pytest.mark.parametrize("name", CLIMATES)
def test_faults_come_as_announced(name):
    """Their share is the climate's, and one operation never meets more than four in a row."""
    climate = CLIMATES[name]
    weather = Weather(climate, 2.0, seed=2)
    met = sum(weather.draw_fault([number]) is not None for number in range(4000))
    assert abs(met / 4000 - climate.faults) < 0.03
    in_a_row = worst = 0
    for _ in range(20_000):
        in_a_row = in_a_row + 1 if weather.draw_fault(["same", "name"]) else 0
        worst = max(worst, in_a_row)
    assert worst <= MAX_CONSECUTIVE


def test_the_luck_of_others_is_not_counted():
    """Two who ask the same at once, and say who they are, each meet at most four faults in a row."""
    weather = Weather(CLIMATES["stormy"], 2.0, seed=3)
    in_a_row = Counter()  # type: ignore[var-annotated]
    worst = 0
    for number in range(40_000):
        who = f"trace {number % 2}"
        in_a_row[who] = in_a_row[who] + 1 if weather.draw_fault(["the list", who]) else 0
        worst = max(worst, in_a_row[who])
    assert worst == MAX_CONSECUTIVE


def test_the_same_seed_makes_the_same_weather():
    """Faults and delays follow from the seed."""
    runs = [
        [(w.draw_fault([n]), w.draw_delay()) for n in range(500)]
        for w in (Weather(CLIMATES["stormy"], 2.0, seed) for seed in (7, 7, 8))
    ]
    assert runs[0] == runs[1] != runs[2]


def test_a_distant_service_is_slow_and_meets_no_faults():
    """Every answer takes as long, so that what many clients gain can be measured."""
    weather = Weather(CLIMATES["distant"], 2.0, seed=3)
    assert {weather.draw_delay() for _ in range(100)} == {0.05}
    assert not any(weather.draw_fault([number]) for number in range(1000))


def test_reads_lag_and_alternate_until_the_bound():
    """Clauses 5.1, 5.2: stale reads before the bound, none from it on."""
    with Probe(weather="laggy", bound_s=0.4) as probe:
        user = probe.create()
        created = time.monotonic()
        statuses = []
        while time.monotonic() < created + 0.4:
            statuses.append(probe.read(user).status)
            time.sleep(0.002)
        assert statuses[0] == 404
        assert statuses[-1] == 200
        assert all(probe.read(user).json == user for _ in range(30))
        # How far apart the replicas are is chance, and so is which of them answers: several changes are made.
        turns = []
        for number in range(10):
            name = f"New {number}"
            old, changed = user, probe.send("PATCH", f"/{user['id']}", json_body={"name": name}).json
            written = time.monotonic()
            seen = []
            while time.monotonic() < written + 0.4:
                seen.append(probe.read(user).json["name"])
                time.sleep(0.002)
            assert set(seen) <= {old["name"], name}
            assert all(probe.read(user).json == changed for _ in range(30))
            turns.append(sum(a != b for a, b in itertools.pairwise(seen)))
            user = changed
            if turns[-1] > 1:
                break
        assert turns[-1] > 1, f"old and new should alternate within the bound: {turns} turns"


def test_tokens_and_strong_reads_see_the_newest():
    """Clauses 5.5, 5.6: own writes at once, never back, also for lists and deletions."""
    with Probe(weather="laggy", bound_s=5.0) as probe:
        user = probe.create()
        path = f"/{user['id']}"
        reply = probe.send("PATCH", path, json_body={"name": "New"})
        token = {"Consistency-Token": reply.headers["consistency-token"]}
        for headers in (token, {"Consistency": "strong"}, {"Consistency-Token": "made up"}):
            assert probe.read(user, headers=headers).json["name"] == "New"
            assert probe.all(headers=headers) == [reply.json]
        assert probe.read(user).status == 404
        seen = probe.read(user, headers={"Consistency": "strong"}).headers["consistency-token"]
        assert probe.read(user, headers={"Consistency-Token": seen}).status == 200
        gone = probe.send("DELETE", path).headers["consistency-token"]
        assert probe.read(user, headers={"Consistency-Token": gone}).status == 404
        after = probe.read(user, headers={"Consistency": "strong"}).headers["consistency-token"]
        assert probe.read(user, headers={"Consistency-Token": after}).status == 404


def test_a_bound_of_nothing_means_no_lag():
    """Clause 5.1: with the bound 0 every read is fresh."""
    with Probe(weather="laggy", bound_s=0.0) as probe:
        for _ in range(10):
            assert probe.read(probe.create()).status == 200


def test_storms_lose_answers_and_nothing_else(tmp_path):
    """Clause 8.2: with a key, every creation succeeds once within five attempts; a 503 was never applied."""
    outcomes = Counter()  # type: ignore[var-annotated]
    with running(tmp_path, "--weather", "stormy", "--inspect", "--seed", "3", "--bound", "0") as (_, port):
        for number in range(60):
            person = {"name": "Ada", "email": f"ada{number}@example.com"}
            for attempt in range(MAX_CONSECUTIVE + 1):
                try:
                    reply = post(port, person, f"Idempotency-Key: k{number}\r\n")
                except ConnectionResetError:
                    outcomes["reset"] += 1
                    continue
                status = int(reply.split()[1])
                outcomes[status] += 1
                if status == 201:
                    replayed = b"idempotency-replayed" in reply.lower()
                    outcomes["replayed"] += replayed
                    assert attempt or not replayed
                    break
                assert status in (502, 503, 504)
                assert (b"retry-after" in reply.lower()) == (status == 503)
            else:
                pytest.fail("an operation never came through")
        inside = json.loads(urlopen(f"http://127.0.0.1:{port}/inspect").read())
        assert inside["users"] == {"one": 60}
        assert sum(inside["faults"].values()) > 0
    assert outcomes["reset"]
    assert outcomes[502] + outcomes[504]
    assert outcomes["replayed"]
