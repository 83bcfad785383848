"""Starts commands of the suite, each in a process forked from this one, which has imported everything.

Run as a script in a copy of the project. Each line of standard input is a start in JSON: `command` (a module,
or pytest), `arguments`, `variables` and `said`, the file that takes both streams; the answer is a line with
the exit code. A process of its own would take a second to begin, and there are thousands of starts.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
from typing import Any, NoReturn

import pytest
from _pytest.config import _prepareconfig

LONGEST_S = 60


def main() -> None:
    """Start what is asked for, one after the other, until standard input ends."""
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - as `python -m` would have it
    config = _prepareconfig(["-p", "no:cacheprovider", "-p", "no:xdist"], None)
    config._ensure_unconfigure()  # noqa: SLF001 - nothing public undoes what was begun here
    import support.cleanup.command  # noqa: PLC0415 - only after pytest has prepared its imports
    import support.probe.command  # noqa: PLC0415
    import support.report.audit  # noqa: F401, PLC0415

    for line in sys.stdin:
        start = json.loads(line)
        pid = os.fork()
        if not pid:
            _become(start)
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(start: dict[str, Any]) -> NoReturn:
    """Be the command that was asked for, and end as it ends."""
    signal.alarm(LONGEST_S)
    said = os.open(start["said"], os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, stream in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(descriptor, stream)
    os.environ.clear()
    os.environ.update(start["variables"])
    sys.argv = [start["command"], *start["arguments"]]
    code: object = 0
    try:
        if start["command"] == "pytest":
            code = pytest.main(start["arguments"])
        else:
            runpy.run_module(start["command"], run_name="__main__", alter_sys=True)
    except SystemExit as ending:
        code = ending.code
    except BaseException:  # noqa: BLE001 - as the interpreter does at its end
        sys.excepthook(*sys.exc_info())
        code = 1
    for each in (sys.stdout, sys.stderr):
        each.flush()
    os._exit(code if isinstance(code, int) else 1 if code else 0)


if __name__ == "__main__":
    main()
