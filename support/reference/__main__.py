"""The command: ``python -m support.reference``. Reads options and says what is wrong with them."""

from __future__ import annotations

import argparse
import json
import sys
from typing import NoReturn

from support.reference.faults.defects import DEFECTS
from support.reference.faults.oddities import ODDITIES
from support.reference.faults.weather import CLIMATES
from support.reference.options import RESIDENTS_MAX, Options


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
    parser.add_argument("--list-defects", action="store_true", help="say which there are, and stop")
    parser.add_argument("--list-oddities", action="store_true", help="say which there are, and stop")
    parser.add_argument("--bound", type=float, default=2.0, metavar="SECONDS", help="promised convergence")
    parser.add_argument("--seed", type=int, default=0, help="of weather and choices")
    parser.add_argument("--database", metavar="URL", help="where users are kept (default: nowhere lasting)")
    parser.add_argument("--replica", action="append", default=[], metavar="URL", help="a hot standby of it")
    parser.add_argument(
        "--residents", type=int, default=0, metavar="N", help="foreign users there from the start"
    )
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input ends")
    parser.add_argument("--inspect", action="store_true", help="offer /inspect to self-tests")
    given = parser.parse_args(arguments)
    if given.list_defects or given.list_oddities:
        _list(defects=given.list_defects, oddities=given.list_oddities)
        parser.exit()
    if given.weather not in CLIMATES:
        parser.error(f"no such weather: {given.weather!r}; there is {', '.join(CLIMATES)}")
    if not 0 <= given.bound <= 600:
        parser.error(f"--bound {given.bound}: from 0 to 600 seconds")
    if not 0 <= given.port <= 65535:
        parser.error(f"--port {given.port}: from 0 to 65535")
    if not 0 <= given.residents <= RESIDENTS_MAX:
        parser.error(f"--residents {given.residents}: from 0 to {RESIDENTS_MAX}")
    if given.replica and not (given.database or "").startswith("postgresql"):
        parser.error("--replica: is a hot standby of a PostgreSQL --database, and none is given")
    defects, oddities = (_split(given.defect), _split(given.oddity))
    for kind, known, asked in (("defect", DEFECTS, defects), ("oddity", ODDITIES, oddities)):
        for name in asked:
            if name not in known:
                parser.error(f"no such {kind}: {name!r}; ask for the list")
    return Options(
        host=given.host,
        port=given.port,
        weather=given.weather,
        switches=frozenset(defects + oddities),
        bound_s=given.bound,
        seed=given.seed,
        database=given.database,
        replicas=tuple(given.replica),
        residents=given.residents,
        exits_with_stdin=given.exit_with_stdin,
        is_open_to_inspection=given.inspect,
    )


def _split(texts: list[str]) -> list[str]:
    return [part for text in texts for part in text.split(",") if part]


def _list(*, defects: bool, oddities: bool) -> None:
    lines = [
        "\t".join((d.id, d.kind, d.clause, " ".join(d.stories), d.text, " ".join(d.manners)))
        for d in (DEFECTS.values() if defects else ())
    ]
    for oddity in ODDITIES.values() if oddities else ():
        fragment = json.dumps(
            {"profile": oddity.profile, "withdraws": oddity.withdraws, "promises": oddity.promises}
        )
        lines.append(f"{oddity.id}\t{oddity.text}\t{fragment}")
    print("\n".join(lines))  # noqa: T201 - what was asked for


def main() -> None:
    """Run the service; exits 2 with one line when it cannot start."""
    options = _parse()
    # Imported late: complaints about options come at once.
    from support.reference.server.process import open_socket, serve  # noqa: PLC0415
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
