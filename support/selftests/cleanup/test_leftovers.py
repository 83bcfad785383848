"""Whatever a journal holds is read: what it tells is done, and what it does not tell is said."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.cleanup.journal import Journal, write_header
from support.cleanup.leftovers import read_leftovers
from support.selftests.cleanup.directory import RUN

NAME = "journal-gw0.jsonl"
NO_FACTS = (
    "5", "null", "true", '"text"', "[]", "{}", '{"foo":1}', "garbage", "\0\0\0", "",
    '{"created": null, "as": "A", "at": 1}', '{"created": true, "as": "A", "at": 1}',
    '{"created": 1.5, "as": "A", "at": 1}', '{"created": ["u"], "as": "A", "at": 1}',
    '{"created": "\\ud800", "as": "A", "at": 1}', '{"created": "u", "at": 1}', '{"created": "u", "as": "A"}',
    '{"created": "u", "as": 5, "at": 1}', '{"created": "u", "as": "A", "at": NaN}',
    '{"created": "u", "as": "A", "at": 1e999}', '{"created": ' + "9" * 5000 + ', "as": "A", "at": 1}',
    '{"intend": "x@example.com", "as": "A", "at": 1}', '{"intend": "x", "as": "A", "number": {}, "at": 1}',
    '{"settled": [], "at": 1}', "[" * 5000,
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / RUN
    write_header(made, {"base_url": "http://127.0.0.1:1/api", "target": "x", "seed": 1})
    return made


def write(folder, *lines, end="\n"):
    (folder / NAME).write_bytes(("\n".join(lines) + end).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("line", NO_FACTS, ids=lambda line: line[:40] or "empty")
def test_a_line_that_is_no_fact_is_damage_and_costs_no_other_line(folder, line):
    good = '{"created": "%s", "as": "A", "at": 1}'
    write(folder, good % "u1", line, good % "u2")
    leftovers = read_leftovers(folder)
    assert leftovers.ids == {"A": ["u1", "u2"]}
    assert leftovers.damage == [f"{NAME} is damaged (1 of 3 lines say nothing)"]


@pytest.mark.parametrize("end", ["\n", ""])
def test_json_that_is_no_fact_is_damage_also_as_the_last_line(folder, end):
    for line in ("5", "null", '{"foo":1}'):
        write(folder, line, end=end)
        assert read_leftovers(folder).damage != []


@pytest.mark.parametrize("torn", ["{", '{"created": "u2", "as": "A', '{"intend": "x@exa'])
def test_only_a_last_line_that_a_kill_tore_is_passed_over(folder, torn):
    write(folder, '{"created": "u1", "as": "A", "at": 1}', torn, end="")
    leftovers = read_leftovers(folder)
    assert (leftovers.ids, leftovers.damage) == ({"A": ["u1"]}, [])
    write(folder, torn, '{"created": "u1", "as": "A", "at": 1}')
    leftovers = read_leftovers(folder)
    assert (leftovers.ids, len(leftovers.damage)) == ({"A": ["u1"]}, 1)


def test_a_journal_that_cannot_be_read_is_damage(folder):
    (folder / NAME).mkdir()
    assert read_leftovers(folder).damage == [f"{NAME} cannot be read (Is a directory)"]


@pytest.mark.parametrize("header", ["", "{", "5", "null", "{}", '{"base_url": 5}', "[" * 5000, "\xff"])
def test_a_header_that_names_no_service_is_damage(folder, header):
    (folder / "run.json").write_text(header, encoding="latin-1")
    write(folder, '{"created": "u1", "as": "A", "at": 1}')
    leftovers = read_leftovers(folder)
    assert leftovers.damage == ["run.json, which names the service, is lost or damaged"]
    assert leftovers.ids == {"A": ["u1"]}
    (folder / "run.json").unlink()
    assert read_leftovers(folder).damage == leftovers.damage


def test_a_folder_in_which_nothing_was_ever_noted_is_none(tmp_path):
    assert read_leftovers(tmp_path) is None
    (tmp_path / "run.json").write_text("{", encoding="utf-8")
    assert read_leftovers(tmp_path) is None


def test_a_moment_to_come_is_not_waited_for(folder):
    write(folder, '{"intend": "x@example.com", "as": "A", "number": 1, "at": 99999999999}')
    journal = Journal(folder / "journal-gw1.jsonl")
    journal.intend({"email": "y@example.com"}, "A")
    journal.close()
    now = read_leftovers(folder).open["journal-gw1.jsonl", 1]
    assert now <= read_leftovers(folder).last_open_at < now + 60


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.text(max_size=3), below, max_size=2),
    max_leaves=5,
)
FACTS = st.dictionaries(
    st.sampled_from(["intend", "settled", "created", "deleted", "as", "number", "at", "foo"]), VALUES
).map(json.dumps)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FACTS.map(str.encode) | st.binary(max_size=30), max_size=8), st.booleans())
def test_any_content_is_read_and_nothing_is_made_up(folder, lines, ends):
    good = b'{"created": "u1", "as": "A", "at": 1}\n'
    (folder / NAME).write_bytes(good + b"\n".join(lines) + (b"\n" if ends else b""))
    leftovers = read_leftovers(folder)
    is_deleted = any(b"deleted" in line for line in lines)
    assert ("A", "u1") in leftovers.known
    assert is_deleted or "u1" in leftovers.ids["A"]
    for ids in leftovers.ids.values():
        assert all(type(user_id) in {int, str} and str(user_id).encode() is not None for user_id in ids)
    told = b"\n".join(lines)
    assert leftovers.created == 1 or b"created" in told
