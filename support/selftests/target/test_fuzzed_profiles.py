"""Whatever a profile holds, it is a target that can be used or one line that says what is wrong with it."""

from __future__ import annotations

import math
import typing
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from support.errors import ConfigurationError
from support.target.profile import Target
from support.target.profiles import parse_target
from support.target.promises import PROMISES
from support.users import Normalizer

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, -1, 1, 10**9, 10**30, math.inf, -math.inf, math.nan, 99999, 0.0, -0.5, 1e308])
    | st.floats()
    | st.sampled_from(["", " ", "/", ".", "a.b", "a..b", "emails.0.value", "emails.999999999", "X Y", "\n"])
    | st.text(max_size=6)
    | st.datetimes()
    | st.dates(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=6), below, max_size=3),
    max_leaves=4,
)


def of_model(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """Return tables with keys that a model has, and now and then one that it does not have."""
    known = {name: of_field(name, field) for name, field in model.model_fields.items()}
    return st.builds(
        lambda keys, more: {**keys, **more},
        st.fixed_dictionaries({}, optional=known) if len(known) < 8 else chosen(known),
        st.just({}) | st.dictionaries(st.text(max_size=5), JUNK, max_size=1),
    )


def chosen(known: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(st.sampled_from(sorted(known)), max_size=4, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: known[name] for name in names})
    )


def of_field(name: str, field: Any) -> st.SearchStrategy[Any]:
    kinds = [field.annotation, *typing.get_args(field.annotation)]
    parts = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    if name == "promises":
        return st.lists(st.sampled_from(PROMISES) | st.text(max_size=4), max_size=4) | JUNK
    if parts:
        return of_model(parts[0]) | JUNK
    return JUNK if not field.examples else st.sampled_from(field.examples) | JUNK


def assert_finite(value: Any) -> None:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            assert_finite(getattr(value, name))
    elif isinstance(value, float):
        assert math.isfinite(value)


@settings(max_examples=600, deadline=None)
@given(of_model(Target).map(lambda raw: {"name": "x", **raw}))
@example({"name": "x", "refusals": {"": []}})
@example({"name": "x", "promises": [[]]})
@example({"name": "x", "known": {"DEL-01": 5}})
@example({"name": "x", "fields": {"nickname": "name.nick"}})
@example({"name": "x", "fields": {"email": "emails.999999999.value"}})
@example({"name": "x", "lists": {"sort_keys": {"name": {"a": 5}}}})
@example({5: 5})
def test_a_profile_is_a_target_or_one_line(raw):
    try:
        target = parse_target(raw, source="here")
    except ConfigurationError as error:
        message = str(error)
        assert message.startswith("here: ")
        assert "\n" not in message
        return
    assert_finite(target)
    normalizer = Normalizer(target)
    details = {"name": "Ada", "email": "ada@example.com", "nickname": "A", "password": "secret"}
    written = normalizer.outgoing(details)
    assert len(str(written)) < 10_000
    for url in (target.collection, target.base_path):
        assert url == "" or url.startswith("/")
    for timeout in type(target.timeouts).model_fields:
        assert getattr(target.timeouts, timeout) > 0


NESTED: Any = []
for _ in range(2000):
    NESTED = [NESTED]


def test_a_profile_that_is_nested_deeply_is_one_line():
    for raw in (
        {"name": NESTED},
        {"name": "x", "promises": NESTED},
        {"name": "x", "lists": {"always": NESTED}},
    ):
        try:
            parse_target(raw, source="here")
        except ConfigurationError as error:
            assert str(error).startswith("here: ")  # noqa: PT017 - anything else fails the test by itself
