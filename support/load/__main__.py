"""Run the clients of a load test: `python -m support.load`, with the order as JSON on standard input.

Started by a story about load and by nobody else: `pytest -m load --load SECONDS`.
"""

from __future__ import annotations

import argparse
import json
import sys

import locust  # noqa: F401 - first of all: it has sockets and threads give way to each other


def main() -> int:
    """Lead, or with --port act for the process that listens there; print what was measured as JSON."""
    from support.load.processes import act, lead  # noqa: PLC0415 - after locust

    parser = argparse.ArgumentParser(description="Started by stories about load.")
    parser.add_argument("--port", type=int, help="of the process that leads")
    parser.add_argument("--number", type=int, default=1, help="of this process")
    options = parser.parse_args()
    order = json.loads(sys.stdin.readline())
    try:
        measured = lead(order) if options.port is None else act(order, options.port, options.number)
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print(json.dumps(measured.as_dict()), flush=True)  # noqa: T201 - what this command is for
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
