"""Stories of a team's own: features that stand in its repository, run with ours in the same world.

Steps of its own stand in a folder `steps` in the given one, or beside it; each module of them is a plugin, as
our own are. What the sentences mean is the team's affair.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from support.errors import ConfigurationError
from support.target.known import tell_features

if TYPE_CHECKING:
    from collections.abc import Iterator

STEPS = "steps"
FEATURE = ".feature"
PACKAGE = "own_steps_{}"  # of each folder of steps: no name that anybody else has


def own_stories(config: pytest.Config) -> dict[str, Path]:
    """Return what was given, with the folder or file of each; raises UsageError for what is not there.

    It may name one story of a file, as `FILE::STORY`.
    """
    found = {}
    for given in config.option.stories or ():
        place, separator, story = str(given).partition("::")
        path = Path(config.invocation_params.dir, place).resolve()
        if not place.strip() or not path.exists():
            raise pytest.UsageError(f"--stories {path if place.strip() else ''}: there is no such folder")
        if not _has_features(path):
            raise pytest.UsageError(f"--stories {path}: holds no stories: no {FEATURE} file is there")
        found[f"{path}{separator}{story}"] = path
    return found


def bring_along(config: pytest.Config) -> list[Path]:
    """Have a team's stories run with ours, and its steps known; return where the stories are.

    Where ours are asked for one by one, only those run; where a story of the team's is, only that does.
    """
    given = own_stories(config)
    config.option.stories = list(given)  # for the workers, wherever they are
    is_one = any("::" in text for text in given)
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = [*(() if is_one else config.args), *given]
    paths = list(given.values())
    for path in paths:
        tell_features(path)
    for number, folder in enumerate(_step_folders(paths), 1):
        for module in _import(PACKAGE.format(number), folder):
            if not config.pluginmanager.is_registered(module):
                config.pluginmanager.register(module, module.__name__)
    return paths


def _has_features(path: Path) -> bool:
    return path.suffix == FEATURE if path.is_file() else next(path.rglob(f"*{FEATURE}"), None) is not None


def _step_folders(paths: list[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for path in paths:
        for folder in (path / STEPS, path.parent / STEPS):
            if folder.is_dir() and folder not in seen:
                seen.add(folder)
                yield folder


def _import(package: str, folder: Path) -> Iterator[ModuleType]:
    """Import the modules of a folder, with their assertions rewritten as those of tests are."""
    pytest.register_assert_rewrite(package)
    if package not in sys.modules:
        sys.modules[package] = made = ModuleType(package, "Steps of a team's own.")
        made.__path__ = [str(folder)]
    for file in sorted(folder.glob("*.py")):
        if file.stem == "__init__":
            continue
        try:
            yield importlib.import_module(f"{package}.{file.stem}")
        except Exception as error:
            raise pytest.UsageError(
                f"{file}: cannot be imported ({type(error).__name__}: {error})"
            ) from error


def require_folders(paths: list[str]) -> list[Path]:
    """Return the folders of stories that a command was given; raises ConfigurationError."""
    folders = [Path(path).resolve() for path in paths]
    for folder in folders:
        if not folder.exists():
            raise ConfigurationError(f"--stories {folder}: there is no such folder")
        tell_features(folder)
    return folders
