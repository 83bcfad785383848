"""Every key of a profile says in one line what is wrong with a value: the keys come from the models."""

from __future__ import annotations

import datetime as dt
import math
import typing
from typing import Any

import pytest
from pydantic import BaseModel

from support.errors import ConfigurationError
from support.target.profile import Target
from support.target.profiles import MOST_SAID, TARGETS, load_target, parse_target

LONGEST_LINE = 2 * MOST_SAID


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


WRONG: dict[str, Any] = {
    "not a number": math.nan,
    "infinite": math.inf,
    "negative infinite": -math.inf,
    "negative": -1,
    "a fraction below 0": -0.5,
    "0": 0,
    "huge": 10**30,
    "a huge fraction": 1e308,
    "true": True,
    "an empty text": "",
    "a blank": " ",
    "a colour": "x\x1b[31m",
    "two lines": "a\nb",
    "a NUL": "\0",
    "a long text": "é" * 100_000,
    "an empty list": [],
    "a list of a list": [[]],
    "a list of NaN": [math.nan],
    "a list of many": ["x" * 50] * 3000,
    "a list of a number": [-1],
    "an empty table": {},
    "a table of tables": {"a": {"b": {"c": 1}}},
    "a table with a colour": {"\x1b]0;x": "\n"},
    "nested deeply": nested(60),
    "a date": dt.date(2026, 1, 1),
    "a time": dt.time(1, 2),
}
# Tables whose keys are anybody's: what they hold is data.
FREE = {"sending.extra", "sending.extra_on_create"}


def keys(model: type[BaseModel] = Target, above: tuple[str, ...] = ()) -> typing.Iterator[tuple[str, ...]]:
    """Yield every key of a profile as its path, tables included."""
    for name, field in model.model_fields.items():
        yield (*above, name)
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from keys(annotation, (*above, name))


def profile(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return a profile with one value in it."""
    raw: dict[str, Any] = {"name": "x"}
    table = raw
    for step in path[:-1]:
        table = table.setdefault(step, {})
    table[path[-1]] = value
    return raw


KEYS = list(keys())


def test_the_models_have_their_keys():
    assert len(KEYS) > 180
    assert ("auth", "login", "lifetime_s") in KEYS


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_value_is_one_line_that_names_the_key(kind):
    """Or it is none: what is taken can be written as a number that is one, and as text that can be read."""
    for path in KEYS:
        key = ".".join(path)
        try:
            target = parse_target(profile(path, WRONG[kind]), source="here")
        except ConfigurationError as error:
            said = str(error)
            assert said.startswith("here: "), key
            assert path[-1] in said, key
            assert said.isprintable(), key
            assert len(said) < LONGEST_LINE, key
        else:
            taken: Any = target
            for step in path:
                taken = getattr(taken, step)
            assert_usable(key, taken)


def assert_usable(key: str, taken: Any) -> None:
    if isinstance(taken, bool) or key in FREE:
        return
    if isinstance(taken, int | float):
        assert 0 <= taken <= 2**30, key
    if isinstance(taken, str):
        assert taken.isprintable(), key
        assert not taken.isspace(), key
    if isinstance(taken, dict):
        assert all(name.isprintable() and name.strip() for name in taken), key


@pytest.mark.parametrize("path", KEYS, ids=".".join)
def test_true_is_no_number(path):
    """Python takes it for 1, and a limit of one character is not what anybody meant."""
    try:
        target: Any = parse_target(profile(path, True), source="here")  # noqa: FBT003 - the value under test
    except ConfigurationError:
        return
    for step in path:
        target = getattr(target, step)
    assert target is True


def test_all_mistakes_are_said_at_once():
    """One in each table, the deepest included, and every one with its own name."""
    wrong = {
        "name": "", "production": "perhaps", "promises": ["pach"], "bounds": {"single_s": -1},
        "auth": {"scheme": "x", "oauth2": {"lifetime_s": 0}, "login": {"token": ""}},
        "fields": {"id": 5}, "text": {"trims": "x"}, "limits": {"name": True}, "accepted": {"create": []},
        "refusals": {"no reason": [True]}, "lists": {"sort_keys": {"nmae": "x"}, "first": -1},
        "idempotency": {"key_max": 0}, "faults": {"statuses": [99999]}, "timeouts": {"read_s": math.nan},
        "answer_limits": {"body_bytes": math.inf}, "slo": {"within_s": -1}, "throttle": {"burst": 1e308},
        "request_limits": {"in_flight": 0}, "headers": {"strong_read": "a b"}, "clock": {"tolerance_s": -1},
        "gone": {"values": 1}, "known": {"DEL-01": {"reason": ""}}, "operations": {"create": "x"},
        "sending": {"patch": "x"}, "answers": {"create": "x", "job": {"header": "\n"}}, "adapter": "x",
        "nonsense": 1,
    }  # fmt: skip
    with pytest.raises(ConfigurationError) as raised:
        parse_target(wrong, source="here")
    said = str(raised.value)
    assert "\n" not in said
    named = {key for key in wrong if f" {key}: " in said or f" {key}." in said}
    assert named == set(wrong)


@pytest.mark.parametrize(
    "content", [b"\xff", b"name = ", b"\0", b'name = "x"\nname = "y"', b"x = 1" + b"0" * 5000]
)
def test_a_file_that_is_no_profile_is_one_line(tmp_path, content):
    """Also bytes that are no text."""
    (tmp_path / "wrong.toml").write_bytes(content)
    with pytest.raises(ConfigurationError) as raised:
        load_target(str(tmp_path / "wrong.toml"))
    assert "wrong.toml: " in str(raised.value)
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("name", ["", "\0", "x" * 5000, "\x1b[31m", "a\nb.toml", "/", "x\udc80.toml", "."])
def test_a_target_that_is_none_is_one_line(name):
    """Whatever stands behind --target."""
    with pytest.raises(ConfigurationError) as raised:
        load_target(name)
    assert str(raised.value).isprintable()


def test_the_profiles_that_come_along_are_right():
    """None of them has a value that is wrong."""
    for file in TARGETS.glob("*.toml"):
        load_target(file.stem)
