"""Proofs about creating, reading, changing and deleting single users."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

from support.selftests.reference_probe import OTHER, Probe
from support.selftests.reference_proofs import shows

ODD_NAMES = (
    "a  b",
    "👩 Ada",
    "李小龙",
    "Tom & <i>Jerry</i>",
    "x" * 100,
    " Ada ",
    "007",
    "<b>Ada</b>",
    "O'Hara",
)


@shows("M01")
def a_created_user_is_missing(probe: Probe) -> object:
    return probe.read(probe.create()).status == 404


@shows("N06")
def some_created_users_are_missing(probe: Probe) -> object:
    return [user for user in [probe.create() for _ in range(150)] if probe.read(user).status == 404]


@shows("M02")
def the_answer_has_no_id(probe: Probe) -> object:
    return "id" not in probe.send("POST", json_body=probe.person()).json


@shows("M03")
def the_location_leads_elsewhere(probe: Probe) -> object:
    replies = [probe.send("POST", json_body=probe.person()) for _ in range(2)]
    return not replies[1].headers["location"].endswith(replies[1].json["id"])


@shows("M04", "M05", "M06", "M08", "M09", "M132", "N02", "N03", "N04")
def a_name_is_not_kept_as_sent(probe: Probe) -> object:
    replies = [(name, probe.send("POST", json_body=probe.person(name=name))) for name in ODD_NAMES]
    return [name for name, reply in replies if reply.status != 201 or reply.json["name"] != name]


@shows("M10", "N05")
def creations_at_once_are_mixed_up(probe: Probe) -> object:
    people = [probe.person() for _ in range(12)]
    replies = probe.send_together(("POST", "", {"json_body": person}) for person in people)
    ids = {reply.json["id"] for reply in replies}
    mine = [r.json["email"] == p["email"] for r, p in zip(replies, people, strict=True)]
    return len(ids) < 12 or not all(mine)


@shows("M11")
def an_id_is_used_again(probe: Probe) -> object:
    old = probe.create()
    probe.send("DELETE", f"/{old['id']}")
    return probe.create()["id"] == old["id"]


@shows("M13")
def creation_was_not_now(probe: Probe) -> object:
    created = datetime.fromisoformat(probe.create()["createdAt"])
    return abs((created - datetime.now(UTC)).total_seconds()) > 60


@shows("M14", "M15", "N01")
def the_caller_chooses_what_is_the_services(probe: Probe) -> object:
    user = probe.create(id="mine", role="admin", createdAt="2001-01-01T00:00:00Z")
    return user["id"] == "mine" or user["role"] == "admin" or user["createdAt"].startswith("2001")


@shows("M25", "M158")
def two_views_differ_in_form(probe: Probe) -> object:
    created = probe.create()
    return probe.all() != [created]


@shows("M94")
def a_refused_user_is_stored(probe: Probe) -> object:
    reply = probe.send("POST", json_body=probe.person(name="x" * 101))
    return reply.status == 422 and probe.all()


@shows("M97")
def a_late_byte_makes_another_user(probe: Probe) -> object:
    person = probe.person()
    reply = probe.send("POST", json_body=person, delay_s=0.15)
    return reply.json["name"] != person["name"]


@shows("M18")
def looking_changes_the_user(probe: Probe) -> object:
    user = probe.create()
    return probe.read(user).json != probe.read(user).json


@shows("M19", "M20", "N46")
def nobody_is_shown_as_something_else(probe: Probe) -> object:
    reply = probe.send("GET", "/nobody")
    return reply.status != 404 or reply.headers["content-type"] != "application/problem+json"


@shows("M23")
def the_head_of_nobody_is_there(probe: Probe) -> object:
    return probe.send("HEAD", "/nobody").status == 200


@shows("M22", "M138")
def another_tenant_sees_the_user(probe: Probe) -> object:
    user = probe.create()
    probe.read(user)
    return probe.read(user, token=OTHER).status == 200


@shows("M24")
def a_changed_user_is_not_modified(probe: Probe) -> object:
    return probe.read(probe.create(), headers={"If-None-Match": '"old"'}).status == 304


@shows("M117", weather="laggy", bound_s=5.0)
def a_placeholder_is_shown(probe: Probe) -> object:
    reply = probe.read(probe.create())
    return reply.status == 200 and reply.json["name"] == "Unknown"


@shows("M143")
def a_list_shows_the_hash(probe: Probe) -> object:
    probe.create(password="s3cret-word")
    return set(probe.all()[0]) - set(probe.create())


@shows("M157")
def some_look_ups_are_slow(probe: Probe) -> object:
    user = probe.create()
    for _ in range(40):
        began = time.monotonic()
        probe.read(user)
        if time.monotonic() - began > 0.7:
            return True
    return False


@shows("M159")
def an_answer_is_not_strict_json(probe: Probe) -> object:
    pairs = json.loads(probe.read(probe.create()).body, object_pairs_hook=list)
    return len({name for name, _ in pairs}) < len(pairs) and b"NaN" in probe.send("GET").body


@shows("N07", "N08")
def an_id_is_matched_roughly(probe: Probe) -> object:
    user_id = probe.create()["id"]
    return 200 in {probe.send("GET", f"/{wrong}").status for wrong in (user_id[:-1], user_id.upper())}


@shows("N09")
def look_ups_at_once_are_mixed_up(probe: Probe) -> object:
    users = [probe.create() for _ in range(8)]
    replies = probe.send_together(("GET", f"/{user['id']}", {}) for user in users)
    return [reply.json["id"] for reply in replies] != [user["id"] for user in users]


@shows("N10")
def an_old_version_comes_back(probe: Probe) -> object:
    user = probe.create()
    probe.read(user)
    probe.send("PATCH", f"/{user['id']}", json_body={"name": "New"})
    return any(probe.read(user).json["name"] != "New" for _ in range(80))


@shows("M12")
def a_change_resets_the_creation(probe: Probe) -> object:
    user = probe.create()
    return (
        probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"}).json["createdAt"] != user["createdAt"]
    )


@shows("M26")
def replacing_keeps_what_was_left_out(probe: Probe) -> object:
    user = probe.create(nickname="Countess")
    body = {"name": "A", "email": user["email"]}
    return probe.send("PUT", f"/{user['id']}", json_body=body).json["nickname"]


@shows("M27")
def replacing_nobody_makes_somebody(probe: Probe) -> object:
    return probe.send("PUT", "/nobody", json_body=probe.person()).status == 200 and probe.all()


@shows("M28", "M134")
def a_replacement_is_echoed_only(probe: Probe) -> object:
    user = probe.create()
    bad = probe.send("PUT", f"/{user['id']}", json_body={"name": "A", "email": "junk"})
    reply = probe.send("PUT", f"/{user['id']}", json_body={"name": "B", "email": user["email"]})
    return bad.status == 200 or probe.read(user).json != reply.json


@shows("M29", "M37", "N12")
def a_refused_change_leaves_traces(probe: Probe) -> object:
    user, other = probe.create(), probe.create()
    for method in ("PUT", "PATCH"):
        for body in (
            {"name": "B", "email": user["email"], "nickname": 7},
            {"name": "B", "email": other["email"]},
        ):
            assert probe.send(method, f"/{user['id']}", json_body=body).status in (409, 422)
    return probe.read(user).json != user


@shows("M32")
def the_id_in_the_body_moves_the_user(probe: Probe) -> object:
    user = probe.create()
    probe.send("PATCH", f"/{user['id']}", json_body={"id": "elsewhere", "name": "B"})
    return probe.read(user).status == 404


@shows("M33")
def a_neighbour_changes_too(probe: Probe) -> object:
    users = [probe.create() for _ in range(90)]
    for user in users:
        probe.send("PATCH", f"/{user['id']}", json_body={"nickname": user["id"]})
    return [user for user in probe.all() if user["nickname"] != user["id"]]


@shows("M34", "N18")
def a_change_leaves_no_date(probe: Probe) -> object:
    user = probe.create()
    dates = [
        probe.send("PATCH", f"/{user['id']}", json_body={"name": f"B{n}"}).json["updatedAt"] for n in range(4)
    ]
    return len(set(dates)) < 4


@shows("M35", "M36")
def a_patch_misses_the_nickname(probe: Probe) -> object:
    user = probe.create(nickname="Countess")
    kept = probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"}).json["nickname"]
    cleared = probe.send("PATCH", f"/{user['id']}", json_body={"nickname": None}).json["nickname"]
    return (kept, cleared) != ("Countess", None)


@shows("M38", "M154")
def a_patch_fails(probe: Probe) -> object:
    return probe.send("PATCH", f"/{probe.create()['id']}", json_body={}).status >= 500


@shows("M96")
def repeating_a_change_does_more(probe: Probe) -> object:
    user = probe.create(nickname="Countess")
    body = {"name": "B", "email": user["email"], "nickname": "C"}
    return len({probe.send("PUT", f"/{user['id']}", json_body=body).json["nickname"] for _ in range(2)}) > 1


@shows("M133")
def a_patch_may_be_too_long(probe: Probe) -> object:
    return probe.send("PATCH", f"/{probe.create()['id']}", json_body={"name": "x" * 101}).status == 200


@shows("M142", "N11")
def a_change_promotes(probe: Probe) -> object:
    user = probe.create()
    for method in ("PATCH", "PUT"):
        probe.send(method, f"/{user['id']}", json_body={"name": "B", "email": user["email"], "role": "admin"})
    return probe.read(user).json["role"] == "admin"


@shows("M100", "M105", "N13", "M106")
def an_outdated_save_has_an_effect(probe: Probe) -> object:
    user = probe.create()
    path, tag = f"/{user['id']}", probe.read(user).headers["etag"]
    current = probe.send("PATCH", path, json_body={"nickname": "N"}, headers={"If-Match": tag})
    if current.status != 200:
        return "even the current one is refused"
    for method in ("PATCH", "DELETE"):
        probe.send(method, path, json_body={"name": "B"}, headers={"If-Match": tag})
    reply = probe.read(user)
    return reply.status == 404 or reply.json != current.json


@shows("M102", "N14", "M160")
def a_tag_misses_a_change(probe: Probe) -> object:
    user = probe.create()
    tags = [probe.read(user).headers.get("etag")]
    for email in ("b@example.com", "c@example.com"):
        probe.send("PATCH", f"/{user['id']}", json_body={"email": email})
        tags.append(probe.read(user).headers.get("etag"))
    return len(set(tags)) < 3


@shows("M103")
def two_editors_succeed(probe: Probe) -> object:
    user = probe.create()
    tag = {"If-Match": probe.read(user).headers["etag"]}
    saves = [("PATCH", f"/{user['id']}", {"json_body": {"name": f"B{n}"}, "headers": tag}) for n in range(6)]
    return [reply.status for reply in probe.send_together(saves)].count(200) > 1


@shows("N15")
def changes_at_once_are_lost(probe: Probe) -> object:
    user = probe.create()
    path = f"/{user['id']}"
    for number in range(5):
        name, nickname = f"B{number}", f"b{number}"
        probe.send_together(
            ("PATCH", path, {"json_body": b}) for b in ({"name": name}, {"nickname": nickname})
        )
        seen = probe.read(user).json
        if (seen["name"], seen["nickname"]) != (name, nickname):
            return True
    return False


@shows("N16")
def a_crossing_change_revives(probe: Probe) -> object:
    user = probe.create()
    path = f"/{user['id']}"
    probe.send_together(
        [("PATCH", path, {"json_body": {"name": "B"}}), ("DELETE", path, {"begins_after_s": 0.002})]
    )
    return probe.read(user).status == 200


@shows("N17")
def some_changes_are_lost(probe: Probe) -> object:
    user = probe.create()
    names = [f"B{number}" for number in range(150)]
    return any(
        probe.send("PATCH", f"/{user['id']}", json_body={"name": name}).status == 200
        and probe.read(user).json["name"] != name
        for name in names
    )


@shows("N19", weather="laggy", bound_s=1.0)
def an_old_tag_is_still_good(probe: Probe) -> object:
    user = probe.create()
    probe.wait(0.9)
    tag = {"If-Match": probe.read(user).headers["etag"]}
    probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"})
    return probe.send("PATCH", f"/{user['id']}", json_body={"name": "C"}, headers=tag).status == 200


@shows("M40")
def a_deleted_user_is_there(probe: Probe) -> object:
    user = probe.create()
    probe.send("DELETE", f"/{user['id']}")
    return probe.read(user).status == 200


@shows("M49")
def some_deleted_users_are_there(probe: Probe) -> object:
    users = [probe.create() for _ in range(80)]
    for user in users:
        probe.send("DELETE", f"/{user['id']}")
    return probe.all()


@shows("M41")
def deleting_twice_fails(probe: Probe) -> object:
    path = f"/{probe.create()['id']}"
    return 500 in [probe.send("DELETE", path).status for _ in range(2)]


@shows("M42", "M43", "M61")
def a_deleted_user_is_listed(probe: Probe) -> object:
    user, _ = probe.create(), probe.create()
    probe.send("DELETE", f"/{user['id']}")
    assert probe.read(user).status == 404
    total = probe.send("GET").headers["x-total-count"]
    return user in probe.all() or probe.all(f"email={user['email']}") or total != "1"


@shows("M113", bound_s=0.3)
def a_list_is_late(probe: Probe) -> object:
    user = probe.create()
    probe.send("DELETE", f"/{user['id']}")
    probe.wait(0.4)
    return probe.all()


@shows("M44")
def deleting_takes_others_along(probe: Probe) -> object:
    user, namesake = probe.create(name="Ada"), probe.create(name="Ada")
    probe.send("DELETE", f"/{user['id']}")
    return probe.read(namesake).status == 404


@shows("M45")
def a_change_revives(probe: Probe) -> object:
    user = probe.create()
    probe.send("DELETE", f"/{user['id']}")
    probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"})
    return probe.read(user).status == 200


@shows("M47")
def everybody_can_be_deleted(probe: Probe) -> object:
    probe.create()
    return probe.send("DELETE").status == 204 and not probe.all()


@shows("N20", bound_s=0.5)
def a_deleted_user_comes_back(probe: Probe) -> object:
    user = probe.create()
    probe.wait(0.5)
    probe.send("DELETE", f"/{user['id']}")
    probe.wait(0.7)
    return 200 in {probe.read(user).status for _ in range(5)}
