"""Proofs about lists, searches and unique addresses."""

from __future__ import annotations

from support.reference.routes.paging import DEFAULT_LIMIT
from support.selftests.reference.probe import MAIN, OTHER, USERS, Probe
from support.selftests.reference.proofs import shows


@shows("M51", "M52", "M57", "M63", "N82")
def the_pages_do_not_show_everybody_once(probe: Probe) -> object:
    # So many that no shuffling puts each of them on one page: of nine, one in 350 did.
    ids = sorted(probe.create(name="Zoë")["id"] for _ in range(24))
    pages = probe.walk("limit=3&sort=name")
    return sorted(user["id"] for page in pages for user in page) != ids


@shows("N142")
def an_order_skips_names_in_other_letters(probe: Probe) -> object:
    ids = sorted(probe.create(name=name)["id"] for name in ("Ada", "ADA", "AdA", "ada"))
    return sorted(user["id"] for page in probe.walk("limit=1&sort=name") for user in page) != ids


@shows("N173")
def an_order_loses_greek_names(probe: Probe) -> object:
    ids = sorted(probe.create(name=f"Ω{letter}")["id"] for letter in "αβγδ")
    return sorted(user["id"] for page in probe.walk("limit=2&sort=name") for user in page) != ids


@shows("N147")
def a_further_page_has_another_size(probe: Probe) -> object:
    for _ in range(5):
        probe.create()
    return len(probe.walk("limit=2")[1]) != 2


@shows("N148")
def an_order_ends_with_the_page(probe: Probe) -> object:
    for name in "BACD":
        probe.create(name=name)
    pages = probe.walk("limit=2&sort=-name")
    return [user["name"] for page in pages for user in page] != list("DCBA")


@shows("N143")
def a_change_makes_a_user_new(probe: Probe) -> object:
    users = [probe.create() for _ in range(2)]
    probe.wait(0.01)
    probe.send("PATCH", f"/{users[0]['id']}", json_body={"name": "B"})
    return [user["id"] for user in probe.all("sort=-createdAt")] != [user["id"] for user in users[::-1]]


@shows("N146")
def an_escape_is_undone_twice(probe: Probe) -> object:
    probe.create(email="ada@example.com")
    return probe.all("email=%2561da@example.com")


@shows("N151")
def an_accent_finds_nobody(probe: Probe) -> object:
    user = probe.create(email="zo\u00eb@example.com")
    return probe.all("email=zo%C3%AB@example.com") != [user]


@shows("M53", "N22")
def a_page_has_another_size(probe: Probe) -> object:
    for _ in range(3):
        probe.create()
    return len(probe.all("limit=2")) != 2 or probe.send("GET", "?limit=101").status == 200


@shows("M55")
def a_deletion_hides_somebody(probe: Probe) -> object:
    users = [probe.create() for _ in range(6)]
    first = probe.send("GET", "?limit=3")
    probe.send("DELETE", f"/{users[0]['id']}")
    link = first.headers["link"].partition(">")[0].removeprefix("<")
    return probe.send("GET", link).json != users[3:]


@shows("M56")
def a_page_size_breaks_the_list(probe: Probe) -> object:
    return {probe.send("GET", f"?limit={size}").status for size in (0, -1)} == {500, 200}


@shows("N104")
def a_cursor_is_a_fault(probe: Probe) -> object:
    return {probe.send("GET", f"?cursor={mark}").status for mark in ("-1", "1" + "0" * 30)} == {500}


@shows("N141")
def an_empty_cursor_is_a_fault(probe: Probe) -> object:
    return probe.send("GET", "?cursor=").status == 500


@shows("N125")
def an_unknown_order_is_a_fault(probe: Probe) -> object:
    return probe.send("GET", "?sort=shoesize").status == 500


@shows("N126")
def a_parameter_named_twice_is_a_fault(probe: Probe) -> object:
    queries = ("limit=2&limit=3", "sort=name&sort=name")
    return {probe.send("GET", f"?{query}").status for query in queries} == {500}


@shows("N90")
def a_name_breaks_the_list_for_good(probe: Probe) -> object:
    before = probe.send("GET").status
    user = probe.create(name="Ada \\ Lovelace")
    probe.send("DELETE", f"/{user['id']}")
    return (before, probe.send("GET").status, probe.send("GET", f"/{user['id']}").status) == (200, 500, 404)


@shows("N91")
def a_page_without_a_size_has_another(probe: Probe) -> object:
    for _ in range(DEFAULT_LIMIT + 1):
        probe.create()
    return len(probe.send("GET").json) != DEFAULT_LIMIT


@shows("N77")
def a_list_is_shown_to_another_tenant(probe: Probe) -> object:
    probe.create()
    probe.all()
    return probe.all(token=OTHER)


@shows("N79")
def an_address_that_was_given_up_finds_somebody(probe: Probe) -> object:
    user = probe.create()
    probe.send("PUT", f"/{user['id']}", json_body=probe.person())
    return probe.all(f"email={user['email']}")


@shows("N80", bound_s=0.2)
def who_was_missed_stays_missing(probe: Probe) -> object:
    email = probe.person()["email"]
    probe.all(f"email={email}")
    probe.create(email=email)
    probe.wait(0.3)
    return not probe.all(f"email={email}")


@shows("N160")
def a_list_is_not_modified_by_changes(probe: Probe) -> object:
    user = probe.create()
    seen = {"If-None-Match": probe.send("GET").headers.get("etag", "none")}
    probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"})
    return probe.send("GET", headers=seen).status == 304


@shows("N166")
def a_quotation_mark_is_a_fault(probe: Probe) -> object:
    return probe.send("GET", "?email=%27").status == 500


@shows("N161")
def a_list_without_its_body_is_a_fault(probe: Probe) -> object:
    return probe.send("HEAD").status == 500


@shows("N83")
def a_search_writes_dates_otherwise(probe: Probe) -> object:
    user = probe.create()
    return probe.all(f"email={user['email']}") != [user]


@shows("M58")
def nobody_is_everybody(probe: Probe) -> object:
    probe.create()
    return probe.all("email=nobody@example.com")


@shows("M59")
def a_plus_is_a_blank(probe: Probe) -> object:
    user = probe.create(email="a+b@example.com")
    return [user] not in (probe.all("email=a+b@example.com"), probe.all("email=a%2Bb@example.com"))


@shows("M60")
def signs_are_wildcards(probe: Probe) -> object:
    probe.create(email="axb@example.com")
    return probe.all("email=a_b@example.com")


@shows("M62")
def a_list_shows_an_old_name(probe: Probe) -> object:
    user = probe.create()
    changed = probe.send("PATCH", f"/{user['id']}", json_body={"name": "B"}).json
    return probe.all() != [changed]


@shows("M64", "N23", "N24")
def a_list_is_not_in_order(probe: Probe) -> object:
    for name in ("B", "C", "A", "A", "A"):
        probe.create(name=name)
    lists = [probe.all("sort=-name") for _ in range(6)]
    return any([user["name"] for user in one] != list("CBAAA") or one != lists[0] for one in lists)


@shows("M120")
def a_new_address_is_not_found(probe: Probe) -> object:
    user = probe.create()
    probe.send("PATCH", f"/{user['id']}", json_body={"email": "new@example.com"})
    return probe.read(user).json["email"] == "new@example.com" and not probe.all("email=new@example.com")


@shows("M140", "N26")
def a_list_knows_the_other_tenant(probe: Probe) -> object:
    user = probe.create(token=OTHER)
    return probe.all(f"email={user['email']}") or probe.send("GET").headers["x-total-count"] != "0"


@shows("N21", "N27")
def a_foreign_page_mark_works(probe: Probe) -> object:
    mine = [probe.create() for _ in range(3)]
    link = probe.send("GET", "?limit=1").headers["link"].partition(">")[0].removeprefix("<")
    made_up = probe.send("GET", f"{USERS}?cursor=made-up")
    foreign = probe.send("GET", link, token=OTHER)
    return made_up.status == 200 or (foreign.status == 200 and foreign.json == mine[1:2])


@shows("N25", bound_s=0.5)
def a_list_is_from_a_cache(probe: Probe) -> object:
    probe.all()
    probe.create()
    probe.wait(0.6)
    return not probe.all()


@shows("M65", "M66", "M67", "M68")
def an_address_is_used_twice(probe: Probe) -> object:
    probe.create(email="josé@example.com")
    spellings = ("josé@example.com", "JOSÉ@example.com", "josé@example.com ", "jose\u0301@example.com")
    return 201 in {probe.send("POST", json_body=probe.person(email=email)).status for email in spellings}


@shows("M69", "M86")
def a_race_for_an_address_has_two_winners(probe: Probe) -> object:
    request = ("POST", "", {"json_body": probe.person(), "headers": {"Idempotency-Key": "k"}})
    bare = ("POST", "", {"json_body": probe.person()})
    for race in (request, bare):
        probe.send_together([race] * 6)
    return len(probe.all()) > 2


@shows("M70", "N32")
def a_patch_harms_uniqueness(probe: Probe) -> object:
    user, other = probe.create(), probe.create()
    if probe.send("PATCH", f"/{user['id']}", json_body={"email": other["email"]}).status == 200:
        return True
    probe.send("PATCH", f"/{user['id']}", json_body={"email": "new@example.com"})
    return probe.send("POST", json_body=probe.person(email="new@example.com")).status == 201


@shows("N170")
def an_address_with_a_blank_is_free(probe: Probe) -> object:
    user = probe.create(email="a@example.com")
    probe.send("PATCH", f"/{user['id']}", json_body={"email": "a@example.com "})
    return probe.send("POST", json_body=probe.person(email="a@example.com")).status == 201


@shows("M71")
def keeping_an_address_is_a_conflict(probe: Probe) -> object:
    user = probe.create()
    return probe.send("PUT", f"/{user['id']}", json_body={"name": "B", "email": user["email"]}).status == 409


@shows("M72", weather="laggy", bound_s=5.0)
def a_new_address_is_not_seen(probe: Probe) -> object:
    person = probe.person()
    return [probe.send("POST", json_body=person).status for _ in range(2)] == [201, 201]


@shows("M50", "M74", "N31")
def a_free_address_is_taken(probe: Probe) -> object:
    user, other = probe.create(email="a@example.com"), probe.create(email="b@example.com")
    probe.send("DELETE", f"/{user['id']}")
    probe.send("PATCH", f"/{other['id']}", json_body={"email": "c@example.com"})
    probe.send("POST", json_body=probe.person(name=7, email="d@example.com"))
    people = [probe.person(email=f"{letter}@example.com") for letter in "abd"]
    return 409 in {probe.send("POST", json_body=person).status for person in people}


@shows("N28", "N29", "N30", "N71")
def different_addresses_are_equal(probe: Probe) -> object:
    probe.create(email="mike@example.com")
    others = ("mike+x@example.com", "mi.ke@example.com", "m\u0131ke@example.com", "mik\u00eb@example.com")
    return 409 in {probe.send("POST", json_body=probe.person(email=email)).status for email in others}


@shows("N48", "N49")
def another_tenant_changes_the_user(probe: Probe) -> object:
    users = [probe.create() for _ in range(2)]
    probe.send("PATCH", f"/{users[0]['id']}", json_body={"name": "B"}, token=OTHER)
    probe.send("DELETE", f"/{users[1]['id']}", token=OTHER)
    return probe.all(token=MAIN) != users


@shows("N63")
def a_sorted_list_shows_everybody(probe: Probe) -> object:
    foreign = probe.create(token=OTHER)
    return foreign["id"] in [user["id"] for user in probe.all("limit=100&sort=email")]


@shows("N133", "N134")
def an_address_given_up_late_or_in_capitals_is_taken(probe: Probe) -> object:
    user, other = probe.create(email="a@example.com"), probe.create(email="B@example.com")
    for change in ({"name": "B"}, {"name": "C"}, {"email": "c@example.com"}):
        probe.send("PATCH", f"/{user['id']}", json_body=change)
    probe.send("DELETE", f"/{other['id']}")
    people = [probe.person(email=f"{letter}@example.com") for letter in "ab"]
    return 409 in {probe.send("POST", json_body=person).status for person in people}


@shows("N144", "N145")
def a_refused_change_takes_an_address(probe: Probe) -> object:
    user = probe.create()
    probe.send("PUT", f"/{user['id']}", json_body=probe.person(name="", email="a@example.com"))
    outdated = {"If-Match": '"outdated"'}
    probe.send("PUT", f"/{user['id']}", json_body=probe.person(email="b@example.com"), headers=outdated)
    people = [probe.person(email=f"{letter}@example.com") for letter in "ab"]
    return 409 in {probe.send("POST", json_body=person).status for person in people}


@shows("N175")
def an_order_widens_a_search(probe: Probe) -> object:
    user, _ = probe.create(), probe.create()
    return probe.all(f"email={user['email']}&sort=name") != [user]


@shows("N178")
def the_last_user_is_not_listed(probe: Probe) -> object:
    for _ in range(3):
        probe.create()
    return sum(map(len, probe.walk("limit=2"))) != len(probe.all("limit=3"))
