"""Tell whether the running interpreter has what the project asks for.

Used on an environment that somebody else has made: versions are held against pyproject.toml, not against
the locks, so that a newer transitive package is nobody's business. Installs nothing.
"""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


# Which extras a lock holds.
EXTRAS = {"run": (), "check": ("check", "postgres")}


def find_missing(pyproject: Path, *extras: str) -> list[str]:
    """Give the requirements of the project, and of some extras, that are not installed as asked for.

    Environment markers count; the requirements of requirements are their installer's affair.
    """
    try:
        from packaging.requirements import Requirement  # noqa: PLC0415 - comes with pytest, so may be missing
    except ImportError:
        return ["packaging"]
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"]]
    for extra in extras:
        asked += project["optional-dependencies"][extra]
    missing = []
    for requirement in map(Requirement, asked):
        if requirement.marker and not requirement.marker.evaluate():
            continue
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            installed = None
        if installed is None or not requirement.specifier.contains(installed, prereleases=True):
            missing.append(str(requirement))
    return missing


def main() -> int:
    """Answer with the exit code: 0 when nothing is missing, 1 with one line of what is."""
    pyproject, lock = Path(sys.argv[1]), sys.argv[2]
    missing = find_missing(pyproject, *EXTRAS[lock])
    if missing:
        print(f"missing from {sys.prefix}: {', '.join(missing)}", file=sys.stderr)
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
