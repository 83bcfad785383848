"""Whatever stands behind an option of a run, it is taken or one line names the option."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.runner.command_line import DEFAULT_EXPLORE_S, check_options

NUMBERS = ("seed", "residents", "bound", "explore", "load", "load_clients", "load_page")
OPTIONS = (*NUMBERS, "weather", "shard")
TEXTS = st.text(max_size=12) | st.sampled_from(
    ["nan", "inf", "-inf", "-1", "1e9", "1e308", "9" * 5000, "0x1", "1_0", " 5 ", "", " ", "[]", "\x1b[31m",
     "a\nb", "x" * 5000, "\udc80", "-0", "0.5", "calm", "stormy"]
)  # fmt: skip


def config_of(given_options, folder=None):
    """Return what pytest knows of options, as far as they are checked."""
    options = {
        **dict.fromkeys(OPTIONS),
        "explore": DEFAULT_EXPLORE_S,
        "load": 0,
        "openapi": 0,
        **given_options,
        "allure_report_dir": folder,
    }
    return SimpleNamespace(
        option=SimpleNamespace(numprocesses=None, setuponly=False, setupplan=False, **options),
        invocation_params=SimpleNamespace(dir="."),
    )


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(OPTIONS), TEXTS, min_size=1, max_size=1))
@example({"explore": "1e308"})
@example({"residents": "1000001"})
@example({"seed": "a\nb"})
@example({"weather": "\x1b[31m" * 100})
def test_an_option_is_taken_or_one_line(options):
    config = config_of(options)
    try:
        check_options(config)
    except pytest.UsageError as error:
        said = str(error)
        assert any(said.startswith(f"--{name.replace('_', '-')} ") for name in options)
        assert said.isprintable()
        assert len(said) < 200
        return
    for name in NUMBERS:
        number = getattr(config.option, name)
        assert number is None or (number >= 0 and math.isfinite(number))
    assert config.option.explore <= 86400
    assert (config.option.residents or 0) <= 1_000_000


@pytest.mark.parametrize("folder", ["pyproject.toml", "pyproject.toml/x", "a\0b", "\x1b[31m\0", "x" * 5000])
def test_a_place_for_results_that_is_none_is_one_line(folder):
    with pytest.raises(pytest.UsageError, match=r"^--alluredir ") as raised:
        check_options(config_of({}, folder))
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("text", ["1_0", " 1", "1 ", "\u0663", "\uff11", "1\u00a0"])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_written_as_everybody_writes_it(name, text):
    """Python reads 1_0 as ten, and digits of any script; whoever types that means something else."""
    with pytest.raises(pytest.UsageError, match=rf"^--{name.replace('_', '-')} .*: must be "):
        check_options(config_of({name: text}))


@pytest.mark.parametrize("text", ["1", "01", "+1", "20"])
@pytest.mark.parametrize("name", NUMBERS)
def test_plain_numbers_are_taken(name, text):
    config = config_of({name: text})
    check_options(config)
    assert getattr(config.option, name) == float(text)
