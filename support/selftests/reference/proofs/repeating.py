"""Proofs about idempotency keys, lost answers, lag and races between versions."""

from __future__ import annotations

import json

from support.selftests.reference.probe import OTHER, READER, Probe, Reply
from support.selftests.reference.proofs import shows


def _post(probe: Probe, body: object, key: str = "key", **more: object) -> Reply:
    return probe.send("POST", json_body=body, headers={"Idempotency-Key": key}, **more)  # type: ignore[arg-type]


@shows("M77", "M78", "M79", "M80", "N37", "N38")
def a_repeat_is_another_answer(probe: Probe) -> object:
    person = probe.person()
    first, again = _post(probe, person), _post(probe, person)
    same = [(reply.status, reply.body, reply.headers.get("location")) for reply in (first, again)]
    return same[0] != same[1] or again.headers.get("idempotency-replayed") != "true"


@shows("M81", "M82")
def another_body_is_accepted(probe: Probe) -> object:
    return [_post(probe, probe.person()).status for _ in range(2)] == [201, 201]


@shows("M85")
def another_tenant_gets_the_answer(probe: Probe) -> object:
    person = probe.person()
    return _post(probe, person).json["id"] == _post(probe, person, token=OTHER).json["id"]


@shows("M88", "M93")
def a_failure_is_remembered(probe: Probe) -> object:
    for number in range(60):
        person = probe.person()
        replies = [_post(probe, person, f"k{number}") for _ in range(2)]
        if replies[1].status != 201 or probe.read(replies[1].json).status == 404:
            return True
    return False


@shows("M98")
def a_key_is_done_and_nobody_there(probe: Probe) -> object:
    person = probe.person()
    _post(probe, person, hangs_up=True)
    return probe.read(_post(probe, person).json).status == 404


@shows("M162")
def hanging_up_makes_two(probe: Probe) -> object:
    probe.send("POST", json_body=probe.person(), hangs_up=True)
    return len(probe.all()) == 2


@shows("M90")
def a_patch_gets_the_answer_of_a_creation(probe: Probe) -> object:
    user = _post(probe, probe.person()).json
    body = {"name": "B"}
    reply = probe.send("PATCH", f"/{user['id']}", json_body=body, headers={"Idempotency-Key": "key"})
    return reply.json["name"] != "B"


@shows("M161", "N40")
def a_repeat_after_the_end_is_another(probe: Probe) -> object:
    person = probe.person()
    first = _post(probe, person)
    probe.send("DELETE", f"/{first.json['id']}")
    return _post(probe, person).body != first.body


@shows("N33", "N34")
def different_keys_are_equal(probe: Probe) -> object:
    keys = ("k" * 30, "k" * 29 + "l", "K" * 30)
    return 422 in {_post(probe, probe.person(), key).status for key in keys}


@shows("N153")
def keys_that_begin_alike_are_equal(probe: Probe) -> object:
    return [_post(probe, probe.person(), "k" * 200 + end).status for end in "ab"] == [201, 422]


@shows("N35")
def a_key_is_forgotten(probe: Probe) -> object:
    person = probe.person()
    _post(probe, person)
    for number in range(60):
        _post(probe, probe.person(), f"k{number}")
    return _post(probe, person).status != 201


@shows("N181", bound_s=0.2)
def a_key_is_forgotten_with_time(probe: Probe) -> object:
    person = probe.person()
    _post(probe, person)
    probe.wait(0.45)
    return _post(probe, person).status != 201


@shows("N36")
def a_key_is_in_progress_for_ever(probe: Probe) -> object:
    _post(probe, {})
    return _post(probe, probe.person()).status == 409


@shows("M92")
def a_creation_without_a_key_is_accepted(probe: Probe) -> object:
    return probe.send("POST", json_body=probe.person()).status == 201


@shows("M107")
def a_write_that_names_no_version_is_carried_out(probe: Probe) -> object:
    user = probe.create(headers={"Idempotency-Key": "k"})
    probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"})
    return probe.read(user).json != user


@shows("N155")
def an_odd_key_is_a_fault(probe: Probe) -> object:
    return _post(probe, probe.person(), "\u00e9").status == 500


@shows("N159")
def a_reader_is_told_the_first_answer(probe: Probe) -> object:
    person = probe.person()
    _post(probe, person)
    return _post(probe, person, token=READER).status == 201


@shows("N39")
def an_empty_key_is_accepted(probe: Probe) -> object:
    return _post(probe, probe.person(), "").status == 201


@shows("N140")
def the_longest_key_is_refused(probe: Probe) -> object:
    return _post(probe, probe.person(), "k" * 255).status == 400


@shows("M108")
def a_replica_never_learns(probe: Probe) -> object:
    user = probe.create()
    return 404 in {probe.read(user).status for _ in range(40)}


@shows("M109", bound_s=0.5)
def a_user_is_late(probe: Probe) -> object:
    user = probe.create()
    probe.wait(0.6)
    return probe.read(user).status == 404


@shows("N42", bound_s=1.0)
def some_users_are_late(probe: Probe) -> object:
    users = [probe.create() for _ in range(20)]
    probe.wait(1.02)
    return 404 in {probe.read(user).status for user in users for _ in range(4)}


@shows("M163", bound_s=1.0)
def an_answer_is_there_before_its_question(probe: Probe) -> object:
    question = probe.create()
    probe.wait(0.5)
    probe.send("PATCH", f"/{question['id']}", json_body={"name": "Asked"})
    answer = probe.create()
    probe.wait(0.5)
    is_there = all(probe.read(answer).status == 200 for _ in range(12))
    return is_there and any(probe.read(question).json["name"] != "Asked" for _ in range(12))


@shows("M114", "M164")
def replicas_disagree(probe: Probe) -> object:
    user = probe.create()
    for number in range(60):
        probe.send("PATCH", f"/{user['id']}", json_body={"name": f"B{number}"})
        if number % 12 == 11 and any(probe.read(user).json["name"] != f"B{number}" for _ in range(40)):
            return True
    return False


@shows("M115", "M116", "M118", weather="laggy", bound_s=5.0)
def a_session_goes_backwards(probe: Probe) -> object:
    user = probe.create()
    token = {
        "Consistency-Token": probe.read(user, headers={"Consistency": "strong"}).headers["consistency-token"]
    }
    return 404 in {probe.read(user, headers=token, port=port).status for port in range(1, 4)} or (
        probe.read(user, headers={"Consistency": "strong"}).status == 404
    )


@shows("N41")
def half_a_change_is_shown(probe: Probe) -> object:
    user = probe.create(name="A", nickname="A")
    probe.send("PATCH", f"/{user['id']}", json_body={"name": "B", "nickname": "B"})
    seen = [probe.read(user).json for _ in range(10)]
    return any(one["name"] != one["nickname"] for one in seen)


@shows("M153")
def a_failed_change_is_half_made(probe: Probe) -> object:
    user = probe.create(name="A", nickname="A")
    for number in range(150):
        body = {"name": str(number), "nickname": str(number)}
        if probe.send("PATCH", f"/{user['id']}", json_body=body).status == 503:
            seen = json.loads(probe.read(user).body)
            return seen["name"] != seen["nickname"]
    return False


@shows("N57")
def a_key_counts_for_deletions(probe: Probe) -> object:
    key = {"Idempotency-Key": "key"}
    user = probe.create(headers=key)
    probe.send("DELETE", f"/{user['id']}", headers=key)
    return probe.read(user).status == 200


@shows("N136")
def an_escaped_key_is_decoded(probe: Probe) -> object:
    return 422 in {_post(probe, probe.person(), key).status for key in ("a-b", "a%2Db")}


@shows("N150")
def two_bodies_take_one_key(probe: Probe) -> object:
    headers = {"Idempotency-Key": "key"}
    both = [("POST", "", {"json_body": probe.person(), "headers": headers}) for _ in range(2)]
    return [reply.status for reply in probe.send_together(both)] == [201, 201]
