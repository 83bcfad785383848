"""The options of a run, checked before anything else: what is wrong is one line that names the option.

Options are taken as text and turned into numbers here, where pytest's own parser would print its whole usage.
"""

from __future__ import annotations

import difflib
import math
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

HIGHEST_PORT = 65535
DEFAULT_EXPLORE_S = 10.0  # of one worker's time
EXPLORE_MAX_S = LOAD_MAX_S = 86400.0
CLIENTS_MAX = 10_000
DESCRIBED_MAX = 10_000  # requests of one operation
RESIDENTS_MAX = 1_000_000  # that the embedded service can be started with
MOST_SAID, LONGEST_PATH = 60, 500  # characters of what was given
WEATHERS = ("calm", "laggy", "flaky", "stormy", "distant")


def add_options(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    group = parser.getgroup("users acceptance")
    # After a blank, pytest would take a path for the folder of the tests, before this is known to it.
    group.addoption(
        "--target", metavar="NAME", help="a profile; of a file: --target=FILE, without a blank (TARGET)"
    )
    group.addoption(
        "--stories",
        action="append",
        metavar="PATH",
        help="features of your own, run with ours; steps of your own stand in a folder steps beside them",
    )
    group.addoption("--seed", metavar="NUMBER", help="makes the same data, weather and choices again (SEED)")
    group.addoption(
        "--production",
        action="store_true",
        help="run although the profile says that people rely on the target",
    )
    group.addoption(
        "--weather",
        metavar="KIND",
        help=f"of the embedded service: {', '.join(WEATHERS)}; default: flaky",
    )
    group.addoption(
        "--residents", metavar="NUMBER", help="foreign users in the embedded service from the start"
    )
    group.addoption("--reports", metavar="FOLDER", help="where summary and log go; default: reports")
    group.addoption(
        "--explore",
        default=DEFAULT_EXPLORE_S,
        metavar="SECONDS",
        help=f"how long clients act by chance, 0 for not at all; default: {DEFAULT_EXPLORE_S:g}",
    )
    group.addoption(
        "--load",
        default=0.0,
        metavar="SECONDS",
        help="how long many clients act at once; default: not at all",
    )
    group.addoption(
        "--load-clients", default=20, metavar="NUMBER", help="how many clients act at once; default: 20"
    )
    group.addoption(
        "--load-page", metavar="PORT", help="where Locust shows meanwhile how it goes, on loopback"
    )
    group.addoption(
        "--openapi",
        default=0,
        metavar="NUMBER",
        help="how many requests are made up of each operation of the OpenAPI document; default: none",
    )
    group.addoption(
        "--shard",
        metavar="I/N",
        help="run only part I of N, as other machines run the others; needs --run-id",
    )
    group.addoption("--run-id", metavar="NAME", help="what the shards of one run have in common (RUN_ID)")
    group.addoption("--bound", metavar="SECONDS", help="the promised time, instead of the profile's")


def check_options(config: pytest.Config) -> None:
    """Turn text into numbers; raise UsageError with the option that is wrong, before pytest begins."""
    option = config.option
    option.seed = _number(option.seed, "--seed", _whole, "a whole number from 0 on")
    option.residents = _number(
        option.residents, "--residents", _whole, "a whole number from 0 on", RESIDENTS_MAX
    )
    option.bound = _number(option.bound, "--bound", _seconds, "a number of seconds from 0 on")
    option.explore = _number(
        option.explore, "--explore", _seconds, "a number of seconds from 0 on", EXPLORE_MAX_S
    )
    option.load = _number(option.load, "--load", _seconds, "a number of seconds from 0 on", LOAD_MAX_S)
    option.load_clients = _number(
        option.load_clients, "--load-clients", _some, "a number from 1 on", CLIENTS_MAX
    )
    option.load_page = _number(option.load_page, "--load-page", _some, "a port from 1 to 65535", HIGHEST_PORT)
    if option.load and find_spec("locust") is None:
        raise pytest.UsageError("--load needs Locust: pip install '.[load]'")
    option.openapi = _number(option.openapi, "--openapi", _whole, "a whole number from 0 on", DESCRIBED_MAX)
    if option.openapi and find_spec("schemathesis") is None:
        raise pytest.UsageError("--openapi needs schemathesis: pip install '.[openapi]'")
    option.shard = _number(option.shard, "--shard", _part, "I/N, the number of a part and of how many")
    if option.weather is not None and option.weather not in WEATHERS:
        near = difflib.get_close_matches(option.weather, WEATHERS, 1)
        hint = (
            f", did you mean {near[0]!r}?"
            if near
            else f": it is {', '.join(WEATHERS[:-1])} or {WEATHERS[-1]}"
        )
        raise pytest.UsageError(f"--weather {_clip(option.weather)}: there is no such weather{hint}")
    restarts = getattr(option, "maxworkerrestart", None)
    _number(restarts, "--max-worker-restart", _whole, "a whole number from 0 on")
    workers = getattr(option, "numprocesses", None)
    if isinstance(workers, int) and workers < 0:
        raise pytest.UsageError(f"-n {workers}: must be a number of workers from 0 on, or auto")
    if getattr(option, "clean_alluredir", False):
        # Allure would remove the whole folder, whatever stands in it. A run begins with fresh results anyway.
        option.clean_alluredir = False
    if option.setuponly or option.setupplan:
        option.allure_report_dir = None  # no story is told, so that there is nothing to write down
    if given := getattr(option, "allure_report_dir", None):
        make_folder(Path(config.invocation_params.dir, given), "--alluredir")


def make_folder(folder: Path, option: str) -> None:
    """Make a folder if there is none; raise UsageError where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise pytest.UsageError(
            f"{option} {_clip(str(folder), LONGEST_PATH)}: cannot be made a folder ({reason})"
        ) from None


def _number(given: Any, option: str, read: Callable[[str], Any], what: str, most: float | None = None) -> Any:
    if given is None:
        return None
    text = str(given)
    try:
        number = read(_plain(text))
    except ValueError:
        raise pytest.UsageError(f"{option} {_clip(str(given))}: must be {what}") from None
    if most is not None and number > most:
        raise pytest.UsageError(f"{option} {_clip(str(given))}: must be at most {most:g}")
    return number


def _plain(text: str) -> str:
    """Return a text; raise ValueError for what only Python reads as a number: 1_0 is ten, not 1.0."""
    if not text.isascii() or "_" in text or text != text.strip():
        raise ValueError(text)
    return text


def _clip(text: str, most: int = MOST_SAID) -> str:
    """Return what was given as a part of a line that does nothing to a terminal."""
    line = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    return line if len(line) <= most else f"{line[:most]}…"


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _some(text: str) -> int:
    number = _whole(text)
    if not number:
        raise ValueError(text)
    return number


def _seconds(text: str) -> float:
    seconds = float(text)
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(text)
    return seconds


def _part(text: str) -> tuple[int, int]:
    number, of = map(int, text.split("/"))
    if not 1 <= number <= of:
        raise ValueError(text)
    return number, of
