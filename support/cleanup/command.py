"""The command ``python -m support.cleanup``: one line for each run, and a last one that is true."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from support.cleanup.ended_runs import living_runs, sweep_ended
from support.cleanup.other_runs import sweep_other_runs
from support.cleanup.run import RUNS, choose_target
from support.cleanup.sweep import Sweeper
from support.clock import SystemClock
from support.command_line.parser import OneLineParser
from support.command_line.streams import guard_streams
from support.errors import ConfigurationError, SuiteError
from support.http.gates.rate_limiter import RateLimiter
from support.secrets import REDACTOR
from support.secrets.output import redacted_output
from support.target.settings import ROOT, load_settings, load_tokens, resolve_base_url
from support.users.reachability import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.cleanup.swept import Swept

EXIT_SET_UP, EXIT_NOT_CLEAN, EXIT_INTERRUPTED = 4, 10, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Sweep what earlier runs left at a target; say in one line each what was done."""
    guard_streams()
    with redacted_output():
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    parser = OneLineParser(prog="python -m support.cleanup", description=main.__doc__, allow_abbrev=False)
    parser.add_argument("--target", help="a profile's name, or the path of a .toml file")
    parser.add_argument(
        "--all-runs",
        action="store_true",
        help="also delete what carries the mark of any run that must be over: it began more than an hour "
        "ago and has made no user since",
    )
    try:
        options = parser.parse_args(arguments)
        settings = load_settings()
        target = choose_target(settings, options.target, None)
        base_url = resolve_base_url(target, settings.base_url)
        with tempfile.TemporaryDirectory() as folder:
            pace = RateLimiter(Path(folder), target.pace, SystemClock())
            sweeper = Sweeper(base_url, target, load_tokens(target), pace)
            check(sweeper.client, SystemClock())
            return _sweep(sweeper, all_runs=options.all_runs)
    except ConfigurationError as error:
        return _give_up(str(error), EXIT_SET_UP)
    except SuiteError as error:
        return _give_up(f"{error}; nothing could be looked at, and all journals are kept", EXIT_NOT_CLEAN)
    except OSError as error:
        return _give_up(f"{error.strerror or error}: {error.filename or RUNS}", EXIT_NOT_CLEAN)
    except KeyboardInterrupt:
        return _give_up("interrupted; the journals of what is left are kept", EXIT_INTERRUPTED)


def _sweep(sweeper: Sweeper, *, all_runs: bool) -> int:
    left = unseen = 0
    for name, swept in _sweeps(sweeper, all_runs=all_runs):
        if swept.created or not swept.unseen:
            _say(f"{name}: {swept.deleted} users deleted, {len(swept.left)} left")
        for reason in swept.unseen:
            _say(f"{name}: {reason}")
        left += len(swept.left)
        unseen += not swept.is_clean and bool(swept.unseen)
    for run in living_runs():
        _say(f"run {run} is still going on and was left alone")
    if unseen:
        where = RUNS.relative_to(ROOT) if RUNS.is_relative_to(ROOT) else RUNS
        _say(
            f"not everything could be looked at ({left} users are known to be left): the journals are kept "
            f"in {where}; remove the folder of a run when you know that nothing of it is left"
        )
    else:
        _say(f"{left} users are left" if left else "nothing is left")
    return EXIT_NOT_CLEAN if left or unseen else 0


def _sweeps(sweeper: Sweeper, *, all_runs: bool) -> Iterator[tuple[str, Swept]]:
    for run, swept in sweep_ended(sweeper):
        yield f"run {run}", swept
    if all_runs:
        yield "other runs", sweep_other_runs(sweeper)


def _give_up(why: str, code: int) -> int:
    sys.stderr.write(f"cleanup: {_printable(why)}\n")
    return code


def _say(text: str) -> None:
    sys.stdout.write(f"{_printable(text)}\n")


def _printable(text: str) -> str:
    """Return a text as one line without secrets that any terminal can show."""
    line = " ".join(REDACTOR.text(text).split())
    return line.encode("utf-8", "backslashreplace").decode()
