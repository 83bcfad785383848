"""The proof of the suite: what counts as caught, what as a false alarm, and which cases there are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from ci.peer.verdicts import weigh_finds, weigh_health
from ci.proof.__main__ import _choose, _parse
from ci.proof.catalogue import (
    ALARM_SEEDS,
    AUDIT,
    HANDS,
    Case,
    Defect,
    Oddity,
    alarm_cases,
    as_data,
    deal,
    defect_case,
    defect_cases,
    profile_for,
)
from ci.proof.clauses import CLAUSES, proven_clauses
from ci.proof.explored import explored_cases, weigh_explored
from ci.proof.results import keep, read_kept
from ci.proof.runner import Plan, run_cases, to_toml
from ci.proof.tables import summarize
from ci.proof.verdicts import upper_bound, weigh_alarms, weigh_defects
from ci.readme import put

if TYPE_CHECKING:
    from pathlib import Path

LOUD = Defect("M01", "E", "2.1", ("REG-01",), "stores nothing")
RARE = Defect("N06", "P", "5.8", ("OPS-05",), "loses one in forty")
MANNERS = [Oddity(f"B{number:02}", "odd", {}, ()) for number in range(1, 8)]
STORIES = [AUDIT, *(f"REG-{number:02}" for number in range(1, 40))]


def told(verdict: str, ids: list[str], *clauses: str) -> dict[str, Any]:
    return {"ids": ids, "title": "A story", "verdict": verdict, "reason": "seen", "clauses": list(clauses)}


def result(defect: str, *stories: dict[str, Any], hits: int = 1, seed: int = 1) -> dict[str, Any]:
    case = Case(seed, "calm", defect=defect)
    return {"case": as_data(case), "name": case.name, "hits": hits, "told": stories, "seconds": 1.0}


@pytest.mark.parametrize(
    ("stories", "hits", "caught"),
    [
        ([told("broken", ["REG-01"], "1.1")], 1, 1),
        ([told("broken", ["UPD-01"], "2.1")], 1, 1),
        ([told("broken", ["UPD-01"], "2.5")], 1, 0),
        ([told("inconclusive", ["REG-01"], "2.1")], 1, 0),
        ([told("broken", ["REG-01"], "2.1")], 0, 0),
        ([], 1, 0),
    ],
    ids=["its story", "its clause", "another clause", "not decided", "not acted", "all kept"],
)
def test_a_catch_is_a_broken_story_about_the_clause(
    stories: list[dict[str, Any]], hits: int, caught: int
) -> None:
    [catch] = weigh_defects([result("M01", *stories, hits=hits)], {"M01": LOUD})
    assert (catch.caught, catch.is_caught) == (caught, bool(caught))


def test_a_plain_defect_must_be_caught_always_and_a_rare_one_nearly() -> None:
    def runs(name: str, caught: int) -> list[dict[str, Any]]:
        seen = told("broken", ["REG-01", "OPS-05"], "2.1")
        return [result(name, *([seen] if seed < caught else []), seed=seed) for seed in range(10)]

    known = {"M01": LOUD, "N06": RARE}
    for name, caught, enough in (("M01", 10, True), ("M01", 9, False), ("N06", 9, True), ("N06", 8, False)):
        [catch] = weigh_defects(runs(name, caught), known)
        assert catch.is_caught is enough, (name, caught)


def test_a_correct_service_that_is_accused_is_a_false_alarm() -> None:
    alarms = weigh_alarms(
        [
            result("", told("broken", ["REG-01"])),
            result("", told("inconclusive", ["REG-01"]), seed=2),
            result("M01", told("broken", ["REG-01"])),
        ]
    )
    assert (alarms.runs, len(alarms.false), alarms.inconclusive) == (2, 1, 1)
    idle = result("M01", told("broken", ["REG-01"]), hits=0)
    assert weigh_alarms([idle]).false == [idle]


@pytest.mark.parametrize(
    ("events", "runs", "bound"), [(0, 600, 0.00498), (0, 1, 0.95), (1, 10, 0.39416), (0, 0, 1.0)]
)
def test_a_rate_is_told_with_what_it_does_not_exceed(events: int, runs: int, bound: float) -> None:
    """Against tables of the exact binomial interval (Clopper and Pearson, 1934)."""
    assert upper_bound(events, runs) == pytest.approx(bound, rel=1e-3)


def test_every_story_is_dealt_once_in_a_round_and_the_audit_always() -> None:
    hands = [deal(STORIES, turn, "B01") for turn in range(HANDS)]
    assert all(hand[-1] == AUDIT for hand in hands)
    assert Counter(story for hand in hands for story in hand[:-1]) == Counter(STORIES[1:])


def test_each_correct_service_meets_each_weather_and_the_seeds_go_round() -> None:
    weathers = ("calm", "flaky", "laggy")
    cases = list(alarm_cases(MANNERS, 2, weathers, combinations=4, stories=STORIES))
    assert len(cases) == len({case.name for case in cases}) == 2 * 3 * (1 + 7 + 4)
    assert {case.seed for case in cases} == set(range(1, ALARM_SEEDS + 1))
    met = Counter((case.oddities, case.weather) for case in cases)
    assert set(met.values()) == {2}


def test_what_shows_only_with_lag_is_tried_with_lag() -> None:
    late = Defect("M110", "L", "5.1", ("EVC-01",), "late")
    assert defect_case(late, 1, "calm").weather == "laggy"
    assert defect_case(LOUD, 1, "calm").weather == "calm"
    assert len(list(defect_cases([LOUD, RARE], 5, ["calm"], seeds_of_certain=2))) == 7


def test_what_is_late_is_so_for_long_enough_to_be_seen() -> None:
    plan = Plan(1.0, 16, {})
    assert plan.bound_of(Case(1, "laggy", defect="N42")) == 2.0
    assert plan.bound_of(Case(1, "calm", defect="M01")) == 1.0
    assert plan.bound_of(Case(1, "laggy")) == 1.0
    assert Plan(3.0, 16, {}).bound_of(Case(1, "laggy", defect="N42")) == 3.0


def test_a_careful_profile_names_the_manners_and_withdraws_what_they_do_not_keep() -> None:
    snake = Oddity("B08", "other names", {"fields": {"nickname": "nick_name"}}, ("etag",))
    profile = profile_for([snake], 0.5)
    assert profile["fields"]["nickname"] == "nick_name"
    assert "etag" not in profile["promises"]
    assert profile["bounds"] == {"single_s": 0.5, "list_s": 0.5}
    assert 'nickname" = "nick_name"' in to_toml(profile)


def test_all_clauses_are_proven() -> None:
    assert set(CLAUSES) <= proven_clauses()


def test_the_readme_takes_the_short_form_and_keeps_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = tmp_path / "README.md"
    begin, end = "<!-- proof: generated by python -m ci.proof --readme -->", "<!-- end of proof -->"
    readme.write_text(f"before\n{begin}\nold\n{end}\nafter\n", encoding="utf-8")
    monkeypatch.setattr("ci.readme.README", readme)
    short = summarize([], weigh_alarms([]), [], [], 60.0)
    put("proof", short)
    put("proof", short)
    text = readme.read_text(encoding="utf-8")
    assert "old" not in text
    assert text.count("planted defects caught") == 1
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    with pytest.raises(SystemExit, match="no place for the peer"):
        put("peer", short)


def test_what_was_cut_short_goes_on_and_what_failed_is_made_again(tmp_path: Path) -> None:
    file = tmp_path / "reports" / "proof.jsonl"
    keep([{"name": "one"}, {"name": "two", "error": "no service"}], 2, file)
    known = read_kept(file)
    assert known == [{"name": "one"}]
    assert keep([{"name": "two"}], 1, file, known) == read_kept(file) == [{"name": "one"}, {"name": "two"}]


def test_what_the_peer_finds_of_a_defect_is_what_it_does_not_say_of_a_healthy_service() -> None:
    usual, new = (
        ["negative", "GET /users", "status", "405"],
        ["stateful", "DELETE /users/{id}", "use", "after"],
    )

    def run(defect: str, *failures: list[str], hits: int = 1) -> dict[str, Any]:
        return result(defect, hits=hits) | {"failures": failures, "errors": []}

    health = weigh_health([run("", usual), run("")])
    assert (health["calm"].failed, health["calm"].runs) == (1, 2)
    for failures, hits, caught in (([usual], 1, 0), ([usual, new], 1, 1), ([new], 0, 0), ([], 1, 0)):
        [find] = weigh_finds([run("M01", *failures, hits=hits)], {"M01": LOUD}, health)
        assert (find.acted, find.caught) == (hits, caught), (failures, hits)


def test_a_broken_service_is_caught_and_a_correct_one_is_not_accused() -> None:
    cases = [Case(1, "calm", defect="M02", stories=("REG-01",)), Case(1, "calm", stories=("REG-01",))]
    broken, correct = sorted(run_cases(cases, Plan(1.0, 2, {})), key=lambda found: found["name"])
    assert broken["hits"] > 0
    assert [story["verdict"] for story in broken["told"]] == ["broken"]
    assert correct["told"] == []
    assert correct["counts"]["kept"] == 4


def test_only_deterministic_defects_of_its_clauses_are_explored():
    kinds = [
        Defect("A1", "E", "2.3", (), ""),
        Defect("A2", "S", "5.7", (), ""),
        Defect("A3", "P", "2.3", (), ""),
        Defect("A4", "S", "7.3", (), ""),
        Defect("A5", "S", "4.8", (), ""),
    ]
    cases = list(explored_cases(kinds, 60.0, 2))
    assert [(case.defect, case.seed) for case in cases] == [("A1", 1), ("A2", 1), ("A1", 2), ("A2", 2)]
    assert {case.stories for case in cases} == {("exploration",)}
    # A promise about reads that lag is broken where they do.
    assert [case.weather for case in cases] == ["calm", "laggy", "calm", "laggy"]
    assert list(explored_cases(kinds, 0.0, 2)) == []


def test_a_proof_of_exploration_alone_tries_no_example():
    options = ["--defect", "M12", "--oddity", "B01", "--seeds", "2", "--alarm-turns", "1", "--explore", "9"]
    defects, oddities = {"M12": Defect("M12", "E", "2.3", ("REG-01",), "")}, {"B01": MANNERS[0]}
    both = _choose(_parse(options), defects, oddities)
    alone = _choose(_parse([*options, "--alone"]), defects, oddities)
    assert {(case.defect, case.explore_s) for case in both} == {("M12", 0.0), ("M12", 9.0), ("", 0.0)}
    assert {(case.defect, case.explore_s) for case in alone} == {("M12", 9.0), ("", 9.0)}
    assert {case.stories for case in alone} == {("exploration",)}
    with pytest.raises(SystemExit):
        _parse(["--alone"])


def test_exploration_has_caught_what_it_caught_in_every_run():
    def explored(defect: str, verdict: str, seconds: float = 60.0, hits: int = 1) -> dict[str, Any]:
        case = {"defect": defect, "explore_s": seconds}
        return {"case": case, "told": [{"verdict": verdict}], "hits": hits}

    results = [
        explored("A1", "broken"),
        explored("A1", "broken"),
        explored("A2", "broken"),
        explored("A2", "inconclusive"),
        explored("A3", "broken", 0.0),
        # Who is accused of what never acted is no catch, and neither is a correct service.
        explored("A4", "broken", hits=0),
        explored("", "broken"),
    ]
    weighed = weigh_explored(results)
    assert (weighed.caught, weighed.sometimes, weighed.missed) == (("A1",), ("A2",), ("A4",))
    row = "| deterministic ones caught by exploration alone | {} |"
    assert weighed.row == row.format("1 of 3 in every run, 1 more in some, within 60 s each")
    assert weigh_explored([]).row == ""
