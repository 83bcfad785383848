"""Tell whether the running interpreter has what the project asks for.

Used on an environment that somebody else has made: versions are held against pyproject.toml, not against
the locks, so that a newer transitive package is nobody's business. Installs nothing.
"""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def find_missing(pyproject: Path, extra: str | None = None) -> list[str]:
    """Return the requirements of the project, and of one extra, that are not installed as asked for.

    Environment markers count, and so do extras that the extra includes. The requirements of requirements
    are their installer's affair.
    """
    try:
        from packaging.requirements import Requirement  # noqa: PLC0415 - comes with pytest, so may be missing
    except ImportError:
        return ["packaging"]
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(project["optional-dependencies"][extra] if extra else [])]
    missing = []
    for text in asked:  # it grows while it is gone through
        requirement = Requirement(text)
        if requirement.name == project.get("name"):
            asked += [more for name in requirement.extras for more in project["optional-dependencies"][name]]
            continue
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
    missing = find_missing(pyproject, None if lock == "run" else lock)
    if missing:
        print(f"missing from {sys.prefix}: {', '.join(missing)}", file=sys.stderr)
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
