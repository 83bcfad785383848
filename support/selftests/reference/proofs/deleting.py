"""Proofs about deleting users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.selftests.reference.proofs import shows

if TYPE_CHECKING:
    from support.selftests.reference.probe import Probe


@shows("N75")
def a_user_of_many_versions_stays(probe: Probe) -> object:
    user = probe.create()
    for name in "BCDE":
        probe.send("PATCH", f"/{user['id']}", json_body={"name": name})
    probe.send("DELETE", f"/{user['id']}")
    return probe.read(user).status == 200


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


@shows("M41", "N149")
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


@shows("N66")
def a_deletion_gives_no_token(probe: Probe) -> object:
    return "consistency-token" not in probe.send("DELETE", f"/{probe.create()['id']}").headers


@shows("N179")
def a_change_of_nobody_reserves_an_email(probe: Probe) -> object:
    path, wanted = f"/{probe.create()['id']}", "wanted@example.com"
    probe.send("DELETE", path)
    assert probe.send("PATCH", path, json_body={"email": wanted}).status == 404
    return probe.send("POST", json_body=probe.person(email=wanted)).status == 409
