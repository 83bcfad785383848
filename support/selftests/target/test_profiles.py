"""Profiles and settings: a mistake is one line that names file, key and reason, and says no secret."""

from __future__ import annotations

import pytest

from support.errors import ConfigurationError
from support.target.profile import Target
from support.target.profiles import TARGETS, load_target, parse_target
from support.target.promises import PROMISES
from support.target.protocol import REFUSALS


@pytest.mark.parametrize("file", sorted(TARGETS.glob("*.toml")), ids=lambda file: file.stem)
def test_every_profile_that_comes_with_the_suite_is_sound(file):
    target = load_target(file.stem)
    assert target.name == file.stem
    assert load_target(str(file)) == target


def test_the_defaults_are_a_sound_profile():
    target = Target(name="plain")
    assert [name for name in PROMISES if target.promise(name)] == []
    assert target.refusal("the email is already in use") == REFUSALS["the email is already in use"]
    assert target.bounds.of("single") == target.bounds.of("list") == target.bounds.of("filter") == 2.0


MISTAKES = {
    'name = "x"\nnmae = "y"': "nmae: is no key of a profile, did you mean 'name'?",
    'name = "x"\n[bounds]\nsingel_s = 1': "bounds.singel_s: is no key of a profile, did you mean 'single_s'?",
    'name = "x"\n[auth.oauth2]\nscoop = "a"': "auth.oauth2.scoop: is no key of a profile, did you mean",
    'name = "x"\nqwertz = 1': "qwertz: is no key of a profile",
    'name = "x"\npromises = ["e-tag"]': "no such promise: 'e-tag', did you mean 'etag'?",
    'name = "x"\npromises = ["xyz"]': "no such promise: 'xyz'",
    'name = "x"\n[refusals]\n"the email is used" = [409]': "refusals: no such reason: 'the email is used'",
    'name = "x"\n[bounds]\nsingle_s = -1': "bounds.single_s: input should be greater than or equal to 0",
    'name = "x"\n[bounds]\nsingle_s = "soon"': "bounds.single_s: input should be a valid number",
    'name = "x"\n[lists]\nstyle = "scroll"': "lists.style: input should be 'link', 'page'",
    'name = "x"\n[faults]\nper_request_probability = 1.0': "faults.per_request_probability: input should be",
    'name = "x"\npromises = ["tenants"]': "profile: promises 'tenants' but names no token variable",
    'name = "x"\npromises = ["timestamps"]\n[fields]\ncreated_at = ""': "profile: promises 'timestamps' but",
    'title = "x"': "name: field required",
    'name = ""': "name: string should have at least 1 character",
    'name = "x"\n[timeouts]\nread_s = 0': "timeouts.read_s: input should be greater than 0",
    'name = "x"\n[timeouts]\nread_s = -1': "timeouts.read_s: input should be greater than 0",
    'name = "x"\n[timeouts]\nread_s = nan': "timeouts.read_s: input should be a finite number",
    'name = "x"\n[timeouts]\nattempt_s = inf': "timeouts.attempt_s: input should be a finite number",
    'name = "x"\n[bounds]\nlist_s = nan': "bounds.list_s: input should be a finite number",
    'name = "x"\n[slo]\nwithin_s = -1': "slo.within_s: input should be greater than 0",
    'name = "x"\n[slo]\nnetwork_allowance_s = -1': "slo.network_allowance_s: input should be greater than or",
    'name = "x"\n[request_limits]\nin_flight = 0': "request_limits.in_flight: input should be",
    'name = "x"\n[request_limits]\nrequests_per_s = -5': "request_limits.requests_per_s: input should be",
    'name = "x"\n[accepted]\ncreate = [99999]': "accepted.create: 99999 is no status of an answer",
    'name = "x"\n[accepted]\ncreate = []': "accepted.create: is empty",
    'name = "x"\n[refusals]\n"the email is already in use" = []': "the email is already in use: is empty",
    'name = "x"\n[idempotency]\nmismatch = []': "refusals.the key belongs to another request: is empty",
    'name = "x"\n[idempotency]\nlifetime_s = -1': "idempotency.lifetime_s: input should be greater than 0",
    'name = "x"\n[idempotency]\nheader = "Idempotency Key"': "idempotency.header: 'Idempotency Key' is no",
    'name = "x"\n[headers]\nstrong_read = ""': "headers.strong_read: '' is no name of a header",
    'name = "x"\n[headers]\nstrong_value = "a\\nb"': "headers.strong_value: 'a\\nb' cannot be the value",
    'name = "x"\n[limits]\nname = -1': "limits.name: input should be greater than or equal to 1",
    'name = "x"\n[limits]\npassword_min = 200': "limits: password_min (200) is over password_max (128)",
    'name = "x"\n[limits]\npage_default = 50\npage_max = 10': "limits: page_default (50) is over page_max",
    'name = "x"\ncollection = "users"': "collection: 'users' must begin with a slash",
    'name = "x"\ncollection = ""': "collection: '' must begin with a slash",
    'name = "x"\ncollection = "/us ers"': "collection: '/us ers' is no path",
    'name = "x"\nbase_path = "api"': "base_path: 'api' must begin with a slash",
    'name = "x"\n[lists]\nitems = "a..b"': "lists.items: 'a..b' has a dot",
    'name = "x"\n[lists]\nstyle = "page"\nposition = ""': "lists: style 'page' needs a parameter",
    'name = "x"\n[lists]\nemail = 5': "lists.email: input should be a valid string",
    'name = "x"\n[fields]\nemail = "emails.99999.value"': "fields.email: 'emails.99999.value' leads to",
    'name = "x"\n[fields]\nnickname = "name.nick"': "fields: name ('name') and nickname ('name.nick') cannot",
    'name = "x"\nn = ' + "[" * 2000: "is not TOML",
    'name = "x"\nn = ' + "9" * 5000: "is not TOML",
    'name = "x': "is not TOML",
    'name = "x"\nname = "y"': "is not TOML",
}


@pytest.mark.parametrize(("text", "reason"), MISTAKES.items(), ids=list(MISTAKES.values()))
def test_a_mistake_in_a_profile_names_file_key_and_reason(tmp_path, text, reason):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_target(str(file))
    message = str(caught.value)
    assert message.startswith(str(file))
    assert reason in message
    assert "\n" not in message


def test_all_mistakes_of_a_profile_are_told_at_once(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'nmae = "x"\ncollection = "users"\npromises = ["e-tag", "putt"]\n[bounds]\nlist_s = -1\n'
        '[accepted]\ncreate = []\n[refusals]\nfoo = [400]\nbar = [400]\n[known.NONE-99]\nreason = "x"\n'
        "expires = 2027-01-31\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError) as caught:
        load_target(str(file))
    for key in (
        "nmae",
        "name",
        "collection",
        "promises",
        "bounds.list_s",
        "accepted.create",
        "refusals",
        "known",
    ):
        assert f" {key}: " in str(caught.value)
    for reason in ("'foo'", "'bar'"):
        assert f"no such reason: {reason}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_server_field_is_the_name_of_a_mapped_member():
    """One that is none would be overlooked in silence: no story would ask for it."""
    renamed = {"created_at": "date_joined"}
    with pytest.raises(ConfigurationError, match="server_fields: 'createdAt' is the name of no id") as caught:
        parse_target({"name": "x", "fields": renamed, "server_fields": ["id", "createdAt"]}, source="x")
    assert "those are 'id', 'role', 'date_joined', 'updatedAt'" in str(caught.value)
    target = parse_target({"name": "x", "fields": renamed, "server_fields": ["date_joined"]}, source="x")
    assert target.server_fields == ("date_joined",)
    target = parse_target({"name": "x", "fields": {**renamed, "role": ""}}, source="x")
    assert target.server_fields == ("id", "date_joined", "updatedAt"), "as its fields are called"
    assert Target.model_validate_json(target.model_dump_json()) == target, "a worker reads it so"


def test_a_mismatch_of_an_older_profile_is_a_reason_now():
    other = "the key belongs to another request"
    old = parse_target({"name": "x", "idempotency": {"mismatch": [409]}}, source="x")
    assert old.refusal(other) == (409,)
    both = {"name": "x", "idempotency": {"mismatch": [409]}, "refusals": {other: [422]}}
    assert parse_target(both, source="x").refusal(other) == (422,)


def test_promises_without_what_they_need_are_told_at_once():
    raw = {"name": "x", "promises": ["tenants", "rate-limit", "auth"], "auth": {"scheme": "none"}}
    with pytest.raises(ConfigurationError) as caught:
        parse_target(raw, source="here")
    assert [f"promises {name!r}" in str(caught.value) for name in raw["promises"]] == [True] * 3


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "../..", ".", "/", " "])
def test_a_name_that_no_file_could_have_is_an_unknown_target(name):
    with pytest.raises(ConfigurationError, match="unknown target"):
        load_target(name)


def test_what_is_no_text_or_not_there_is_said_so(tmp_path):
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="is not TOML"):
        load_target(str(tmp_path / "odd.toml"))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_target(str(tmp_path / "none.toml"))
    with pytest.raises(ConfigurationError, match=r"unknown target 'refrence': known are .*reference"):
        load_target("refrence")


def test_a_profile_by_example_is_as_small_as_it_looks():
    target = parse_target(
        {"name": "mine", "collection": "/people", "fields": {"name": "fullName", "nickname": ""}},
        source="here",
    )
    assert (target.fields.name, target.fields.nickname, target.promises) == ("fullName", None, frozenset())


@pytest.mark.parametrize(
    ("profile", "in_flight"),
    [
        ({}, None),
        ({"operations": {"list": "none"}}, 4),
        ({"operations": {"list": "none"}, "promises": ["filter-by-email"]}, None),
        ({"operations": {"list": "none"}, "promises": ["idempotency-key"]}, None),
        ({"operations": {"list": "none"}, "request_limits": {"in_flight": 9, "requests_per_s": 5}}, 9),
        ({"request_limits": {"in_flight": 9}}, 9),
    ],
)
def test_less_is_asked_at_once_where_nobody_finds_a_user_whose_creation_was_not_answered(profile, in_flight):
    """A busy service that answers too late would leave a user for ever."""
    target = parse_target({"name": "x", **profile}, source="here")
    assert target.pace.in_flight == in_flight
    assert target.pace.requests_per_s == target.request_limits.requests_per_s


@pytest.mark.parametrize(
    ("lists", "asked"),
    [
        ({}, {}),
        ({"style": "cursor"}, {}),
        ({"style": "page", "position": "page"}, {"page": 1}),
        ({"style": "page", "position": "page", "first": 0}, {"page": 0}),
        ({"style": "offset", "position": "$skip"}, {"$skip": 0}),
    ],
)
def test_the_first_page_is_asked_for_by_its_number_where_pages_are_counted(lists, asked):
    """Some services show everybody, and no page at all, unless a page is named."""
    assert parse_target({"name": "x", "lists": lists}, source="here").lists.first_page == asked
