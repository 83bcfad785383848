"""Proofs about changing users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.selftests.reference.proofs import shows

if TYPE_CHECKING:
    from support.selftests.reference.probe import Probe


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


@shows("N167")
def a_change_tells_the_version_of_before(probe: Probe) -> object:
    user = probe.create()
    based_on = {"If-Match": probe.read(user).headers["etag"]}
    told = probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"}, headers=based_on).headers["etag"]
    return told != probe.read(user).headers["etag"]


@shows("N168")
def the_id_in_the_body_decides(probe: Probe) -> object:
    user, other = probe.create(), probe.create()
    probe.send("PATCH", f"/{user['id']}", json_body={"id": other["id"], "name": "B"})
    return probe.read(other).json["name"] == "B"


@shows("N152")
def a_change_refused_for_its_email_stores_the_name(probe: Probe) -> object:
    user, other = probe.create(), probe.create()
    body = {"name": "B", "email": other["email"]}
    assert probe.send("PATCH", f"/{user['id']}", json_body=body).status == 409
    return probe.read(user).json["name"] == "B"


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


@shows("M34")
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


@shows("N72", "N73")
def a_long_name_is_not_kept_later(probe: Probe) -> object:
    user, longest = probe.create(), "x" * 100
    sent = {"name": longest, "email": user["email"]}
    answers = [probe.send(method, f"/{user['id']}", json_body=sent) for method in ("PUT", "PATCH")]
    return {(answer.status, answer.json.get("name")) for answer in answers} != {(200, longest)}


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


@shows("N172")
def an_older_tag_is_current_again(probe: Probe) -> object:
    user = probe.create()
    tags = []
    for number in range(8):
        probe.send("PATCH", f"/{user['id']}", json_body={"name": f"Ada {number}"})
        tags.append(probe.send("GET", f"/{user['id']}").headers["etag"])
    return len(set(tags)) < len(tags)


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


@shows("M45")
def a_change_revives(probe: Probe) -> object:
    user = probe.create()
    probe.send("DELETE", f"/{user['id']}")
    probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"})
    return probe.read(user).status == 200


@shows("N58")
def the_beginning_of_a_tag_is_enough(probe: Probe) -> object:
    user = probe.create()
    tag = probe.read(user).headers["etag"]
    wrong = {"If-Match": f'{tag[:-2]}"'}
    return probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"}, headers=wrong).status == 200


@shows("N59")
def a_refused_save_moves_a_date(probe: Probe) -> object:
    user = probe.create()
    wrong = {"If-Match": '"never"'}
    probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"}, headers=wrong)
    return probe.read(user).json["updatedAt"] != user["updatedAt"]


@shows("N61")
def changes_trim_names(probe: Probe) -> object:
    user = probe.create(name=" Ada ")
    changed = probe.send("PATCH", f"/{user['id']}", json_body={"name": " Ada "}).json
    return (user["name"], changed["name"]) == (" Ada ", "Ada")


@shows("N64")
def a_refused_email_costs_ones_own(probe: Probe) -> object:
    ada, grace = probe.create(), probe.create()
    probe.send("PATCH", f"/{grace['id']}", json_body={"email": ada["email"]})
    return probe.send("POST", json_body=probe.person(email=grace["email"])).status == 201


@shows("N78")
def an_address_with_a_tag_is_taken_for_another(probe: Probe) -> object:
    probe.create(email="grace@example.com")
    user = probe.create()
    replaced = probe.send("PUT", f"/{user['id']}", json_body=probe.person(email="grace+work@example.com"))
    return replaced.status == 409


@shows("N81")
def a_replacement_tells_another_creation(probe: Probe) -> object:
    user = probe.create()
    replaced = probe.send("PUT", f"/{user['id']}", json_body=probe.person())
    return replaced.json["createdAt"] != user["createdAt"]


@shows("N111")
def a_user_without_a_nickname_has_no_version(probe: Probe) -> object:
    return "etag" not in probe.read(probe.create()).headers


@shows("N112")
def what_has_no_quotes_is_no_condition(probe: Probe) -> object:
    path = f"/{probe.create()['id']}"
    return probe.send("DELETE", path, headers={"If-Match": "old"}).status == 204


@shows("N137")
def only_a_nickname_is_not_cleared(probe: Probe) -> object:
    user = probe.create(nickname="Countess")
    body = {"name": user["name"], "email": user["email"]}
    return probe.send("PUT", f"/{user['id']}", json_body=body).json["nickname"]


@shows("N138")
def a_null_beside_a_name_is_ignored(probe: Probe) -> object:
    user = probe.create(nickname="Countess")
    body = {"name": "B", "nickname": None}
    return probe.send("PATCH", f"/{user['id']}", json_body=body).json["nickname"]


@shows("N135")
def an_old_version_deletes(probe: Probe) -> object:
    user = probe.create()
    path, tag = f"/{user['id']}", probe.read(user).headers["etag"]
    for name in "BC":
        probe.send("PATCH", path, json_body={"name": name})
    return probe.send("DELETE", path, headers={"If-Match": tag}).status != 412


@shows("N176")
def a_change_is_made_for_two(probe: Probe) -> object:
    user, other = (probe.create(nickname="Countess") for _ in range(2))
    probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"})
    return probe.read(other).json != other


@shows("N180")
def a_token_hides_what_came_later(probe: Probe) -> object:
    created = probe.send("POST", json_body=probe.person())
    path, token = f"/{created.json['id']}", created.headers["consistency-token"]
    probe.send("PATCH", path, json_body={"name": "B"})
    return probe.send("GET", path, headers={"Consistency-Token": token}).json["name"] != "B"
