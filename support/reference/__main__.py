"""The command: ``python -m support.reference``. Reads options and says what is wrong with them."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from support.reference.options import Options
from support.reference.weather import CLIMATES


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def _parse(arguments: list[str] | None = None) -> Options:
    parser = _Parser(prog="support.reference", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback only)")
    parser.add_argument("--port", type=int, default=0, help="port (default: a free one)")
    parser.add_argument("--weather", default="calm", help=" | ".join(CLIMATES))
    parser.add_argument("--oddity", action="append", default=[], metavar="ID[,ID]", help="awkward, not wrong")
    parser.add_argument("--defect", action="append", default=[], metavar="ID", help="a planted defect")
    parser.add_argument("--bound", type=float, default=2.0, metavar="SECONDS", help="promised convergence")
    parser.add_argument("--seed", type=int, default=0, help="of weather and choices")
    parser.add_argument("--database", metavar="URL", help="where users are kept (default: nowhere lasting)")
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input ends")
    parser.add_argument("--inspect", action="store_true", help="offer /inspect to self-tests")
    given = parser.parse_args(arguments)
    if given.weather not in CLIMATES:
        parser.error(f"no such weather: {given.weather!r}; there is {', '.join(CLIMATES)}")
    if not 0 <= given.bound <= 600:
        parser.error(f"--bound {given.bound}: from 0 to 600 seconds")
    if not 0 <= given.port <= 65535:
        parser.error(f"--port {given.port}: from 0 to 65535")
    switches = [part for text in given.defect + given.oddity for part in text.split(",") if part]
    return Options(
        host=given.host,
        port=given.port,
        weather=given.weather,
        switches=frozenset(switches),
        bound_s=given.bound,
        seed=given.seed,
        database=given.database,
        exits_with_stdin=given.exit_with_stdin,
        is_open_to_inspection=given.inspect,
    )


def main() -> None:
    """Run the service; exits 2 with one line when it cannot start."""
    options = _parse()
    # Imported late: complaints about options come at once.
    from support.reference.server import open_socket, serve  # noqa: PLC0415
    from support.reference.service import Service  # noqa: PLC0415

    try:
        listener = open_socket(options.host, options.port)
    except OSError as error:
        sys.exit(_complain(f"cannot listen on {options.host}:{options.port}: {error.strerror}"))
    try:
        service = Service(options)
    except ValueError as error:
        sys.exit(_complain(str(error)))
    with service:
        serve(service.app, listener, options)


def _complain(message: str) -> int:
    print(f"support.reference: {message}", file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    main()
