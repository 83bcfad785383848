"""A script finds nothing wrong with the answers of services that keep what their profiles say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from support.selftests.report.reproductions.recorded import checks_of, operation

ADA = {"name": "Ada", "email": "ada.acctp67s30a.gw1-00313@example.com", "nickname": "ada"}
NOON = "Fri, 27 Nov 2026 12:00:00 GMT"
EXACT = datetime.now(UTC).isoformat()
LATER = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
DATED = {"promises": ["timestamps", "patch"], "clock": {"tolerance_s": 300.0}}
PATH = "/users/u-00001"


def shown(**members):
    """Return Ada as the service shows her."""
    return {"id": "u-00001", "role": "user", "createdAt": EXACT, "updatedAt": EXACT, **ADA, **members}


def created(number=1):
    return operation(number, "create", "POST", "/users", 201, shown(), sent=ADA)


def looked(number, status=200, path=PATH, **members):
    return operation(number, "look up", "GET", path, status, shown(**members) if status == 200 else {})


def changed(number, *, is_lost=False, **sent):
    return operation(number, "change", "PATCH", PATH, 204, None, sent=sent, is_lost=is_lost)


def found(number, path, *people):
    return operation(number, "find", "GET", path, 200, list(people))


def wrapped():
    made = operation(1, "create", "POST", "/users", 201, {"data": shown()}, sent={"data": ADA})
    look = operation(2, "look up", "GET", PATH, 200, {"data": shown()})
    return {"sending": {"wrap": "data"}, "user_path": "data"}, [made, look]


def searched_in_its_words():
    lists = {"email": {"where": '{"email": {json}}'}}
    query = "/users?where=%7B%22email%22%3A%22ada.acctp67s30a.gw1-00313%40example.com%22%7D"
    return {"promises": ["filter-by-email"], "lists": lists}, [created(), found(2, query, shown())]


def searched_in_other_letters():
    query = "/users?email=ADA.acctp67s30a.gw1-00313@example.com"
    return {"promises": ["filter-by-email", "unique-email-exact"]}, [created(), found(2, query)]


def within_a_second():
    profile = {**DATED, "timestamps": "http-date"}
    dates = {"createdAt": NOON, "updatedAt": NOON}
    made = operation(1, "create", "POST", "/users", 201, shown(**dates), sent=ADA)
    after = looked(4, name="Eve", **dates)
    return profile, [made, looked(2, **dates), changed(3, name="Eve"), after]


def nothing_changed():
    return DATED, [created(), looked(2), changed(3), looked(4)]


def unknown_before_and_after():
    lost = changed(3, is_lost=True, name="Eve")
    return DATED, [created(), looked(2), lost, looked(4, name="Eve")]


def an_id_that_is_like_one():
    similar = looked(3, status=404, path=f"{PATH}x")
    refused = operation(4, "change", "PATCH", f"{PATH}x", 404, {}, sent={"name": "Eve"})
    return DATED, [created(), looked(2), similar, refused, looked(5)]


def a_look_that_crosses_the_deletion():
    deleted = operation(2, "delete", "DELETE", PATH, 204, None)
    return {}, [created(), looked(2, status=404), deleted, looked(3, status=404)]


def changes_that_cross():
    one = operation(2, "change", "PATCH", PATH, 200, shown(name="Eve", nickname="eve"), sent={"name": "Eve"})
    other = operation(2, "change", "PATCH", PATH, 200, shown(nickname="eve"), sent={"nickname": "eve"})
    return {}, [created(), one, other, looked(3, name="Eve", nickname="eve")]


def an_email_that_was_taken_over():
    mark = "acctp67s30a.gw1-00999"
    refused = operation(
        3, "create", "POST", "/users", 409, {}, sent={**ADA, "email": f"grace.{mark}@example.com"}
    )
    email = f"grace.{mark}@example.com"
    listed = operation(4, "list", "GET", "/users", 200, [shown(email=email)])
    return {}, [created(), changed(2, email=email), refused, listed]


def a_replacement_that_merges():
    merged = operation(2, "replace", "PUT", PATH, 200, shown(name="Eve"), sent={**ADA, "name": "Eve"})
    without = {"name": "Eva", "email": ADA["email"]}
    kept = operation(3, "replace", "PUT", PATH, 200, shown(name="Eva"), sent=without)
    return {"promises": ["put-writes"]}, [created(), merged, kept, looked(4, name="Eva")]


def instructions():
    told = {"Operations": [{"op": "replace", "path": "name", "value": "Eve"}]}
    return {"sending": {"patch": "scim"}}, [created(), changed(2, **told), looked(3, name="Eve")]


def an_id_of_the_callers_own():
    taken = operation(2, "create", "POST", "/users", 200, shown(), sent={**ADA, "name": "X", "id": "u-00001"})
    return {"server_fields": []}, [created(), taken]


def a_walk_to_where_nobody_matters():
    lists = {"style": "page", "position": "page", "total": "total", "items": "data", "sort": "by"}
    pages = [
        operation(
            1 + number,
            "list",
            "GET",
            f"/users?by=-createdAt&page={number}",
            200,
            {"total": 9, "data": [{"id": f"u-1000{number}"}]},
            is_end=number == 2,
        )
        for number in (1, 2)
    ]
    return {"promises": ["total-count", "pagination"], "lists": lists}, pages


LONG = {"bounds": {"single_s": 60.0, "list_s": 60.0}}
VERSIONED = {"promises": ["etag", "patch", "put"]}


def not_there_yet():
    late = looked(2, status=404)
    return {**DATED, **LONG}, [created(), late, looked(3), looked(4, status=404), looked(5)]


def versioned(number, tag, **members):
    return operation(number, "look up", "GET", PATH, 200, shown(**members), headers={"etag": f'"{tag}"'})


def on_top_of(tag, status):
    """Return a change on top of a version, after another one has made a second version."""
    answer = shown(name="Eva") if status == 200 else {}
    sent, asked = {"name": "Eva"}, {"If-Match": f'"{tag}"'}
    change = operation(5, "change", "PATCH", PATH, status, answer, sent=sent, asked=asked)
    looks = versioned(2, "v-one"), changed(3, name="Eve"), versioned(4, "v-two", name="Eve")
    return VERSIONED, [created(), *looks, change]


def on_top_of_the_current_version():
    return on_top_of("v-two", 200)


def on_top_of_an_outdated_version():
    return on_top_of("v-one", 412)


def after_a_made_up_cursor(*people):
    """Return a page that was asked for from a made-up cursor, and the first one."""
    lists = {"style": "cursor", "items": "data", "next": "next", "position": "after"}
    pages = [("?after=made-up", people), ("", ("u-1",))]
    return {"promises": ["pagination"], "lists": lists}, [
        operation(number, "list", "GET", f"/users{asked}", 200, {"data": [{"id": each} for each in shown_]})
        for number, (asked, shown_) in enumerate(pages, 1)
    ]


def nobody_after_a_made_up_cursor():
    return after_a_made_up_cursor()


def others_after_a_made_up_cursor():
    return after_a_made_up_cursor("u-2")


GRACE = {"name": "Grace", "email": "grace.acctp67s30a.gw1-00313@example.com"}
UNIQUE = {"promises": ["unique-email", "patch", "idempotency-key"]}


def of_one_email(*between, verb="change"):
    """Return the stories of Ada and Grace, of whom one takes the email of the other after something else."""
    grace = operation(
        2, "create", "POST", "/users", 201, {"id": "u-00002", "role": "user", **GRACE}, sent=GRACE
    )
    if verb == "create":
        again = operation(
            9, "create", "POST", "/users", 201, {"id": "u-00003", "role": "user", **ADA}, sent=ADA
        )
    else:
        taken = {"id": "u-00002", "role": "user", **GRACE, "email": ADA["email"]}
        again = operation(9, verb, "PATCH", "/users/u-00002", 200, taken, sent={"email": ADA["email"]})
    return UNIQUE, [created(), grace, *between, again]


def an_email_of_somebody_who_is_gone():
    return of_one_email(operation(3, "delete", "DELETE", PATH, 204, None))


def an_email_that_was_given_up():
    return of_one_email(changed(3, email="away.acctp67s30a.gw1-00313@example.com"), verb="create")


def an_email_that_may_have_been_given_up():
    return of_one_email(changed(3, is_lost=True, email="away.acctp67s30a.gw1-00313@example.com"))


def listed_by_date(first, second):
    """Return Ada, then Grace, who was created half a second later, in a list of the newest first."""
    dates = {"a": "2026-11-28T01:00:00Z", "g": "2026-11-28T01:00:00.5Z"}
    people = {"a": shown(createdAt=dates["a"]), "g": {"id": "u-00002", "createdAt": dates["g"], **GRACE}}
    orders = {"-createdAt": "-createdAt"}
    lists = {"style": "page", "position": "page", "items": "data", "sort": "by", "sort_keys": orders}
    made = [
        operation(number, "create", "POST", "/users", 201, people[name], sent=sent)
        for number, (name, sent) in enumerate((("a", ADA), ("g", GRACE)), 1)
    ]
    page = {"data": [people[first], people[second]]}
    listed = operation(3, "list", "GET", "/users?by=-createdAt", 200, page)
    return {"promises": ["pagination"], "lists": lists}, [*made, listed]


def the_newest_first():
    return listed_by_date("g", "a")


RIGHT = [
    the_newest_first,
    an_email_of_somebody_who_is_gone,
    an_email_that_was_given_up,
    an_email_that_may_have_been_given_up,
    not_there_yet,
    on_top_of_the_current_version,
    on_top_of_an_outdated_version,
    nobody_after_a_made_up_cursor,
    others_after_a_made_up_cursor,
    wrapped,
    searched_in_its_words,
    searched_in_other_letters,
    within_a_second,
    nothing_changed,
    unknown_before_and_after,
    an_id_that_is_like_one,
    a_look_that_crosses_the_deletion,
    changes_that_cross,
    an_email_that_was_taken_over,
    a_replacement_that_merges,
    instructions,
    an_id_of_the_callers_own,
    a_walk_to_where_nobody_matters,
]


@pytest.mark.parametrize("of", RIGHT, ids=lambda of: of.__name__)
def test_nothing_is_wrong_with_right_answers(of):
    """Kept stories of Eve and Kinto met hundreds of complaints, and a broken one makes its script of such."""
    profile, operations = of()
    assert checks_of(profile, operations)[1] == []


def wrapped_wrongly():
    made = operation(1, "create", "POST", "/users", 201, {"data": shown(name="Eve")}, sent={"data": ADA})
    return {"sending": {"wrap": "data"}, "user_path": "data"}, [made]


def found_in_spite_of_another_email():
    query = "/users?email=grace.acctp67s30a.gw1-00313@example.com"
    return {"promises": ["filter-by-email"]}, [created(), found(2, query, shown())]


def never_dated():
    return DATED, [created(), looked(2), changed(3, name="Eve"), looked(4, name="Eve")]


def back_after_crossing():
    deleted = operation(2, "delete", "DELETE", PATH, 204, None)
    return {}, [created(), changed(2, name="Eve"), deleted, looked(3, name="Eve")]


def moved_by_looking():
    """Within the promised time, too: nothing has happened to her but her creation."""
    return {**DATED, **LONG}, [created(), looked(2), looked(3, updatedAt=LATER)]


def found_somebody_elses():
    query = "/users?email=grace.acctp67s30a.gw1-00313@example.com"
    other = {"id": "u-00009", "email": "somebody@example.org"}
    return {"promises": ["filter-by-email"]}, [created(), found(2, query, other)]


def written_over_a_version():
    return on_top_of("v-one", 200)


def begins_again_after_a_made_up_cursor():
    return after_a_made_up_cursor("u-1")


def an_email_that_is_anothers():
    return of_one_email()


def an_email_that_is_anothers_already():
    return of_one_email(verb="create")


def the_oldest_first():
    return listed_by_date("a", "g")


WRONG = [
    the_oldest_first,
    an_email_that_is_anothers,
    an_email_that_is_anothers_already,
    wrapped_wrongly,
    found_in_spite_of_another_email,
    never_dated,
    back_after_crossing,
    moved_by_looking,
    found_somebody_elses,
    written_over_a_version,
    begins_again_after_a_made_up_cursor,
]


@pytest.mark.parametrize("of", WRONG, ids=lambda of: of.__name__)
def test_something_is_wrong_with_wrong_answers(of):
    profile, operations = of()
    assert checks_of(profile, operations)[1]
