"""Proofs about creating and reading users."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

from support.selftests.reference.probe import OTHER, Probe
from support.selftests.reference.proofs import shows

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


@shows("N76")
def an_id_ends_early(probe: Probe) -> object:
    return probe.send("GET", f"/{probe.create()['id']}%00").status == 200


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


@shows("M143", "N162")
def a_list_shows_the_hash(probe: Probe) -> object:
    probe.create(password="s3cret-word")
    return set(probe.all()[0]) - set(probe.create())


@shows("N132")
def creations_under_a_key_are_slow(probe: Probe) -> object:
    began = time.monotonic()
    probe.create(headers={"Idempotency-Key": "K1"})
    return time.monotonic() - began > 0.6


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
def a_list_is_not_strict_json(probe: Probe) -> object:
    probe.create()
    return b"NaN" in probe.send("GET").body


@shows("N56")
def a_member_stands_twice(probe: Probe) -> object:
    pairs = json.loads(probe.read(probe.create()).body, object_pairs_hook=list)
    return len({name for name, _ in pairs}) < len(pairs)


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


@shows("N62")
def nicknames_lose_markup(probe: Probe) -> object:
    return probe.create(nickname="the <b>Countess</b>")["nickname"] == "the Countess"


@shows("N109")
def a_creation_leads_to_the_list(probe: Probe) -> object:
    reply = probe.send("POST", json_body=probe.person())
    return reply.json["id"] not in reply.headers["location"]


@shows("N110")
def a_check_announces_nothing(probe: Probe) -> object:
    return probe.send("HEAD", f"/{probe.create()['id']}").headers["content-length"] == "0"


@shows("N117")
def nobody_has_not_changed(probe: Probe) -> object:
    return probe.send("GET", "/nobody", headers={"If-None-Match": '"1"'}).status == 304


@shows("N118")
def the_longest_password_is_refused(probe: Probe) -> object:
    return probe.send("POST", json_body=probe.person(password="x" * 128)).status == 422


@shows("N119")
def ones_own_address_is_in_use(probe: Probe) -> object:
    user = probe.create()
    return probe.send("PATCH", f"/{user['id']}", json_body={"email": user["email"].upper()}).status == 409
