"""Proofs about refusals, access, privacy and strain."""

from __future__ import annotations

import json
import re

from support.selftests.reference.probe import MAIN, OTHER, READER, THROTTLED, Probe
from support.selftests.reference.proofs import shows


def _refused(probe: Probe, **changes: object) -> object:
    return probe.send("POST", json_body=probe.person(**changes)).status == 422


@shows("M121", "M122", "M123", "M124", "M125")
def bad_details_are_accepted(probe: Probe) -> object:
    bad = ({"name": "  "}, {"email": "a@"}, {"name": 42}, {"nickname": ["x"]})
    missing = probe.send("POST", json_body={"email": "a@example.com"})
    return missing.status != 422 or not all(_refused(probe, **changes) for changes in bad)


@shows("N45")
def good_details_are_refused(probe: Probe) -> object:
    return _refused(probe, nickname="n" * 100)


@shows("M126", "M127")
def a_garbled_body_is_not_refused(probe: Probe) -> object:
    garbled = (b"{", b'{"name":"A","email":"a@example.com"} x')
    return {probe.send("POST", body=body).status for body in garbled} != {400}


@shows("M128")
def text_is_taken_for_json(probe: Probe) -> object:
    return probe.send("POST", json_body=probe.person(), headers={"Content-Type": "text/plain"}).status == 201


@shows("M129", "M130", "M131")
def a_refusal_is_not_as_promised(probe: Probe) -> object:
    reply = probe.send("DELETE")
    return "allow" not in reply.headers or reply.json["status"] != 405 or "Traceback" in reply.json["detail"]


@shows("N100")
def a_number_is_a_fault(probe: Probe) -> object:
    return {probe.send("POST", body=body).status for body in (b"42", b"NaN")} == {500}


@shows("N127")
def a_member_named_twice_is_a_fault(probe: Probe) -> object:
    body = b'{"name":"Ada","email":"ada@example.com","name":"Ada"}'
    return probe.send("POST", body=body).status == 500


@shows("N131")
def a_garbled_condition_is_a_fault(probe: Probe) -> object:
    user = probe.create()
    odd = {"If-None-Match": '"'}
    return probe.send("GET", f"/{user['id']}", headers=odd).status == 500


@shows("N156", "N157")
def an_odd_header_is_a_fault(probe: Probe) -> object:
    odd = {"Consistency-Token": "garbage", "X-Correlation-ID": "\u00e9"}
    return 500 in {probe.send("GET", headers={name: value}).status for name, value in odd.items()}


@shows("N169")
def a_refusal_over_the_limit_uses_the_key_up(probe: Probe) -> object:
    for number in range(40):
        key, body = {"Idempotency-Key": f"k{number}"}, probe.person()
        if probe.send("POST", json_body=body, headers=key, token=THROTTLED).status == 429:
            return probe.send("POST", json_body=body, headers=key).status == 409
    return False


@shows("N163", "N165")
def odd_letters_are_a_fault(probe: Probe) -> object:
    user = probe.create()
    creation = probe.send("POST", json_body=probe.person(password="\u674e" * 128))
    change = probe.send("PATCH", f"/{user['id']}", body=b'{"name": "A\\ud800"}')
    return 500 in (creation.status, change.status)


@shows("N164")
def a_refusal_has_the_words_of_the_database(probe: Probe) -> object:
    return b"constraint" in probe.send("POST", json_body=probe.person(email=probe.create()["email"])).body


@shows("N154")
def an_odd_token_is_a_fault(probe: Probe) -> object:
    return probe.send("GET", token="\u00e9").status == 500


@shows("N158")
def a_long_number_is_a_fault(probe: Probe) -> object:
    return probe.send("POST", body=b"9" * 5000).status == 500


@shows("N101")
def a_character_set_is_a_fault(probe: Probe) -> object:
    odd = {"Content-Type": "application/json; charset=x-unknown"}
    return probe.send("POST", json_body=probe.person(), headers=odd).status == 500


@shows("N102")
def null_is_a_fault(probe: Probe) -> object:
    return probe.send("PATCH", f"/{probe.create()['id']}", json_body={"email": None}).status == 500


@shows("N103")
def a_refusal_repeats_the_password(probe: Probe) -> object:
    details = {"name": "Ada", "password": "s3cret-word"}
    return b"s3cret-word" in probe.send("POST", json_body=details).body


@shows("N74")
def a_body_without_a_length_has_no_limit(probe: Probe) -> object:
    return probe.send("POST", json_body={**probe.person(), "filler": "x" * 70_000}).status == 201


@shows("N129", "N130")
def the_limit_of_bodies_is_another(probe: Probe) -> object:
    sizes = (64 * 1024, 64 * 1024 + 1)
    bodies = [json.dumps(probe.person()).encode().ljust(size) for size in sizes]
    return [probe.send("POST", body=body).status for body in bodies] != [201, 413]


@shows("M165")
def the_next_request_fails(probe: Probe) -> object:
    probe.send("POST", body=b"x" * 70_000)
    return probe.send("GET").status == 500


@shows("N43")
def only_one_field_is_named(probe: Probe) -> object:
    return len(probe.send("POST", json_body={"name": 1, "email": 2}).json["errors"]) == 1


@shows("M135", "M137")
def no_token_is_no_matter(probe: Probe) -> object:
    reply = probe.send("DELETE", f"/{probe.create()['id']}", token=None)
    return reply.status != 401 or "www-authenticate" not in reply.headers


@shows("M136", "N52")
def a_wrong_token_is_no_matter(probe: Probe) -> object:
    wrong = MAIN[:-1] + "x"
    reply = probe.send("GET", token=wrong)
    return reply.status == 200 or wrong.encode() in reply.body


@shows("M146")
def a_method_is_disguised(probe: Probe) -> object:
    user = probe.create()
    probe.send("POST", f"/{user['id']}", json_body={}, headers={"X-HTTP-Method-Override": "DELETE"})
    return probe.read(user).status == 404


@shows("M147")
def a_name_makes_a_header(probe: Probe) -> object:
    reply = probe.send("POST", json_body=probe.person(name="Ada\r\nX-Injected: yes"))
    return reply.headers.get("x-injected") == "yes"


@shows("M148")
def anybody_may_keep_answers(probe: Probe) -> object:
    return "public" in probe.send("GET").headers["cache-control"]


@shows("N47")
def a_reader_writes(probe: Probe) -> object:
    return (
        probe.send("PATCH", f"/{probe.create()['id']}", json_body={"name": "B"}, token=READER).status == 200
    )


@shows("N50", "N51")
def a_password_is_shown(probe: Probe) -> object:
    shown = probe.send("POST", json_body=probe.person(password="s3cret-word")).body
    return b"s3cret" in shown + probe.send("POST", json_body=probe.person(password="s3cret")).body


@shows("M149", "N53", "N128")
def haste_is_refused_badly(probe: Probe) -> object:
    replies = [probe.send("POST", json_body=probe.person(), token=THROTTLED) for _ in range(9)]
    refused = [reply for reply in replies if reply.status == 429]
    readable = all(re.fullmatch(r"\d+|\w{3}, .* GMT", reply.headers["retry-after"]) for reply in refused)
    return not readable or len(probe.all()) > len(replies) - len(refused)


@shows("M150")
def coming_back_does_not_help(probe: Probe) -> object:
    while probe.send("GET", token=THROTTLED).status == 200:
        pass
    probe.wait(1.1)
    return probe.send("GET", token=THROTTLED).status == 429


@shows("M152")
def everybody_is_held_back(probe: Probe) -> object:
    while probe.send("GET", token=THROTTLED).status == 200:
        pass
    return probe.send("GET").status == 429


@shows("M155", "N54")
def requests_cannot_be_told_apart(probe: Probe) -> object:
    mark = {"X-Correlation-ID": "mine"}
    replies = [probe.send("GET", path, headers=mark) for path in ("", "/nobody")]
    return {reply.headers["x-correlation-id"] for reply in replies} != {"mine"}


@shows("M156")
def a_bad_trace_does_harm(probe: Probe) -> object:
    return probe.send("GET", headers={"traceparent": "garbage"}).status == 500


@shows("N55")
def health_is_a_secret(probe: Probe) -> object:
    return probe.send("GET", "/api/v1/health", token=None).status != 200


@shows("N60")
def a_token_may_have_an_end(probe: Probe) -> object:
    return probe.send("GET", token=f"{MAIN}x").status == 200


@shows("N65")
def a_new_password_may_be_short(probe: Probe) -> object:
    user = probe.create()
    return probe.send("PUT", f"/{user['id']}", json_body=probe.person(password="short")).status == 200


@shows("N67")
def some_refusals_are_plain(probe: Probe) -> object:
    return "problem" not in probe.send("GET", token=None).headers["content-type"]


@shows("N105")
def a_used_key_is_refused_with_another_status(probe: Probe) -> object:
    key = {"Idempotency-Key": "once"}
    probe.create(headers=key)
    reply = probe.send("POST", json_body=probe.person(), headers=key)
    return reply.json["status"] != reply.status


@shows("N106")
def nobody_is_public(probe: Probe) -> object:
    return "public" in probe.send("GET", "/nobody").headers["cache-control"]


@shows("N107")
def a_hasty_creation_is_not_told_when_to_return(probe: Probe) -> object:
    replies = [probe.send("POST", json_body=probe.person(), token=THROTTLED) for _ in range(50)]
    return any(reply.status == 429 and "retry-after" not in reply.headers for reply in replies)


@shows("N108")
def an_outdated_version_cannot_be_traced(probe: Probe) -> object:
    headers = {"If-Match": '"old"', "X-Correlation-ID": "mine"}
    reply = probe.send("DELETE", f"/{probe.create()['id']}", headers=headers)
    return reply.status == 412 and reply.headers["x-correlation-id"] != "mine"


@shows("N113")
def a_refused_change_names_one_field(probe: Probe) -> object:
    reply = probe.send("PATCH", f"/{probe.create()['id']}", json_body={"name": "", "email": "a"})
    return len(reply.json["errors"]) == 1


@shows("N114")
def a_change_may_name_no_character_set(probe: Probe) -> object:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    path = f"/{probe.create()['id']}"
    return probe.send("PATCH", path, json_body={"name": "Grace"}, headers=headers).status == 415


@shows("N115")
def a_version_opens_another_tenant(probe: Probe) -> object:
    user = probe.create()
    headers = {"If-Match": probe.read(user).headers["etag"]}
    path = f"/{user['id']}"
    return probe.send("PATCH", path, json_body={"name": "Eve"}, token=OTHER, headers=headers).status == 200


@shows("N116")
def a_reader_may_not_search(probe: Probe) -> object:
    return probe.send("GET", "?email=ada@example.com", token=READER).status == 403


@shows("N96")
def the_document_knows_no_user_without_a_nickname(probe: Probe) -> object:
    document = probe.send("GET", "/api/v1/openapi.json", token=None).json
    shown = document["components"]["schemas"]["User"]["properties"]["nickname"]
    return probe.create(nickname=None)["nickname"] is None and shown["type"] == "string"


@shows("N139")
def a_bad_password_hides_a_bad_name(probe: Probe) -> object:
    body = probe.person(name="", password="x")
    return len(probe.send("POST", json_body=body).json["errors"]) == 1


@shows("N177")
def many_bytes_answer_500(probe: Probe) -> object:
    long = "\u674e" * 100
    return probe.send("POST", json_body=probe.person(name=long, nickname=long)).status == 500
